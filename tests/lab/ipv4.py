# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""IPv4 on a network that is built: addresses and static routes of the core, the ARs' giaddrs.

MNs' addresses are nobody's business here: no access link has an IPv4 subnet, only the MNs' gateway and
the giaddr, each as a /32. By its mask an MN believes that all of its subnet is on its link; by the routes
that kea-dhcp4 tells it (kea4.py) it goes to the gateway for that too.
"""

from __future__ import annotations

from .addresses import AccessRouter
from .network import ACCESS, CORE, Network

_NO_REDIRECTS = {"conf/all/send_redirects": 0}  # one of "all" and the interface's is enough to send


def add_ipv4(network: Network) -> None:
    ways_to_giaddrs = [
        f"route add {ar.giaddr} via {ar.core4} dev {CORE}" for ar in network.access_routers
    ]
    for node in (network.cn, *network.anchors):
        network.inside(node).ip4(f"address add {node.core4}/24 dev {CORE}", *ways_to_giaddrs)
    for anchor in network.anchors:
        inside = network.inside(anchor)
        # What ARs tunnel here arrives by the core, and the way back to its source is no device.
        inside.sysctl({"ip_forward": 1, "conf/all/rp_filter": 0}, family=4)
        inside.sysctl(_NO_REDIRECTS | {f"conf/{CORE}/rp_filter": 0, f"conf/{CORE}/send_redirects": 0}, family=4)
        inside.ip4(f"route add unreachable {anchor.domain4}")
        network.inside(network.cn).ip4(f"route add {anchor.domain4} via {anchor.core4} dev {CORE}")
    for ar in network.access_routers:
        _add_to_access_router(network, ar)


def _add_to_access_router(network: Network, ar: AccessRouter) -> None:
    inside = network.inside(ar)
    # What an MN sends comes from an address for which there is no route here, until it has one.
    inside.sysctl({"ip_forward": 1, "conf/all/rp_filter": 0, "conf/default/rp_filter": 0}, family=4)
    inside.sysctl(_NO_REDIRECTS | {f"conf/{ACCESS}/rp_filter": 0, f"conf/{ACCESS}/send_redirects": 0}, family=4)
    inside.ip4(
        f"address add {ar.core4}/24 dev {CORE}",
        f"route add default via {network.anchor.core4} dev {CORE}",
        f"address add {ar.giaddr}/32 dev {ACCESS}",
        *(f"address add {anchor.gateway4}/32 dev {ACCESS}" for anchor in network.anchors),
    )
