# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A living domain with the player on its access links: where exact exchanges are tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import placement
from .addresses import AccessRouter
from .agents import Domain, find_build
from .kea import Kea
from .network import Network
from .parts import MadeOfParts
from .player import Player
from .processes import Processes


class Crowd(MadeOfParts):
    """Network, Kea with hook, agents, relays and player. A context manager."""

    def __init__(
        self,
        access_routers: int = 2,
        anchors: int = 1,
        agents: Mapping[str, Any] | None = None,
        **kea_options: Any,
    ) -> None:
        """`agents`: options of Domain."""
        super().__init__()
        self._agents = agents or {}
        self._sizes = {"access_routers": access_routers, "anchors": anchors}
        self._kea_options = kea_options

    def _start(self) -> None:
        self.network = self._stack.enter_context(Network(**self._sizes))
        self.processes = self._stack.enter_context(Processes())
        build = find_build()
        self.domain = Domain(self.network, self.processes, build, **self._agents).start()
        options = self.domain.kea_options(**self._kea_options)
        self.kea = Kea(self.network, self.processes, options).start()
        self.domain.wait_until_associated()
        self.player = self._stack.enter_context(Player(self.network, self.processes, build))

    def where(self, address: str) -> str | None:
        """The AR that the address's anchor sends its packets to; None: nowhere."""
        return placement.leads_to(self.network, address)

    def wait_until_at(self, address: str, ar: AccessRouter, limit: float = 5) -> None:
        """Waits until its anchor and this AR, and no other router, have a way to the address."""
        placement.wait_until_at(self.network, address, ar, limit)

    def add_intruder(self) -> str:
        """Somebody who can send Relay-forwards from AR 2's own address: the link to play through."""
        ar, name = self.network.ar(2), "intruder"
        self.player.do(
            "relay_link", name=name, netns=self.network.inside(ar).name, port=5470, source=ar.core,
            server=self.network.anchor.core, link_address=ar.link, interface_id="access",
        )  # fmt: skip
        return name

    def counters(self) -> dict[str, int]:
        """The anchor's: moves, copies, refused, ..."""
        counters: dict[str, int] = self.domain.ask(self.network.anchor)["anchor"]["counters"]
        return counters

    def left_over(self, limit: float = 10) -> list[str]:
        return placement.left_over(self.network, limit)

    def anchor_log(self) -> str:
        return self.domain.route_agent(self.network.anchor).output()
