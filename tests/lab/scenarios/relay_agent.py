# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The relay agent alone (RFC 9915 section 19), between an MN and servers that the test plays."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..addresses import ACCESS_MTU, GATEWAY_LINK_LOCAL, GATEWAY_MAC
from ..agents import Domain, find_build, wait_until_ready
from ..namespaces import Namespace, ip_batch
from ..network import ACCESS, CORE, MN_LINK, Network
from ..processes import Process, Processes
from ..scenario import check, equal, fact, scenario
from ..waiting import wait_until

_SOLICIT, _ADVERTISE, _REPLY, _FORWARD, _RELAYED = 1, 2, 7, 12, 13
_CLIENT_ID, _RELAY_MESSAGE, _USER_CLASS, _INTERFACE_ID, _LINK_LAYER = 1, 9, 15, 18, 79
_SECOND_SERVER = "2001:db8:c::5e2"
_GROUP = "ff02::1:2"


def _option(code: int, data: bytes) -> bytes:
    return code.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data


def _message(kind: int, transaction: int, *options: bytes) -> bytes:
    duid = _option(_CLIENT_ID, bytes.fromhex("00030001020000000001"))
    return bytes([kind]) + transaction.to_bytes(3, "big") + duid + b"".join(options)


def _relayed(kind: int, hop_count: int, link: str, peer: str, *options: bytes) -> bytes:
    addresses = ipaddress.IPv6Address(link).packed + ipaddress.IPv6Address(peer).packed
    return bytes([kind, hop_count]) + addresses + b"".join(options)


@dataclass
class _Forwarded:
    """A Relay-forward as a server has it."""

    raw: bytes
    sender: tuple[str, int]

    @property
    def hop_count(self) -> int:
        return self.raw[1]

    @property
    def link(self) -> str:
        return str(ipaddress.IPv6Address(self.raw[2:18]))

    @property
    def peer(self) -> str:
        return str(ipaddress.IPv6Address(self.raw[18:34]))

    @property
    def options(self) -> dict[int, bytes]:
        found, rest = {}, self.raw[34:]
        while rest:
            end = 4 + int.from_bytes(rest[2:4], "big")
            found[int.from_bytes(rest[:2], "big")] = rest[4:end]
            rest = rest[end:]
        return found


class _Server:
    """Answers nothing by itself."""

    def __init__(self, inside: Namespace, address: str) -> None:
        with inside.entered():
            self._socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self._socket.settimeout(5)
        self._socket.bind((address, 547))

    def receive(self) -> _Forwarded:
        raw, sender = self._socket.recvfrom(65536)
        return _Forwarded(raw, sender[:2])

    def answer(self, forwarded: _Forwarded, inner: bytes) -> None:
        """As RFC 9915 section 19.3 has it: header and Interface-ID copied."""
        interface_id = _option(_INTERFACE_ID, forwarded.options[_INTERFACE_ID])
        header = bytes([_RELAYED]) + forwarded.raw[1:34]
        self.send(header + interface_id + _option(_RELAY_MESSAGE, inner), forwarded.sender[0])

    def send(self, message: bytes, relay: str) -> None:
        self._socket.sendto(message, (relay, 547))


class _Client:
    def __init__(self, inside: Namespace) -> None:
        with inside.entered():
            self._index = socket.if_nametoindex(MN_LINK)
            self._socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self._socket.settimeout(5)
        self._socket.bind(("::", 546))

    def multicast(self, message: bytes) -> None:
        self._socket.sendto(message, (_GROUP, 547, 0, self._index))

    def unicast(self, message: bytes, address: str) -> None:
        self._socket.sendto(message, (address, 547, 0, self._index))

    def receive(self) -> tuple[bytes, tuple[str, int]]:
        message, sender = self._socket.recvfrom(65536)
        return message, (sender[0].split("%")[0], sender[1])


