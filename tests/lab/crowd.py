# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A living domain with the player on its access links: where exact exchanges are tried."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from .addresses import AccessRouter
from .agents import Domain, find_build
from .kea import Kea
from .network import Network
from .player import Player
from .processes import Processes
from .tables import installed, leftovers
from .waiting import LabError, wait_until


class Crowd:
    """Network, Kea with hook, agents, relays and player. A context manager."""

    def __init__(self, access_routers: int = 2, anchors: int = 1, **kea_options: Any) -> None:
        self._sizes = {"access_routers": access_routers, "anchors": anchors}
        self._kea_options = kea_options
        self._stack = ExitStack()

    def __enter__(self) -> Crowd:
        try:
            self.network = self._stack.enter_context(Network(**self._sizes))
            self.processes = self._stack.enter_context(Processes())
            build = find_build()
            self.domain = Domain(self.network, self.processes, build).start()
            options = self.domain.kea_options(**self._kea_options)
            self.kea = Kea(self.network, self.processes, options).start()
            self.domain.wait_until_associated()
            self.player = self._stack.enter_context(Player(self.network, self.processes, build))
        except BaseException as error:
            self._stack.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.__exit__(*exc)  # type: ignore[arg-type]

    def where(self, address: str) -> str | None:
        """The AR that the anchor's kernel sends this address's packets to; None: nowhere."""
        way = installed(self.network.inside(self.network.anchor)).route(address)
        tunnels = {ar.tunnel: ar.name for ar in self.network.access_routers}
        return tunnels.get(way.segments[0]) if way and way.segments else None

    def wait_until_at(self, address: str, ar: AccessRouter, limit: float = 5) -> None:
        """Waits until anchor and this AR, and no other AR, have a way to the address."""

        def here() -> bool:
            at = [each.name for each in self.network.access_routers
                  if installed(self.network.inside(each)).route(address)]  # fmt: skip
            return self.where(address) == ar.name and at == [ar.name]

        wait_until(here, f"{address} to be at {ar.name} and nowhere else", limit, every=0.02)

    def counters(self) -> dict[str, int]:
        """The anchor's: moves, copies, refused, ..."""
        counters: dict[str, int] = self.domain.ask(self.network.anchor)["anchor"]["counters"]
        return counters

    def left_over(self, limit: float = 10) -> list[str]:
        routers = [self.network.inside(router) for router in self.network.routers]
        try:
            wait_until(lambda: not leftovers(routers), "empty tables", limit, every=0.05)
        except LabError:
            return leftovers(routers)
        return []

    def anchor_log(self) -> str:
        return self.domain.route_agent(self.network.anchor).output()
