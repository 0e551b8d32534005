# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""MNs that talk to each other: straight under one AR and with ULAs, else through the anchor."""

from __future__ import annotations

from contextlib import ExitStack

from .. import placement
from ..addresses import AccessRouter, MobileNode
from ..agents import Domain, find_build
from ..clients import Dhcpcd
from ..crossing import BOTH_WAYS, Crossing
from ..kea import Kea
from ..network import ACCESS, CORE, MN_LINK, Network
from ..processes import Processes
from ..radvd import start_radvd
from ..scenario import equal, fact, scenario


class _Neighbours:
    """Two dhcpcd MNs in a domain of two ARs. A context manager."""

    def __enter__(self) -> _Neighbours:
        with ExitStack() as stack:
            self.network = stack.enter_context(Network(mobile_nodes=2))
            self.processes = stack.enter_context(Processes())
            self.domain = Domain(self.network, self.processes, find_build()).start()
            self.kea = Kea(self.network, self.processes, self.domain.kea_options()).start()
            for ar in self.network.access_routers:
                start_radvd(self.network, self.processes, ar)
            self.crossing = Crossing(self.network, self.domain)
            self.domain.wait_until_associated()
            self.addresses = [self._attach(mn) for mn in self.network.mobile_nodes]
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.__exit__(*exc)  # type: ignore[arg-type]

    def _attach(self, mn: MobileNode) -> str:
        client = Dhcpcd(self.network, self.processes, mn)
        client.without_duplicate_address_detection()
        self.network.port(mn).plug_in(self.network.ar(1))
        client.start()
        address = client.wait_for_address(limit=20)
        placement.wait_until_at(self.network, address, self.network.ar(1))
        return address

    def move_second(self, ar: AccessRouter) -> None:
        self.network.port(self.network.mobile_nodes[1]).plug_in(ar)
        placement.wait_until_at(self.network, self.addresses[1], ar, limit=20)

    def through_anchor(self, address: str | None = None) -> int:
        """How many wrapped packets the anchor sees while the first MN pings the second: none may be lost."""
        first = self.network.inside(self.network.mobile_nodes[0])
        return self.crossing.through_anchor(first, address or self.addresses[1])


@scenario("A10", "two MNs under one AR talk straight, from two ARs through the anchor, also while one moves")
def straight_under_one_ar() -> None:
    with _Neighbours() as mns:
        equal(mns.through_anchor(), 0, "packets of two MNs of AR1 at the anchor")
        mns.move_second(mns.network.ar(2))
        equal(mns.through_anchor(), BOTH_WAYS, "packets of MNs of AR1 and AR2 at the anchor")
        mns.move_second(mns.network.ar(1))
        equal(mns.through_anchor(), 0, "packets at the anchor after the move back")


@scenario("A10", "mn-to-mn: anchor sends all through the anchor, and back: it shows all that MNs say to each other")
def through_the_anchor() -> None:
    with _Neighbours() as mns:
        for way, seen in (("anchor", BOTH_WAYS), ("direct", 0)):
            mns.crossing.switch(mns.network.ar(1), way)
            equal(mns.through_anchor(), seen, f"packets of two MNs of AR1 at the anchor: {way}")


@scenario("A10", "MNs with ULAs of their ARs' links talk without the anchor, from AR to AR")
def local_addresses() -> None:
    with _Neighbours() as mns:
        network = mns.network
        mns.move_second(network.ar(2))
        for number, mn in enumerate(network.mobile_nodes, start=1):
            ar, other = network.ar(number), network.ar(3 - number)
            network.inside(ar).ip(
                f"address add fd00:0:0:{number}::1/64 dev {ACCESS} nodad",
                f"route add fd00:0:0:{3 - number}::/64 via {other.core} dev {CORE}",
            )
            network.inside(mn).ip(
                f"address add fd00:0:0:{number}::2/64 dev {MN_LINK} nodad",
            )
        equal(mns.through_anchor("fd00:0:0:2::2"), 0, "packets between ULAs at the anchor")
        equal(mns.through_anchor(), BOTH_WAYS, "packets between their other addresses there")
        fact("ULAs of a link stay behind when their MN moves: calls that use them end")
