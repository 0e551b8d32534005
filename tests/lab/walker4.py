# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""An MN on foot with IPv4: each move ends with the DHCPACK, and CN talks to it all the while."""

from __future__ import annotations

from collections.abc import Callable

from .addresses import AccessRouter, MobileNode
from .capture import Observation, Timeline
from .clients4 import Client4
from .dhcp4 import ACK, REQUEST, Tap
from .links import Move
from .network import MN_LINK, Network
from .processes import Processes
from .waiting import LabError
from .walker import SETTLED, Walker


class Walker4(Walker):
    def __init__(
        self,
        network: Network,
        processes: Processes,
        observation: Observation,
        node: MobileNode,
        client: Callable[[Walker4], Client4],
    ) -> None:
        super().__init__(network, processes, observation, node)
        self.mn4 = client(self)
        self.tap = Tap(network.inside(node), MN_LINK)
        self.acknowledged: list[int] = []  # for each move, when the DHCPACK reached the MN
        self.asked: list[int] = []  # likewise, when its DHCPREQUEST left
        self.said: list[str] = []  # likewise, what it said first

    def close(self) -> None:
        self.tap.close()

    def attach_ipv4(self, ar: AccessRouter) -> str:
        """The MN gets its address at this AR, and CN begins to talk to it. Returns the address."""
        self._plug_in(ar)
        return self.begin()

    def begin(self) -> str:
        """The same for an MN that is plugged in already."""
        self.mn4.start()
        self.address = self.mn4.wait_for_address()
        self._talk_to(self.node)
        return self.address

    def move(self, ar: AccessRouter, limit: float = 20) -> Move:
        before = self.tap.count()
        move = self.depart(ar)
        self.settle(before, ar, limit)
        return move

    def depart(self, ar: AccessRouter) -> Move:
        """The first half of a move, where somebody else moves meanwhile; `settle` is the other."""
        return self._plug_in(ar)

    def settle(self, before: int, ar: AccessRouter, limit: float = 20) -> None:
        """Waits for the DHCPACK behind the first `before` messages, and until CN's user has both
        stream and transfer again."""
        ack = self.tap.wait_for(ACK, f"a DHCPACK at {self.node.name} at {ar.name}", limit, before)
        asked = [seen for seen in self.tap.seen(REQUEST) if seen.at < ack.at][-1]
        self.asked.append(asked.at)
        said = [seen for seen in self.tap.seen()[before:] if seen.message.op == 1]
        self.said.append(said[0].message.said)
        self.acknowledged.append(ack.at)
        back = self.stream.wait_for_packet(after=ack.at, limit=limit)
        self.stream.wait_for_packet(after=back + SETTLED, limit=limit)
        self.transfer.wait_for_progress(limit=60)
        if self._held() != self._had:
            raise LabError(f"{self._had} became {self._held()} at {ar.name}")

    def lost_after_reply(self) -> list[int]:
        """For each move: packets sent after the DHCPACK reached the MN that did not reach its interface."""
        wire = self.stream.wire()
        ends = [move.unplugged for move in self.moves[2:]]
        return [len(wire.lost(at, until)) for at, until in zip(self.acknowledged, [*ends, None])]

    def timelines(self) -> list[Timeline]:
        """Each move, from the DHCPREQUEST on; where and when it reached the relay agent is where and
        when it left the MN."""
        wire, application = self.stream.wire(), self.stream.application()
        told = zip(self.moves[1:], self.said, self.asked, self.acknowledged)
        return [
            Timeline(
                ar=move.ar.name,
                link_up=move.running,
                message=said,
                at_relay=asked,
                ar_route=self._routed(move.ar.name, asked),
                anchor_route=self._routed(self.network.anchor_of(self.address).name, asked),
                reply=acknowledged,
                address_usable=None,  # it was never taken away
                first_packet=wire.first_after(asked),
                first_received=application.first_after(asked),
            )
            for move, said, asked, acknowledged in told
        ]

    def _routed(self, node: str, since: int) -> int | None:
        events = self.observation.events(since)
        mine = (e for e in events if e.node == node and e.our_route(self.address, added=True))
        return next((event.at for event in mine), None)

    def _held(self) -> list[str]:
        return self.mn4.addresses()
