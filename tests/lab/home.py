# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A home: one box with two access points, an MN between them, and CN outside.

     CN ── uplink ── box ── ap1 ── bridge ap1 ┐
                         └─ ap2 ── bridge ap2 ┴─ the MN's port moves between them

It stands in for a Network where one MN and CN are all that is asked for (clients, streams).
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from . import namespaces
from .addresses import ACCESS_MTU, GATEWAY_MAC, CorrespondentNode, MobileNode
from .links import MovingPort, wait_until_running
from .namespaces import Group, Namespace
from .network import MN_LINK, NO_REDIRECTS, QUIET, ROUTER, SWITCH, bridge, gateway

UPLINK = "uplink"
BOX = "2001:db8:1200::1"  # the box's own address
MNS = "2001:db8:1200:1::/64"
_HOME = "2001:db8:1200::/48"
_OUTSIDE = "2001:db8:ffff"


@dataclass(frozen=True)
class AccessPoint:
    name: str  # of the box's interface
    link: str


ACCESS_POINTS = (
    AccessPoint("ap1", "2001:db8:1200:a::1"),
    AccessPoint("ap2", "2001:db8:1200:b::1"),
)


class Home(Group):
    """A context manager, also removed when the process ends."""

    def __init__(self) -> None:
        self._prefix = f"km{os.getpid()}-home-"
        self.cn = CorrespondentNode()
        self.mn = MobileNode(1)
        self.box = Namespace(f"{self._prefix}box")
        self._switch = Namespace(f"{self._prefix}access")

    def inside(self, node: CorrespondentNode | MobileNode) -> Namespace:
        return Namespace(self._prefix + node.name)

    def _names(self) -> list[str]:
        return [each.name for each in (self.box, self._switch, *map(self.inside, (self.cn, self.mn)))]

    def _build(self) -> None:
        namespaces.create(self._names())
        cn, mn = self.inside(self.cn), self.inside(self.mn)
        self._switch.sysctl(SWITCH)
        self.box.sysctl(ROUTER)
        for host in (cn, mn):
            host.sysctl(QUIET)
        namespaces.ip_batch([
            f"link add {UPLINK} netns {self.box.name} type veth peer name {UPLINK} netns {cn.name}",
            f"link add {MN_LINK} address {self.mn.mac} netns {mn.name}"
            f" type veth peer name {self.mn.name} netns {self._switch.name}",
        ])  # fmt: skip
        for each in ACCESS_POINTS:
            self._add_access_point(each)
        self.box.ip(
            "link set lo up",
            f"link set {UPLINK} up",
            f"address add {_OUTSIDE}::1/64 dev {UPLINK} nodad",
            f"address add {BOX}/128 dev {UPLINK} nodad",
            f"route add unreachable {MNS}",
        )
        self.box.run("nft", NO_REDIRECTS)
        cn.ip(
            "link set lo up",
            f"link set {UPLINK} up",
            f"address add {_OUTSIDE}::c/64 dev {UPLINK} nodad",
            f"route add {_HOME} via {_OUTSIDE}::1",
        )
        mn.ip("link set lo up", f"link set {MN_LINK} up")
        self.port = MovingPort(self.mn, mn, MN_LINK, self._switch)
        for each in ACCESS_POINTS:
            wait_until_running(self.box, each.name)

    def _add_access_point(self, point: AccessPoint) -> None:
        self._switch.ip(
            bridge(point.name, ACCESS_MTU),
            f"link add {point.name}-up type veth"
            f" peer name {point.name} address {GATEWAY_MAC} netns {self.box.name}",
            f"link set {point.name}-up master {point.name} up",
        )
        self.box.ip(*gateway(point.name, point.link))
