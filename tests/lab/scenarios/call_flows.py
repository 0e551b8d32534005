# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The call flows of the NETLMM overview where the kernel takes part: what stays on the link, what each
router does to a packet, and how long the old way back lasts."""

from __future__ import annotations

import ipaddress
import socket
import struct
import time

from ..agents import wait_until_ready
from ..clients import Dhcpcd
from ..crowd import Crowd
from ..frames import Frame, Port, udp_frame
from ..namespaces import Namespace
from ..network import ACCESS, CORE, MN_LINK
from ..scenario import check, equal, fact, scenario
from ..tables import installed
from ..waiting import wait_until
from ..walk import Walk

_PORT = 5003
_HOPS = 64  # the hop limit with which everybody sends
_LINGER = 1000  # ms, the anchor's default
_SETTLED = 0.5  # seconds in which whatever leaks has leaked
_LONG = 10  # seconds
_FAR = b"how far is it"


class Talk:
    """Datagrams between two hosts, and the hop limit with which each arrived."""

    def __init__(self, receiver: Namespace) -> None:
        with receiver.entered():
            self._socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
        self._socket.bind(("::", _PORT))
        self._socket.settimeout(_LONG)

    def hop_limit_from(self, sender: Namespace, destination: str) -> int:
        """Of one datagram that is sent now."""
        _send(sender, destination, _FAR)
        _, ancillary, _, _ = self._socket.recvmsg(100, 100)
        return int(next(struct.unpack("i", data)[0] for _, kind, data in ancillary
                        if kind == socket.IPV6_HOPLIMIT))  # fmt: skip

    def received(self) -> list[bytes]:
        """What has come since the last call."""
        self._socket.setblocking(False)
        found = []
        while True:
            try:
                found.append(self._socket.recv(100))
            except BlockingIOError:
                return found


def _send(sender: Namespace, destination: str, payload: bytes, interface: str | None = None) -> None:
    with sender.entered():
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            for option in (socket.IPV6_UNICAST_HOPS, socket.IPV6_MULTICAST_HOPS):
                sock.setsockopt(socket.IPPROTO_IPV6, option, _HOPS)
            scope = socket.if_nametoindex(interface) if interface else 0
            sock.sendto(payload, (destination, _PORT, 0, scope))


@scenario("B", "unicast data: each router takes one from the hop limit of the header by which it forwards")
def one_hop_at_each_router() -> None:
    with Walk() as walk:
        network = walk.network
        address = walk.attach(network.ar(1))
        mn, cn = network.inside(network.mn), network.inside(network.cn)
        at_mn, at_cn = Talk(mn), Talk(cn)
        for number in (1, 2):
            ar = network.ar(number)
            if number == 2:
                walk.move(ar)
            walk.wait_until_at(ar)
            core = Port(network.core_switch, ar.name)
            down, up = at_mn.hop_limit_from(cn, address), at_cn.hop_limit_from(mn, network.cn.core)
            fact(f"{ar.name}: sent with {_HOPS}, CN -> MN arrives with {down}, MN -> CN with {up}")
            tunnels = {end: [each.hop_limit for frame in core.with_text(_FAR) for each in frame.headers
                             if frame.headers[0].destination == end]
                       for end in (ar.tunnel, network.anchor.tunnel)}  # fmt: skip
            fact(f"on the core, outer and inner: {tunnels}")
            # The tunnel's entry takes one from the outer header, which begins as the inner one (the
            # kernel's seg6 leaves that as it came), and its exit takes one from the inner.
            for end, limits in tunnels.items():
                equal(limits, [_HOPS - 1, _HOPS], f"hop limits outside and inside on the way to {end}")
            equal((down, up), (_HOPS - 1, _HOPS - 1), "hop limits that arrive")
        equal(walk.release(), [], "left after the Release")


@scenario("B", "link-local: multicast, unicast, MLD and IGMP of an MN never leave its link")
def link_local_stays() -> None:
    group, group4, marker = "ff02::db8:77", "239.77.77.77", b"stays on the link"
    with Walk() as walk:
        network = walk.network
        walk.attach(network.ar(1))
        walk.wait_until_at(network.ar(1))
        inside = network.inside(network.mn)
        inside.run("ip", "address", "add", "192.0.2.77/32", "dev", MN_LINK)
        core = Port(network.core_switch, network.ar(1).name)
        link = Port(network.access_switch, network.mn.name)
        for destination in (group, "ff02::1", "ff02::2", "fe80::200:5eff:fe00:5213", "fe80::1234"):
            for _ in range(3):
                _send(inside, destination, marker, MN_LINK)
        _join(inside, group, group4)
        time.sleep(_SETTLED)
        reports = [frame for frame in link.frames() if _is_report(frame, group, group4)]
        fact(f"on the link: {len(link.with_text(marker))} datagrams, {len(reports)} MLD and IGMP reports")
        check(len(link.with_text(marker)) >= 12, "the MN has sent them")
        check(len(reports) >= 2, "the MN has told of its groups, in MLD and in IGMP")
        own = (ipaddress.IPv6Address(network.mn.link_local).packed, ipaddress.IPv4Address(group4).packed)
        leaked = core.with_text(marker, ipaddress.IPv6Address(group).packed, *own)
        # What the relay tells of the MN is its own: a Relay-forward names the MN's link-local address.
        leaked = [frame for frame in leaked if not _is_dhcp(frame)]
        equal([frame.octets.hex() for frame in leaked], [], "frames with it on the core")
        _send(inside, network.cn.core, marker)
        wait_until(lambda: core.with_text(marker), "a datagram to CN on the core: it would have been seen", _LONG)
        equal(walk.release(), [], "left after the Release")


@scenario("B", "resource revocation: what an MN still sends through its old AR goes through the tunnel while it lingers")
def lingering_reverse_path() -> None:
    with Crowd() as crowd:
        network, player = crowd.network, crowd.player
        old, new = network.ar(1), network.ar(2)
        address = player.attach(1, old)
        crowd.wait_until_at(address, old)
        (mac,) = (each.mac for each in installed(network.inside(old)).neighbours)
        at_cn = Talk(network.inside(network.cn))
        access = Port(network.access_switch, f"crowd-{old.name}")
        core = Port(network.core_switch, old.name)

        def say(number: int) -> None:
            access.send(udp_frame(mac or "", address, network.cn.core, _PORT, b"word %d." % number))

        def tunnelled(number: int) -> bool:
            frames = core.with_text(b"word %d." % number)
            return any(len(each.headers) == 2 and each.headers[0].destination == network.anchor.tunnel
                       for each in frames)  # fmt: skip

        say(0)
        wait_until(lambda: tunnelled(0), "the first word in the tunnel", _LONG)
        player.do("confirm", mn=1, link=new.name)
        gone = wait_until(lambda: not installed(network.inside(old)).route(address) and time.monotonic_ns(),
                          "the old AR to lose its route", _LONG)  # fmt: skip
        spoken = 0
        while installed(network.inside(old)).rules and spoken < 1000:
            spoken += 1
            say(spoken)
            time.sleep(0.02)
        lasted = (time.monotonic_ns() - gone) / 1e6
        wait_until(lambda: not installed(network.inside(old)).rules, "no way back at the old AR", _LONG)
        words = [number for number in range(1, spoken + 1) if tunnelled(number)]
        heard = {int(each.split()[1][:-1]) for each in at_cn.received()}
        fact(f"the way back stayed {lasted:.0f} ms behind the route; {len(words)} of {spoken} words went through the "
             f"tunnel, {len(heard & set(words))} of them reached CN")  # fmt: skip
        check(len(words) >= 5, "several words went through the tunnel after the route was gone")
        equal(set(words) - heard, set(), "words in the tunnel that CN did not hear")
        check(lasted > _LINGER / 2, f"it lingers ({lasted:.0f} ms)")

        equal(installed(network.inside(old)).everything(), [], "left at the old AR")
        say(5000)
        wait_until(lambda: core.with_text(b"word 5000."), "a late word on the core", _LONG)
        check(not tunnelled(5000), "afterwards the old AR sends what comes by its own default route")
        player.do("release", mn=1, link=new.name)
        equal(crowd.left_over(), [], "left after the Release")


@scenario("A6 B", "release notification: lease6-del takes the address out of the anchor and of its AR")
def release_notification() -> None:
    with Crowd() as crowd:
        address = crowd.player.attach(1, crowd.network.ar(1))
        crowd.wait_until_at(address, crowd.network.ar(1))
        begun = time.monotonic()
        crowd.kea.delete_lease(address)
        equal(crowd.left_over(), [], "left after lease6-del")
        fact(f"nothing was left {(time.monotonic() - begun) * 1e3:.0f} ms after lease6-del")


@scenario("A10 A11 A12", "two MNs of one AR talk, by the tunnel and by plain routing: no router sends a redirect")
def no_redirects() -> None:
    with Walk(mobile_nodes=2) as walk:
        network = walk.network
        ar = network.ar(1)
        first = walk.attach(ar)
        neighbour = Dhcpcd(network, walk.processes, network.mobile_nodes[1])
        neighbour.without_duplicate_address_detection()
        network.port(neighbour.mn).plug_in(ar)
        neighbour.start()
        second = neighbour.wait_for_address(limit=20)
        ports = {ACCESS: Port(network.inside(ar), ACCESS)}
        ports |= {router.name: Port(network.inside(router), CORE) for router in network.routers}

        def redirects_of_a_talk() -> dict[str, int]:
            """At which port how many were seen while both talked to each other."""
            before = {name: _redirects(port) for name, port in ports.items()}
            for sender, receiver, address in (
                (network.mn, neighbour.mn, second), (neighbour.mn, network.mn, first),
            ):  # fmt: skip
                listener = Talk(network.inside(receiver))
                for _ in range(5):
                    listener.hop_limit_from(network.inside(sender), address)
                    time.sleep(0.05)
            time.sleep(_SETTLED)
            found = {name: _redirects(port) - before[name] for name, port in ports.items()}
            return {name: count for name, count in found.items() if count}

        equal(redirects_of_a_talk(), {}, "redirects with the reverse tunnel")
        agent = walk.domain.route_agent(network.anchor)
        agent.stop()
        walk.domain.write_anchor(network.anchor, **{"reverse-tunnel": False})
        agent.start()
        wait_until_ready(agent)
        wait_until(lambda: not installed(network.inside(ar)).rules, "plain routing", _LONG)
        equal(redirects_of_a_talk(), {}, "redirects with plain routing")
        for router in network.routers:
            network.inside(router).run("nft", "delete table ip6 lab")
        without = redirects_of_a_talk()
        fact(f"without the packet filter of kea-config/README.md: {without} redirects")
        check(without.get(ACCESS), "they would have been seen")


def _redirects(port: Port) -> int:
    return sum(frame.is_redirect() for frame in port.frames())


def _join(inside: Namespace, group: str, group4: str) -> None:
    """The kernel reports a host's groups; a socket stays a member as long as it lives."""
    with inside.entered():
        index = socket.if_nametoindex(MN_LINK)
        with (
            socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as six,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as four,
        ):
            six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                           ipaddress.IPv6Address(group).packed + struct.pack("i", index))  # fmt: skip
            four.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                            ipaddress.IPv4Address(group4).packed + struct.pack("4si", b"", index))  # fmt: skip
            time.sleep(_SETTLED)


def _is_report(frame: Frame, group: str, group4: str) -> bool:
    return any(ip.packed in frame.octets[54:] for ip in (ipaddress.ip_address(group), ipaddress.ip_address(group4)))


def _is_dhcp(frame: Frame) -> bool:
    return frame.payload[2:4] == (547).to_bytes(2, "big") and frame.headers[-1].next == socket.IPPROTO_UDP
