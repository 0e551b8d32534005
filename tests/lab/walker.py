# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""One MN on foot in a living domain, a host or a router with a host behind it; CN talks to it."""

from __future__ import annotations

import ipaddress

from . import placement
from .addresses import AccessRouter, HostBehind, MobileNode
from .capture import Event, Observation, Timeline, timeline
from .clients import Client, Dhclient, Dhcpcd
from .kea import Kea
from .links import Move
from .network import LAN, MN_LINK, Network
from .processes import Processes
from .traffic import Stream, Transfer
from .waiting import LabError

SETTLED = 300_000_000  # ns of stream that must have flowed before the next move


class Walker:
    """An MN that has one address."""

    def __init__(
        self,
        network: Network,
        processes: Processes,
        observation: Observation,
        node: MobileNode,
        detection: bool = False,
    ) -> None:
        """`detection`: the MN's duplicate address detection as it is by default."""
        self.network = network
        self.processes = processes
        self.observation = observation
        self.node = node
        self._detection = detection
        self.moves: list[Move] = []
        self.address = ""

    @property
    def prefix(self) -> str:
        """What the routers have a way to."""
        return self.address

    def client(self) -> Client:
        return Dhcpcd(self.network, self.processes, self.node)

    def attach(self, ar: AccessRouter, client: Client | None = None) -> str:
        """The MN gets its address at this AR, and CN begins to talk to it. Returns the address."""
        self.mn = client or self.client()
        if not self._detection:
            self.mn.without_duplicate_address_detection()
        self._plug_in(ar)
        self.mn.start()
        self.address = self.mn.wait_for_address(limit=20)
        self._talk_to(self.node)
        return self.address

    def move(self, ar: AccessRouter, limit: float = 20) -> Move:
        """Moves the MN and waits until its user receives again."""
        move = self._plug_in(ar)
        self.mn.notice_new_link()
        reply = self.observation.wait_for(
            lambda e: e.node == self.node.name and e.dhcp("Reply", outgoing=False),
            f"a Reply at {self.node.name} after its move to {ar.name}",
            since=move.running,
            limit=limit,
        )
        back = self.stream.wait_for_packet(after=reply.at, limit=limit)
        self.stream.wait_for_packet(after=back + SETTLED, limit=limit)
        self.transfer.wait_for_progress(limit=60)
        if self._held() != self._had:
            raise LabError(f"{self._had} became {self._held()} at {ar.name}")
        return move

    def timelines(self) -> list[Timeline]:
        """Each move since attach, put together from what all nodes saw."""
        events: list[Event] = self.observation.events()
        wire, application = self.stream.wire(), self.stream.application()
        anchor = self.network.anchor_of(self.prefix)
        ends = [move.unplugged for move in self.moves[2:]]
        return [
            timeline(events, move, self.node, self.prefix, anchor, wire, application, until)
            for move, until in zip(self.moves[1:], [*ends, None])
        ]

    def lost_after_reply(self) -> list[int]:
        """For each move: packets sent after the Reply reached the MN that did not reach its interface."""
        wire = self.stream.wire()
        ends = [move.unplugged for move in self.moves[2:]]
        spans = zip(self.timelines(), [*ends, None])
        return [len(wire.lost(line.reply or 0, until)) for line, until in spans]

    def release(self, limit: float = 10) -> list[str]:
        """The MN gives back what it has; returns what is left of it anywhere then."""
        self.stream.stop()
        self.mn.release()
        return self.left_over(limit)

    def left_over(self, limit: float = 10) -> list[str]:
        """Waits for empty tables on every router; returns what is still there."""
        return placement.left_over(self.network, limit)

    def wait_until_at(self, ar: AccessRouter, limit: float = 10) -> None:
        """Waits until the MN's anchor and this AR, and no other router, have a way to the MN."""
        placement.wait_until_at(self.network, self.prefix, ar, limit)

    def _plug_in(self, ar: AccessRouter) -> Move:
        move = self.network.port(self.node).plug_in(ar)
        self.moves.append(move)
        return move

    def _held(self) -> list[str]:
        """What no move may change."""
        return self.mn.addresses()

    def _talk_to(self, user: MobileNode | HostBehind) -> None:
        self.stream = Stream(
            self.network, self.processes, user, self.address, wire_at=self.node
        ).start()
        self.transfer = Transfer(self.network, self.processes, user, self.address).start()
        self.stream.wait_for_packet(after=0)
        self.transfer.wait_for_progress()
        self._had = self._held()


class RouterWalker(Walker):
    """An MN that is a router: CN talks to a host on its LAN, with an address of its first prefix."""

    def __init__(
        self,
        network: Network,
        processes: Processes,
        observation: Observation,
        host: HostBehind,
        kea: Kea,
    ) -> None:
        super().__init__(network, processes, observation, host.mn)
        self._host = host
        self._kea = kea
        self.prefixes: list[str] = []

    @property
    def prefix(self) -> str:
        return self.prefixes[0]

    def client(self) -> Client:
        return Dhcpcd(self.network, self.processes, self.node, delegated=[f"2/::/60 {LAN}/0/64"])

    def attach(self, ar: AccessRouter, client: Client | None = None) -> str:
        """The router gets its prefixes, and CN begins to talk to the host. Returns its address."""
        self.mn = client or self.client()
        self.mn.without_duplicate_address_detection()
        self._plug_in(ar)
        self.mn.start()
        self.prefixes = self.mn.process.wait_until(
            self._delegated, f"prefixes of {self.node.name}", limit=20
        )
        self._number_lan()
        self._talk_to(self._host)
        return self.address

    def ping(self) -> None:
        """CN asks the host behind the router once more."""
        self.network.inside(self.network.cn).run("ping", "-6", "-c", "1", "-W", "5", self.address)

    def _held(self) -> list[str]:
        return [*self.mn.addresses(), *self._delegated()]

    def _delegated(self) -> list[str]:
        """Of Kea's leases those of this client."""
        mine = (row for row in self._kea.leases() if row["duid"] == self.mn.duid)
        prefixes = (row for row in mine if row["type"] == "IA_PD")
        return [f"{row['ip-address']}/{row['prefix-len']}" for row in prefixes]

    def _number_lan(self) -> None:
        """The LAN is the first /64. The router's address there is its client's work, but
        for dhclient, which leaves it to a script."""
        lan = next(ipaddress.IPv6Network(self.prefix).subnets(new_prefix=64))
        router, host = lan[1], lan[0x100]
        if isinstance(self.mn, Dhclient):
            self.mn.inside.ip(f"address add {router}/64 dev {LAN} nodad")
        self.network.inside(self._host).ip(f"address add {host}/64 dev {MN_LINK} nodad")
        self.address = str(host)
