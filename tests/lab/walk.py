# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""An MN that walks through a living domain while CN talks to it: what demo and scenarios share.

    with Walk() as walk:
        walk.attach(network.ar(1))
        timeline = walk.move(network.ar(2))
        left = walk.release()
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .addresses import MobileNode
from .agents import Domain, find_build
from .capture import Observation
from .clients4 import Client4
from .ipv4 import add_ipv4
from .kea import Kea
from .kea4 import Kea4
from .network import Network
from .parts import MadeOfParts
from .processes import Processes
from .radvd import start_radvd
from .walker import RouterWalker, Walker
from .walker4 import Walker4


class Walk(MadeOfParts, Walker):
    """A network with Kea, hook, agents and relays, and its first MN on foot, with dhcpcd. A context
    manager."""

    def __init__(
        self,
        detection: bool = False,
        anchors: int = 1,
        mobile_nodes: int = 1,
        lans: int = 0,
        agents: Mapping[str, Any] | None = None,
        ipv4: Mapping[str, Any] | None = None,
        **kea_options: Any,
    ) -> None:
        """`detection`: the MN's duplicate address detection as it is by default. `lans`: so many
        more MNs that are routers, see `router`. `agents`: options of Domain. `ipv4`: the domain has
        IPv4 too, see `host4`; options of Kea4, and `parameters`: more of the hook's."""
        super().__init__()
        self._detection = detection
        self._sizes = {"anchors": anchors, "mobile_nodes": mobile_nodes + lans, "lans": lans}
        self._agents = {**(agents or {}), "ipv4": ipv4 is not None}
        self._ipv4 = ipv4
        self._kea_options = kea_options

    def router(self, number: int = 1) -> RouterWalker:
        """One of the MNs that are routers, on foot in the same domain."""
        host = self.network.hosts_behind[number - 1]
        return RouterWalker(self.network, self.processes, self.observation, host, self.kea)

    def host4(self, client: Callable[[Walker4], Client4], mn: MobileNode | None = None) -> Walker4:
        """An MN with IPv4, on foot in the same domain."""
        walker = Walker4(self.network, self.processes, self.observation, mn or self.network.mn, client)
        self._stack.callback(walker.close)
        return walker

    def _start(self) -> None:
        network = self._stack.enter_context(Network(**self._sizes))
        processes = self._stack.enter_context(Processes())
        if self._ipv4 is not None:
            add_ipv4(network)
        self.domain = Domain(network, processes, find_build(), **self._agents).start()
        options = self.domain.kea_options(**self._kea_options)
        self.kea = Kea(network, processes, options).start()
        if self._ipv4 is not None:
            kea4 = dict(self._ipv4)
            parameters = self.domain.hook4_parameters(**kea4.pop("parameters", {}))
            hook = {"hook": self.domain.build.hook, "hook_parameters": parameters}
            self.kea4 = Kea4(network, processes, relays=(), **hook, **kea4).start()
        for ar in network.access_routers:
            start_radvd(network, processes, ar)
        observation = Observation(network, processes).start()
        self.domain.wait_until_associated()
        Walker.__init__(self, network, processes, observation, network.mn, self._detection)
