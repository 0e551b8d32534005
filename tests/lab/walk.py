# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""An MN that walks through a living domain while CN talks to it: what demo and scenarios share.

    with Walk() as walk:
        walk.attach(network.ar(1))
        timeline = walk.move(network.ar(2))
        left = walk.release()
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from . import placement
from .addresses import AccessRouter
from .agents import Domain, find_build
from .capture import Event, Observation, Timeline, timeline
from .clients import Client, Dhcpcd
from .kea import Kea
from .links import Move
from .network import Network
from .processes import Processes
from .radvd import start_radvd
from .traffic import Stream, Transfer
from .waiting import LabError

_SETTLED = 300_000_000  # ns of stream that must have flowed before the next move


class Walk:
    """A network with Kea, hook, agents and relays, and dhcpcd as the MN. A context manager."""

    def __init__(
        self,
        detection: bool = False,
        anchors: int = 1,
        mobile_nodes: int = 1,
        agents: Mapping[str, Any] | None = None,
        **kea_options: Any,
    ) -> None:
        """`detection`: the MN's duplicate address detection as it is by default. `agents`: options
        of Domain."""
        self._detection = detection
        self._sizes = {"anchors": anchors, "mobile_nodes": mobile_nodes}
        self._agents = agents or {}
        self._kea_options = kea_options
        self._stack = ExitStack()
        self.moves: list[Move] = []
        self.address = ""

    def __enter__(self) -> Walk:
        try:
            self._start()
        except BaseException as error:
            self._stack.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.__exit__(*exc)  # type: ignore[arg-type]

    def _start(self) -> None:
        self.network = self._stack.enter_context(Network(**self._sizes))
        self.processes = self._stack.enter_context(Processes())
        self.domain = Domain(self.network, self.processes, find_build(), **self._agents).start()
        options = self.domain.kea_options(**self._kea_options)
        self.kea = Kea(self.network, self.processes, options).start()
        for ar in self.network.access_routers:
            start_radvd(self.network, self.processes, ar)
        self.observation = Observation(self.network, self.processes).start()
        self.domain.wait_until_associated()

    def client(self) -> Client:
        return Dhcpcd(self.network, self.processes)

    def attach(self, ar: AccessRouter, client: Client | None = None) -> str:
        """The MN gets its address at this AR, and CN begins to talk to it. Returns the address."""
        self.mn = client or self.client()
        if not self._detection:
            self.mn.without_duplicate_address_detection()
        self._plug_in(ar)
        self.mn.start()
        self.address = self.mn.wait_for_address(limit=20)
        self.stream = Stream(self.network, self.processes, self.mn.mn, self.address).start()
        self.transfer = Transfer(self.network, self.processes, self.mn.mn, self.address).start()
        self.stream.wait_for_packet(after=0)
        self.transfer.wait_for_progress()
        return self.address

    def move(self, ar: AccessRouter, limit: float = 20) -> Move:
        """Moves the MN and waits until its user receives again."""
        move = self._plug_in(ar)
        reply = self.observation.wait_for(
            lambda e: e.node == self.mn.mn.name and e.dhcp("Reply", outgoing=False),
            f"a Reply at the MN after its move to {ar.name}",
            since=move.running,
            limit=limit,
        )
        back = self.stream.wait_for_packet(after=reply.at, limit=limit)
        self.stream.wait_for_packet(after=back + _SETTLED, limit=limit)
        self.transfer.wait_for_progress(limit=60)
        if self.mn.addresses() != [self.address]:
            raise LabError(f"{self.address} became {self.mn.addresses()} at {ar.name}")
        return move

    def _plug_in(self, ar: AccessRouter) -> Move:
        move = self.network.port(self.network.mn).plug_in(ar)
        self.moves.append(move)
        return move

    def timelines(self) -> list[Timeline]:
        """Each move since attach, put together from what all nodes saw."""
        events: list[Event] = self.observation.events()
        wire, application = self.stream.wire(), self.stream.application()
        found = []
        for index, move in enumerate(self.moves[1:], start=1):
            last = index + 1 == len(self.moves)
            until = None if last else self.moves[index + 1].unplugged
            found.append(
                timeline(
                    events, move, self.network.mn, self.address,
                    self.network.anchor_of(self.address), wire,
                    application, until,
                )  # fmt: skip
            )
        return found

    def lost_after_reply(self) -> list[int]:
        """For each move: packets sent after the Reply reached the MN that did not reach its interface."""
        wire = self.stream.wire()
        ends = [move.unplugged for move in self.moves[2:]]
        spans = zip(self.timelines(), [*ends, None])
        return [len(wire.lost(line.reply or 0, until)) for line, until in spans]

    def release(self, limit: float = 10) -> list[str]:
        """The MN gives its address back; returns what is left of it anywhere then."""
        self.stream.stop()
        self.mn.release()
        return self.left_over(limit)

    def left_over(self, limit: float = 10) -> list[str]:
        """Waits for empty tables on every router; returns what is still there."""
        return placement.left_over(self.network, limit)

    def wait_until_at(self, ar: AccessRouter, limit: float = 10) -> None:
        """Waits until the MN's anchor and this AR, and no other router, have a way to the MN."""
        placement.wait_until_at(self.network, self.address, ar, limit)
