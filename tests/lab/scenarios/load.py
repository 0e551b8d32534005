# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Many clients at once: no message is lost, and the tables hold exactly what is leased."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..agents import Domain, find_build
from ..kea import Kea
from ..network import MN_LINK, Network
from ..perfdhcp import perfdhcp
from ..processes import Processes
from ..scenario import check, equal, fact, scenario
from ..tables import installed
from ..waiting import wait_until

_RATE = 1000
_SECONDS = 20
_QUIET = {  # Kea as in production: no line for each lease
    "name": "kea-dhcp6", "severity": "WARN", "output_options": [{"output": "stdout"}],
}  # fmt: skip


@contextmanager
def a_crowd(attestation: str | None = "preferred") -> Iterator[tuple[Network, Domain, Kea]]:
    """A domain, as shipped, with an access link on which perfdhcp can play many clients."""
    with Network() as network, Processes() as processes:
        domain = Domain(network, processes, find_build(), attestation=attestation).start()
        kea = Kea(network, processes, domain.kea_options(extra={"loggers": [_QUIET]})).start()
        domain.wait_until_associated()
        crowd = network.inside(network.mn)
        crowd.sysctl({f"conf/{MN_LINK}/{key}": 0 for key in ("accept_dad", "dad_transmits")})
        network.port(network.mn).plug_in(network.ar(1))
        wait_until(
            lambda: "fe80:" in crowd.run("ip", "-6", "address", "show", "dev", MN_LINK, "-tentative").stdout,
            "a link-local address for perfdhcp", limit=5, every=0.05,
        )  # fmt: skip
        yield network, domain, kea


def _no_drop(network: Network, prefixes: bool = False) -> None:
    """Without a drop, in the second attempt at the latest: a machine that was busy with something else
    for seconds is no fault of a server's."""
    for _ in range(2):
        loads = dict(zip(("Solicits", "Requests"), perfdhcp(network, _RATE, _SECONDS, prefixes=prefixes)))
        for what, load in loads.items():
            fact(f"{what}: {load.sent} sent, {load.received} answered, {load.dropped} dropped")
        if all(load.dropped == 0 for load in loads.values()):
            return
    equal({what: load.dropped for what, load in loads.items()}, {"Solicits": 0, "Requests": 0}, "dropped")


def _tables_equal_leases(network: Network, kea: Kea, limit: float, prefixes: bool = False) -> None:
    leased = kea.leased_addresses()
    check(len(leased) >= _RATE * _SECONDS * 0.98, f"there are {len(leased)} leased addresses")
    if prefixes:
        delegated = kea.leased_prefixes()
        equal(len(delegated), len(leased), "delegated prefixes, as many as addresses")
        leased |= delegated
    for node in (network.anchor, network.ar(1)):
        inside = network.inside(node)
        wait_until(
            lambda: installed(inside).prefixes == leased, f"{node.name}'s table to equal the leases",
            limit, every=0.5,
        )  # fmt: skip
        fact(f"{node.name} holds exactly the {len(leased)} leases, compared one by one")


@scenario(
    "A1 A13", "perfdhcp at 1,000/s for 20 s through our relay, Replies held: no drop, right tables",
    alone=True,
)  # fmt: skip
def thousand_clients_a_second() -> None:
    with a_crowd() as (network, _, kea):
        _no_drop(network)
        _tables_equal_leases(network, kea, limit=10)


@scenario(
    "A5 A13", "the same with a delegated prefix beside each address (-e address-and-prefix)",
    alone=True,
)  # fmt: skip
def thousand_routers_a_second() -> None:
    with a_crowd() as (network, _, kea):
        _no_drop(network, prefixes=True)
        _tables_equal_leases(network, kea, limit=20, prefixes=True)


@scenario(
    "A13", "1,000/s for 20 s while the anchor is away: no drop, and right tables soon after it is back",
    alone=True,
)  # fmt: skip
def thousand_clients_a_second_without_anchor() -> None:
    with a_crowd() as (network, domain, kea):
        agent = domain.route_agent(network.anchor)
        agent.kill()
        _no_drop(network)
        agent.start()
        _tables_equal_leases(network, kea, limit=30)
