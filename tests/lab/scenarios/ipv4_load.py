# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""perfdhcp with IPv4 as docs/perfdhcp.md says: many clients at once, and INIT-REBOOT from a template."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..agents import Domain
from ..comparison import bound, wait_until_equal
from ..crowd4 import Crowd4
from ..dhcp4 import TO_ALL
from ..kea4 import Kea4
from ..network import ACCESS, CORE, Network
from ..perfdhcp import (
    add_ipv4_client, attach_one4, perfdhcp4, perfdhcp4_as_relay, play_template4,
)  # fmt: skip
from ..placement import wait_until_at
from ..scenario import check, equal, fact, scenario

_RATE = 1000
_SECONDS = 20
_ADDRESS = "10.208.1.0"  # the pool's first, as the template has it


@contextmanager
def _crowd() -> Iterator[tuple[Network, Domain, Kea4]]:
    """A domain with an access link on which perfdhcp can play many clients with IPv4."""
    with Crowd4(severity="WARN") as crowd:
        add_ipv4_client(crowd.network)
        yield crowd.network, crowd.domain, crowd.kea4


@scenario(
    "A8 A13", "IPv4: perfdhcp at 1,000/s for 20 s through our relay, Replies held: no drop, right tables",
    alone=True,
)  # fmt: skip
def thousand_clients_a_second() -> None:
    with _crowd() as (network, domain, kea):
        loads = dict(zip(("DISCOVERs", "REQUESTs"), perfdhcp4(network, _RATE, _SECONDS)))
        for what, load in loads.items():
            fact(f"{what}: {load.sent} sent, {load.received} answered, {load.dropped} dropped")
        equal([load.dropped for load in loads.values()], [0, 0], "dropped")
        leased = len(kea.leased_addresses())
        check(leased >= _RATE * _SECONDS * 0.98, f"there are {leased} leased addresses")
        wait_until_equal(network, domain, kea, limit=20)
        fact(f"{leased} leases = bindings = routes of anchor and AR, compared one by one")


@scenario("A8", "IPv4: perfdhcp sends INIT-REBOOT by -T, and the address moves")
def init_reboot_by_template() -> None:
    with _crowd() as (network, _, kea):
        attach_one4(network)
        equal(kea.leased_addresses(), {_ADDRESS}, "the leases")
        for number, ar in ((3, network.ar(2)), (6, network.ar(1))):
            network.port(network.mn).plug_in(ar)
            answers = play_template4(network, "init-reboot4", number)
            fact(f"init-reboot4: {number} sent, {answers} answered")
            equal(answers, number, "answers")
            wait_until_at(network, _ADDRESS, ar)


@scenario("A8", "IPv4: perfdhcp without templates is a relay: it takes an AR's relay's place, behind one it gets nothing")
def poses_as_relay() -> None:
    with _crowd() as (network, domain, kea):
        own = network.anchor.host4(9)
        behind, _ = perfdhcp4_as_relay(network.inside(network.mn), own, TO_ALL, 20)
        equal((behind.sent, behind.received, kea.leased_addresses()), (20, 0, set()), "behind our relay")
        ar = network.ar(2)
        domain.relay(ar).stop()
        # It sends through the interface on which it finds giaddr.
        network.inside(ar).ip4(
            f"address del {ar.giaddr}/32 dev {ACCESS}", f"address add {ar.giaddr}/32 dev {CORE}"
        )
        loads = perfdhcp4_as_relay(network.inside(ar), ar.giaddr, network.anchor.core4, 50)
        equal([(load.sent, load.received) for load in loads], [(50, 50)] * 2, "in the place of a relay")
        wait_until_equal(network, domain, kea, limit=10)
        equal({ar.name}, set(bound(network, domain).values()), "where its clients are")