class _Scene:
    """One AR with its relay agent, one MN plugged in there, two servers at the anchor."""

    def __init__(self, network: Network, processes: Processes) -> None:
        self.network = network
        self.ar, self.mn = network.ar(1), network.mn
        network.inside(network.anchor).ip(f"address add {_SECOND_SERVER}/64 dev {CORE} nodad")
        network.inside(self.mn).sysctl({f"conf/{MN_LINK}/accept_dad": 0})
        self.servers = [
            _Server(network.inside(network.anchor), address)
            for address in (network.anchor.core, _SECOND_SERVER)
        ]
        processes.folder.chmod(0o711)  # at a reload the relay agent is nobody, and must read
        self.domain = Domain(network, processes, find_build())
        self.configure()
        self.relay: Process = self.domain.relay(self.ar)
        self.relay.start()
        wait_until_ready(self.relay)
        network.port(self.mn).plug_in(self.ar)
        self.relay.wait_for_line(f"RELAY_INTERFACE_PRESENT {ACCESS}:")
        self.client = _Client(network.inside(self.mn))

    def configure(self, **changed: object) -> None:
        servers = [self.network.anchor.core, _SECOND_SERVER]
        self.domain.write_relay(self.ar, **{"servers": servers, "user": "nobody", **changed})

    def exchange(self, transaction: int, *options: bytes) -> _Forwarded:
        """A Solicit that must reach the servers, first of all, and its Advertise the client."""
        solicit = _message(_SOLICIT, transaction, *options)
        self.client.multicast(solicit)
        first, second = (server.receive() for server in self.servers)
        equal(first.options[_RELAY_MESSAGE].hex(), solicit.hex(), "what the servers got")
        equal(second.raw, first.raw, "what the second server got, and the first")
        advertise = _message(_ADVERTISE, transaction)
        self.servers[0].answer(first, advertise)
        answer, sender = self.client.receive()
        equal(answer, advertise, "what the client got")
        equal(sender, (GATEWAY_LINK_LOCAL, 547), "where it came from")
        return first

    def counters(self) -> dict[str, int]:
        before = len(self.relay.output())
        self.relay.signal(signal.SIGUSR1)
        line = self.relay.wait_until(
            lambda: re.search("RELAY_COUNTERS (.*)\n", self.relay.output()[before:]), "counters"
        )
        return {name: int(n) for name, n in re.findall(r"([a-z-]+) (\d+)", line[1])}


@contextlib.contextmanager
def _scene() -> Iterator[_Scene]:
    with Network(access_routers=1) as network, Processes() as processes:
        yield _Scene(network, processes)


@scenario("A1", "the relay agent tells every server link-address, Interface-ID and the MN's MAC")
def tells_every_server() -> None:
    with _scene() as scene:
        forwarded = scene.exchange(1)
        equal(forwarded.sender, (scene.ar.core, 547), "source of the Relay-forward")
        equal(forwarded.hop_count, 0, "hop-count")
        equal(forwarded.link, scene.ar.link, "link-address")
        equal(forwarded.peer, scene.mn.link_local, "peer-address")
        equal(forwarded.options[_INTERFACE_ID], ACCESS.encode(), "Interface-ID")
        mac = bytes.fromhex("0001" + scene.mn.mac.replace(":", ""))
        equal(forwarded.options[_LINK_LAYER], mac, "client link-layer address")
        status = scene.network.inside(scene.ar).run("cat", f"/proc/{scene.relay.pid}/status").stdout
        equal(set(re.findall(r"Cap(?:Prm|Eff|Bnd):\t(\w+)", status)), {"0" * 16}, "capabilities")
        scene.relay.stop()
        check("RELAY_STOPPED" in scene.relay.output(), "the relay agent says that it stops")


@scenario("A1", "a message in fragments is relayed, once, and without a MAC that nobody vouches for")
def fragments() -> None:
    with _scene() as scene:
        in_fragments = scene.exchange(1, _option(_USER_CLASS, bytes(2000)))
        check(_LINK_LAYER not in in_fragments.options, "no link-layer address is made up")
        whole = scene.exchange(2, _option(_USER_CLASS, bytes(1300)))
        check(_LINK_LAYER in whole.options, "a long message in one packet has its MAC")
        scene.exchange(3)  # and was relayed once


@scenario("A1", "an access interface that vanishes and comes back is served again, with no restart")
def interface_comes_back() -> None:
    with _scene() as scene:
        scene.exchange(1)
        network, ar = scene.network, scene.ar
        network.inside(ar).ip(f"link del {ACCESS}")
        scene.relay.wait_for_line(f"RELAY_INTERFACE_LOST {ACCESS}:")
        ip_batch(
            [
                f"link add {ACCESS} address {GATEWAY_MAC} mtu {ACCESS_MTU}"
                f" netns {network.inside(ar).name}"
                f" type veth peer name {ar.name}-up netns {network.access_switch.name}"
            ]
        )
        network.access_switch.ip(f"link set {ar.name}-up master {ar.name} up")
        network.inside(ar).ip(
            f"link set {ACCESS} addrgenmode none",
            f"link set {ACCESS} up",
            f"address add {GATEWAY_LINK_LOCAL}/64 dev {ACCESS} nodad",
        )
        begun = time.monotonic()
        scene.relay.wait_until(
            lambda: scene.relay.output().count("RELAY_INTERFACE_PRESENT") == 2, "the interface"
        )
        fact(f"served again {(time.monotonic() - begun) * 1000:.0f} ms after it was back")
        scene.exchange(2)


