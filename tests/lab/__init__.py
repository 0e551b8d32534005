# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The lab: a whole mobility domain in network namespaces of one machine, with real clients.

The demo, the lab tests and the benchmarks are all written against this package:

    addresses    which address every node has
    namespaces   one network namespace: create, enter, configure, remove, sweep after a crash
    network      the topology; links: moving an MN's port between access links
    processes    daemons inside a namespace: start, wait until ready, stop, kill, restart
    kea, radvd   the stock daemons, with generated configurations
    clients      stock DHCP clients in an MN
    traffic      a measured packet stream and a TCP transfer from CN to MN
    records      files that the lab's own programs are still writing
    capture      when which DHCP message and which route change happened, on one clock
    certificates, agents   the daemons of this project: identities, configurations, lives
    tables       what the kernels of the nodes hold now, as Python values

Every time in this package is CLOCK_MONOTONIC in nanoseconds: all namespaces share it.
"""
