# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The network of the lab, built from namespaces and taken down with the run.

     CN ── core bridge ── anchor
                      ├── AR1 ── access bridge 1 ┐
                      └── AR2 ── access bridge 2 ┴─ the MN's port moves between them

The core has static routes only: to every node's tunnel address by way of its core address. What
mobility adds (host routes, tunnels, the reverse path) is left to the route agents, or to a test.
"""

from __future__ import annotations

import ipaddress
import itertools
import os
from collections.abc import Iterator
from typing import Any, Protocol

from . import namespaces
from .addresses import (
    ACCESS_MTU,
    CORE_MTU,
    CORE_PREFIX_LENGTH,
    GATEWAY_LINK_LOCAL,
    GATEWAY_MAC,
    AccessRouter,
    Anchor,
    CorrespondentNode,
    HostBehind,
    MobileNode,
    Node,
)
from .links import MovingPort, wait_until_running
from .namespaces import Group, Namespace

CORE = "core"  # name of the interface towards the core, in every node that has one
ACCESS = "access"  # name of an AR's interface towards its access link
MN_LINK = "eth0"  # name of a host's interface: of an MN's towards its AR, of one behind an MN
LAN = "lan0"  # name of an MN's interface towards the host behind it
LAN_GATEWAY = "fe80::1"  # of an MN that is a router, on its LAN

QUIET = {  # addresses usable at once, and none by surprise
    "conf/default/accept_dad": 0,
    "conf/default/dad_transmits": 0,
    "conf/default/accept_ra": 0,
    "conf/default/accept_redirects": 0,
    "conf/all/accept_redirects": 0,
}
ROUTER = {**QUIET, "conf/all/forwarding": 1, "conf/default/forwarding": 1}
SWITCH = {"conf/default/disable_ipv6": 1}

# IPv6 has no sysctl against sending redirects, and a router that sends one to an MN, or to CN,
# would be asking it to learn where MNs are (scenario A11).
NO_REDIRECTS = (
    "table ip6 lab { chain output { type filter hook output priority 0; "
    "icmpv6 type nd-redirect drop; }; }"
)

_runs = itertools.count()


class Hosts(Protocol):
    """What clients and traffic ask of the network that they are in."""

    cn: CorrespondentNode

    @property
    def mn(self) -> MobileNode: ...

    def inside(self, node: Any) -> Namespace: ...


class Network(Group):
    """A built network. Use it as a context manager; it is also removed when the process ends."""

    def __init__(
        self, access_routers: int = 2, mobile_nodes: int = 1, anchors: int = 1, lans: int = 0
    ) -> None:
        """`lans`: so many MNs, the last ones, are routers with a host on a LAN behind them."""
        self.prefix = f"km{os.getpid()}-{next(_runs)}-"
        self.cn = CorrespondentNode()
        self.anchors = [Anchor(number) for number in range(1, anchors + 1)]
        self.access_routers = [AccessRouter(number) for number in range(1, access_routers + 1)]
        self.mobile_nodes = [MobileNode(number) for number in range(1, mobile_nodes + 1)]
        self.hosts_behind = [HostBehind(mn) for mn in self.mobile_nodes[mobile_nodes - lans :]]
        self.core_switch = Namespace(f"{self.prefix}core")
        self.access_switch = Namespace(f"{self.prefix}access")
        self._ports: dict[int, MovingPort] = {}

    @property
    def anchor(self) -> Anchor:
        return self.anchors[0]

    def anchor_of(self, address: str) -> Anchor:
        """The anchor in whose domain the address, or the prefix, is."""
        if ":" not in address:
            wanted4 = ipaddress.IPv4Address(address)
            return next(
                each for each in self.anchors if wanted4 in ipaddress.IPv4Network(each.domain4)
            )
        wanted = ipaddress.IPv6Network(address)
        return next(
            each for each in self.anchors if wanted.subnet_of(ipaddress.IPv6Network(each.domain))
        )

    @property
    def mn(self) -> MobileNode:
        return self.mobile_nodes[0]

    def ar(self, number: int) -> AccessRouter:
        return self.access_routers[number - 1]

    def inside(self, node: Node) -> Namespace:
        return Namespace(self.prefix + node.name)

    def port(self, mn: MobileNode) -> MovingPort:
        """The MN's place on the access links: where it is attached, moved and detached."""
        return self._ports[mn.number]

    def remove(self) -> None:
        for port in self._ports.values():
            port.close()
        self._ports.clear()
        super().remove()

    @property
    def routers(self) -> list[Anchor | AccessRouter]:
        return [*self.anchors, *self.access_routers]

    def _names(self) -> list[str]:
        nodes = [self.cn, *self.routers, *self.mobile_nodes, *self.hosts_behind]
        names = [self.prefix + node.name for node in nodes]
        return [self.core_switch.name, self.access_switch.name, *names]

    def _build(self) -> None:
        namespaces.create(self._names())
        self._set_sysctls()
        self.core_switch.ip(bridge("core", CORE_MTU))
        self.access_switch.ip(*(bridge(ar.name, ACCESS_MTU) for ar in self.access_routers))
        namespaces.ip_batch(self._cables())
        self.core_switch.ip(*self._core_ports())
        self.access_switch.ip(*self._uplinks())
        self._configure_cn()
        for anchor in self.anchors:
            self._configure_anchor(anchor)
        for ar in self.access_routers:
            self._configure_access_router(ar)
        for mn in self.mobile_nodes:
            self.inside(mn).ip("link set lo up", f"link set {MN_LINK} up")
            self._ports[mn.number] = MovingPort(mn, self.inside(mn), MN_LINK, self.access_switch)
        for host in self.hosts_behind:
            self._configure_lan(host)
        self._wait_for_carriers()

    def _wait_for_carriers(self) -> None:
        """radvd, for one, sends nothing for seconds if there is no carrier when it starts."""
        links = [(self.inside(node), CORE) for node in (self.cn, *self.routers)]
        links += [(self.inside(ar), ACCESS) for ar in self.access_routers]
        links += [(self.core_switch, node.name) for node in (self.cn, *self.routers)]
        links += [(self.access_switch, f"{ar.name}-up") for ar in self.access_routers]
        for namespace, interface in links:
            wait_until_running(namespace, interface)

    def _set_sysctls(self) -> None:
        for switch in (self.core_switch, self.access_switch):
            switch.sysctl(SWITCH)
        self.inside(self.cn).sysctl(QUIET)
        for router in (*self.routers, *(host.mn for host in self.hosts_behind)):
            self.inside(router).sysctl(ROUTER)
        for host in self.hosts_behind:
            self.inside(host).sysctl(QUIET)

    def _cables(self) -> Iterator[str]:
        """Every veth pair, made where it belongs: nothing ever appears in the root namespace."""
        core, access = self.core_switch.name, self.access_switch.name
        for node in (self.cn, *self.routers):
            yield (
                f"link add {CORE} mtu {CORE_MTU} netns {self.prefix}{node.name}"
                f" type veth peer name {node.name} mtu {CORE_MTU} netns {core}"
            )
        for ar in self.access_routers:
            yield (
                f"link add {ACCESS} address {GATEWAY_MAC} mtu {ACCESS_MTU}"
                f" netns {self.prefix}{ar.name}"
                f" type veth peer name {ar.name}-up mtu {ACCESS_MTU} netns {access}"
            )
        for mn in self.mobile_nodes:
            yield (
                f"link add {MN_LINK} address {mn.mac} mtu {ACCESS_MTU} netns {self.prefix}{mn.name}"
                f" type veth peer name {mn.name} mtu {ACCESS_MTU} netns {access}"
            )
        for host in self.hosts_behind:
            yield (
                f"link add {LAN} mtu {ACCESS_MTU} netns {self.prefix}{host.mn.name}"
                f" type veth peer name {MN_LINK} mtu {ACCESS_MTU} netns {self.prefix}{host.name}"
            )

    def _core_ports(self) -> Iterator[str]:
        for node in (self.cn, *self.routers):
            yield f"link set {node.name} master core up"

    def _uplinks(self) -> Iterator[str]:
        for ar in self.access_routers:
            yield f"link set {ar.name}-up master {ar.name} up"

    def _configure_lan(self, host: HostBehind) -> None:
        """What a LAN has before any prefix is delegated to its router."""
        self.inside(host.mn).ip(
            f"link set {LAN} addrgenmode none",
            f"link set {LAN} up",
            f"address add {LAN_GATEWAY}/64 dev {LAN} nodad",
        )
        self.inside(host).ip(
            "link set lo up",
            f"link set {MN_LINK} up",
            f"route add default via {LAN_GATEWAY} dev {MN_LINK}",
        )

    def _configure_cn(self) -> None:
        self.inside(self.cn).ip(
            *_core_interface(self.cn.core),
            *(f"route add {anchor.domain} via {anchor.core} dev {CORE}" for anchor in self.anchors),
        )

    def _configure_anchor(self, anchor: Anchor) -> None:
        others = (node for node in self.routers if node is not anchor)
        inside = self.inside(anchor)
        inside.ip(
            *_core_interface(anchor.core),
            f"route add unreachable {anchor.domain}",
            *_tunnel_address(anchor),
            *(f"route add {node.tunnel} via {node.core} dev {CORE}" for node in others),
            *(f"route add {ar.link}/64 via {ar.core} dev {CORE}" for ar in self.access_routers),
        )
        inside.run("nft", NO_REDIRECTS)

    def _configure_access_router(self, ar: AccessRouter) -> None:
        inside = self.inside(ar)
        inside.ip(
            *_core_interface(ar.core),
            f"route add default via {self.anchor.core} dev {CORE}",
            *_tunnel_address(ar),
            *(f"route add {anchor.tunnel} via {anchor.core} dev {CORE}" for anchor in self.anchors),
            *gateway(ACCESS, ar.link),
        )
        inside.run("nft", NO_REDIRECTS)


def bridge(name: str, mtu: int) -> str:
    # No snooping: a bridge that has to learn who listens would lose the first advertisements.
    return f"link add {name} up mtu {mtu} type bridge stp_state 0 forward_delay 0 mcast_snooping 0"


def gateway(interface: str, link_address: str) -> tuple[str, ...]:
    """Makes it the same to every MN as on any other access link (RFC 6543)."""
    return (
        f"link set {interface} addrgenmode none",
        f"link set {interface} up",
        f"address add {GATEWAY_LINK_LOCAL}/64 dev {interface} nodad",
        f"address add {link_address}/128 dev {interface} nodad",
    )


def _core_interface(address: str) -> tuple[str, ...]:
    return (
        "link set lo up",
        f"link set {CORE} up",
        f"address add {address}/{CORE_PREFIX_LENGTH} dev {CORE} nodad",
    )


def _tunnel_address(node: Anchor | AccessRouter) -> tuple[str, ...]:
    """Behind the route agent's own route (metric 1024): a packet for a tunnel address that nobody
    serves yet ends here instead of circling between AR and anchor. Also the tunnel's source."""
    return (f"route add unreachable {node.tunnel} metric 4096", f"sr tunsrc set {node.tunnel}")