@scenario("B", "malformed, forged and looping messages go no further, and the log says why")
def hostile_messages() -> None:
    with _scene() as scene:
        client, ar = scene.client, scene.ar
        scene.network.inside(scene.mn).ip(
            f"route add {ar.link}/128 dev {MN_LINK}",
            f"address add {scene.network.anchor.core}/128 dev {MN_LINK} nodad",
        )
        solicit = _message(_SOLICIT, 1)
        lower = _relayed(_FORWARD, 0, ar.link, "fe80::1", _option(_RELAY_MESSAGE, solicit))
        for size in range(len(lower)):
            client.multicast(lower[:size])
        loops = [b"\x0c" + bytes([hops]) + lower[2:] for hops in range(8, 256)]
        to_client = _option(_INTERFACE_ID, ACCESS.encode()) + _option(
            _RELAY_MESSAGE, _message(_REPLY, 666)
        )
        forged = _relayed(_RELAYED, 0, ar.link, scene.mn.link_local, to_client)
        for message in (*loops, forged, _message(_REPLY, 666), _message(_ADVERTISE, 666)):
            client.multicast(message)
        client.unicast(forged, ar.link)  # from the server's address, but on an access link
        client.unicast(_message(_SOLICIT, 666), ar.link)
        _from_elsewhere(scene, forged)
        for message in (b"\x0d", forged[:40], forged[:34], _message(_REPLY, 666)):
            scene.servers[0].send(message, ar.core)
        stranger = _relayed(_RELAYED, 0, ar.link, scene.mn.link_local, to_client.replace(
            ACCESS.encode(), b"cellar"))  # fmt: skip
        scene.servers[0].send(stranger, ar.core)
        scene.exchange(2)  # the first that any server and the client hear of
        _expect_discards(
            scene,
            {
                "malformed": len(lower) + 3,
                "hop-count-limit": len(loops),
                "server-message-from-access": 4,
                "client-message-by-unicast": 1,
                "not-from-access-interface": 1,
                "relay-reply-not-from-server": 1,
                "unknown-interface-id": 1,
            },
        )


def _from_elsewhere(scene: _Scene, forged: bytes) -> None:
    with scene.network.inside(scene.network.cn).entered():
        stranger = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    with stranger:
        stranger.sendto(forged, (scene.ar.core, 547))


def _discards(scene: _Scene) -> Counter[str]:
    return Counter(
        {
            name.removeprefix("discarded-"): count
            for name, count in scene.counters().items()
            if name.startswith("discarded-")
        }
    )


def _expect_discards(scene: _Scene, expected: dict[str, int]) -> None:
    # What is sent by unicast waits for neighbour discovery.
    wait_until(lambda: _discards(scene).total() >= sum(expected.values()), "the last discard", limit=5)
    equal(dict(_discards(scene)), expected, "discards")
    counters = scene.counters()
    equal(counters["client-messages-relayed"], 1, "client messages relayed")
    for word in ("MALFORMED", "HOP_COUNT_LIMIT", "SERVER_MESSAGE_FROM_ACCESS", "CLIENT_UNICAST",
                 "NOT_FROM_ACCESS", "NOT_A_SERVER", "UNKNOWN_INTERFACE"):  # fmt: skip
        check(f"RELAY_{word} " in scene.relay.output(), f"the log has a RELAY_{word}")
    lines = len(re.findall("RELAY_MALFORMED", scene.relay.output()))
    check(lines <= 6, f"a flood writes few lines: {lines}")


@scenario("B", "a bad configuration at reload changes nothing; a good one is in force")
def reload() -> None:
    with _scene() as scene:
        scene.configure(servers=["fe80::1"])
        scene.relay.signal(signal.SIGHUP)
        scene.relay.wait_for_line(r'RELAY_RELOAD_REFUSED servers\[0\]: "fe80::1"')
        equal(scene.exchange(1).options[_INTERFACE_ID], ACCESS.encode(), "Interface-ID")
        link = {"name": ACCESS, "link-address": scene.ar.link, "interface-id": "floor 2"}
        scene.configure(**{"access-interfaces": [link]})
        scene.relay.signal(signal.SIGHUP)
        scene.relay.wait_for_line("RELAY_RELOADED")
        equal(scene.exchange(2).options[_INTERFACE_ID], b"floor 2", "Interface-ID")
