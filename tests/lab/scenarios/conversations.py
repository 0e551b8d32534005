# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Hosts behind routers, and MNs with IPv4, that talk to each other: straight or through the anchor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..addresses import AccessRouter
from ..clients4 import Dhcpcd4
from ..crossing import BOTH_WAYS, Crossing
from ..namespaces import Namespace
from ..scenario import equal, fact, scenario
from ..walk import Walk
from ..walker import Walker
from ..walker4 import Walker4


@dataclass
class _Pair:
    """Two walkers, at AR1 both; who talks is what is in `inside`."""

    walk: Walk
    walkers: list[Any]
    inside: list[Namespace]
    crossing: Crossing

    def ar(self, number: int) -> AccessRouter:
        return self.walk.network.ar(number)

    def expect(self, seen: int, what: str) -> None:
        """Each asks the other."""
        for here, there in ((0, 1), (1, 0)):
            found = self.crossing.through_anchor(self.inside[here], self.walkers[there].address)
            equal(found, seen, f"packets at the anchor: {what}")


def _rest(walker: Walker) -> None:
    """CN says no more: what is counted is between the two."""
    walker.stream.stop()
    walker.transfer.finish()


@contextmanager
def _routers() -> Iterator[_Pair]:
    with Walk(mobile_nodes=0, lans=2) as walk:
        routers = [walk.router(number) for number in (1, 2)]
        for router in routers:
            router.attach(walk.network.ar(1))
            _rest(router)
        inside = [walk.network.inside(host) for host in walk.network.hosts_behind]
        yield _Pair(walk, routers, inside, Crossing(walk.network, walk.domain))


@contextmanager
def _hosts4() -> Iterator[_Pair]:
    def client(walker: Walker4) -> Dhcpcd4:
        return Dhcpcd4(walker.network, walker.processes, mn=walker.node)

    with Walk(mobile_nodes=2, ipv4={}) as walk:
        hosts = [walk.host4(client, mn) for mn in walk.network.mobile_nodes]
        for host in hosts:
            host.attach_ipv4(walk.network.ar(1))
            _rest(host)
        inside = [walk.network.inside(mn) for mn in walk.network.mobile_nodes]
        yield _Pair(walk, hosts, inside, Crossing(walk.network, walk.domain))


def _walk_apart_and_together(pair: _Pair) -> None:
    first, second = pair.walkers
    pair.expect(0, "both at AR1")
    _move(second, pair.ar(2))
    pair.expect(BOTH_WAYS, "at AR1 and AR2")
    _move(first, pair.ar(2))
    pair.expect(0, "both at AR2")


def _move(walker: Walker, ar: AccessRouter) -> None:
    """Without the stream by which Walker.move sees that it is over."""
    walker.network.port(walker.node).plug_in(ar)
    walker.wait_until_at(ar, limit=20)


def _switch(pair: _Pair, family: int) -> None:
    for way, seen in (("anchor", BOTH_WAYS), ("direct", 0)):
        pair.crossing.switch(pair.ar(1), way, family)
        pair.expect(seen, f"two of AR1, mn-to-mn: {way}")


@scenario("A5 A10", "hosts behind two routers talk straight under one AR, through the anchor from two, also after moves")
def behind_routers() -> None:
    with _routers() as pair:
        _walk_apart_and_together(pair)
        first, second = pair.walkers
        fact(f"{first.address} behind {first.prefix} and {second.address} behind {second.prefix}")


@scenario("A5 A10", "mn-to-mn: anchor and back, of hosts behind two routers of one AR")
def behind_routers_switched() -> None:
    with _routers() as pair:
        _switch(pair, family=6)


def _redirects(inside: Namespace) -> int:
    """ICMP redirects that a node was sent."""
    names, values = (
        line.split() for line in inside.run("cat", "/proc/net/snmp").stdout.splitlines()
        if line.startswith("Icmp: ")
    )  # fmt: skip
    return int(values[names.index("InRedirects")])


@scenario("A8 A10", "IPv4: two MNs talk straight under one AR, through the anchor from two, also after moves")
def with_ipv4() -> None:
    with _hosts4() as pair:
        _walk_apart_and_together(pair)
        equal([_redirects(each) for each in pair.inside], [0, 0], "redirects")
        gateway = pair.walk.network.anchor.gateway4
        for each in pair.inside:
            known = each.run("ip", "-4", "-j", "neighbour", "show").stdout
            equal({entry["dst"] for entry in json.loads(known)}, {gateway}, f"neighbours of {each.name}")


@scenario("A8 A10", "IPv4: mn-to-mn: anchor and back, of two MNs of one AR")
def with_ipv4_switched() -> None:
    with _hosts4() as pair:
        _switch(pair, family=4)
