# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""DHCPv4 messages, written and read by hand; a socket for them, and a tap that sees them in their frames."""

from __future__ import annotations

import ipaddress
import socket
import struct
from dataclasses import dataclass, field

from .namespaces import Namespace
from .packets import Stamps, attach_timestamps
from .waiting import wait_until

DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE = range(1, 8)
_NAMES = ("DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE")
REQUESTED_ADDRESS, LEASE_TIME, MESSAGE_TYPE, SERVER_ID, CLIENT_ID, AGENT = 50, 51, 53, 54, 61, 82
CIRCUIT_ID, REMOTE_ID = 1, 2
TO_ALL = "255.255.255.255"
TO_ALL_FRAMES = "ff:ff:ff:ff:ff:ff"

_COOKIE = bytes.fromhex("63825363")
_FIXED = struct.Struct("!BBBBIHH4s4s4s4s16s192x4s")
_SO_RCVBUFFORCE, _SO_BINDTODEVICE = 33, 25
_ETH_P_ALL, _ETH_P_IP, _UDP = 3, 0x0800, 17


def option(code: int, data: bytes) -> bytes:
    return bytes([code, len(data)]) + data


@dataclass
class Message:
    op: int
    kind: int  # DISCOVER, OFFER, ...
    xid: int = 1
    hops: int = 0
    broadcast: bool = False
    ciaddr: str = "0.0.0.0"
    yiaddr: str = "0.0.0.0"
    giaddr: str = "0.0.0.0"
    mac: str = "02:00:00:00:00:01"
    options: dict[int, bytes] = field(default_factory=dict)  # without the message type

    def packed(self) -> bytes:
        addresses = [
            ipaddress.IPv4Address(address).packed
            for address in (self.ciaddr, self.yiaddr, "0.0.0.0", self.giaddr)
        ]
        chaddr = bytes.fromhex(self.mac.replace(":", ""))
        flags = 0x8000 if self.broadcast else 0
        fixed = _FIXED.pack(
            self.op, 1, len(chaddr), self.hops, self.xid, 0, flags, *addresses, chaddr, _COOKIE
        )
        kind = option(MESSAGE_TYPE, bytes([self.kind]))
        rest = b"".join(option(code, data) for code, data in self.options.items())
        return (fixed + kind + rest + b"\xff").ljust(300, b"\0")

    @property
    def said(self) -> str:
        """What a client means by it (RFC 2131 section 4.3.2)."""
        if self.kind != REQUEST:
            return _NAMES[self.kind - 1]
        if self.ciaddr != "0.0.0.0":
            return "RENEW"
        return "REQUEST" if SERVER_ID in self.options else "INIT-REBOOT"

    @property
    def agent(self) -> dict[int, bytes]:
        """The sub-options of Relay Agent Information; none where there is none."""
        return _options(self.options.get(AGENT, b""))


def read(data: bytes) -> Message:
    op, _, hlen, hops, xid, _, flags, ci, yi, _, gi, chaddr, cookie = _FIXED.unpack_from(data)
    assert cookie == _COOKIE
    options = _options(data[_FIXED.size :])
    kind = options.pop(MESSAGE_TYPE)[0]
    ciaddr, yiaddr, giaddr = (str(ipaddress.IPv4Address(address)) for address in (ci, yi, gi))
    mac = chaddr[:hlen].hex(":")
    return Message(op, kind, xid, hops, bool(flags >> 15), ciaddr, yiaddr, giaddr, mac, options)


def _options(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        end = at + 2 + data[at + 1]
        found[data[at]] = found.get(data[at], b"") + data[at + 2 : end]
        at = end
    return found


class Socket:
    """On a UDP port of a node; `device`: of that interface only, also without an address."""

    def __init__(self, inside: Namespace, address: str, port: int, device: str = "") -> None:
        with inside.entered():
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if device:
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_BINDTODEVICE, device.encode())
        self._socket.settimeout(5)
        self._socket.bind((address, port))

    def send(self, message: Message | bytes, address: str = TO_ALL) -> None:
        data = message.packed() if isinstance(message, Message) else message
        self._socket.sendto(data, (address, 67))

    def receive(self) -> tuple[Message, tuple[str, int]]:
        data, sender = self._socket.recvfrom(65536)
        return read(data), sender

    def close(self) -> None:
        self._socket.close()


@dataclass(frozen=True)
class Seen:
    """A DHCPv4 message in its frame."""

    to_frame: str  # the link-layer address that it goes to
    source: str
    destination: str
    source_port: int
    destination_port: int
    message: Message
    at: int  # CLOCK_MONOTONIC ns


class Tap:
    """Everything of DHCPv4 that passes an interface, in and out, since it was made; and who asked
    for whose link-layer address."""

    def __init__(self, inside: Namespace, interface: str) -> None:
        with inside.entered():
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
            self._socket.bind((interface, _ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 16 << 20)
        attach_timestamps(self._socket)
        self._stamps = Stamps()
        self._socket.setblocking(False)
        self._seen: list[Seen] = []
        self._asked_for: set[str] = set()

    def seen(self, *kinds: int, xid: int | None = None) -> list[Seen]:
        """In the order of time; all kinds where none is named."""
        self._take()
        return [
            each
            for each in self._seen
            if (not kinds or each.message.kind in kinds) and xid in (None, each.message.xid)
        ]

    def asked_for(self) -> set[str]:
        """The addresses for which somebody sent an ARP request."""
        self._take()
        return self._asked_for

    def wait_for(self, kind: int, what: str, limit: float = 10, after: int = 0) -> Seen:
        """The first of this kind behind the first `after` messages that were seen."""

        def found() -> Seen | None:
            self._take()
            return next((s for s in self._seen[after:] if s.message.kind == kind), None)

        return wait_until(found, what, limit, every=0.01)

    def count(self) -> int:
        self._take()
        return len(self._seen)

    def close(self) -> None:
        self._socket.close()

    def _take(self) -> None:
        while True:
            try:
                frame, ancillary, _, _ = self._socket.recvmsg(65536, 64)
            except BlockingIOError:
                return
            self._look_at(frame, self._stamps.of(ancillary))

    def _look_at(self, frame: bytes, at: int) -> None:
        protocol, packet = int.from_bytes(frame[12:14], "big"), frame[14:]
        if protocol == 0x0806 and packet[6:8] == b"\0\1":
            self._asked_for.add(str(ipaddress.IPv4Address(packet[24:28])))
        if protocol != _ETH_P_IP or packet[9] != _UDP:
            return
        header = 4 * (packet[0] & 15)
        source, destination = (packet[at : at + 2] for at in (header, header + 2))
        ports = int.from_bytes(source, "big"), int.from_bytes(destination, "big")
        if not set(ports) & {67, 68}:
            return
        addresses = (str(ipaddress.IPv4Address(packet[at : at + 4])) for at in (12, 16))
        message = read(packet[header + 8 :])
        self._seen.append(Seen(frame[:6].hex(":"), *addresses, *ports, message, at))
