# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Whole Ethernet frames: what passes a port, and what an MN sends that no socket of a host would."""

from __future__ import annotations

import ipaddress
import socket
import struct
from dataclasses import dataclass

from .addresses import GATEWAY_MAC
from .namespaces import Namespace
from .packets import Stamps, attach_timestamps

_ETH_P_ALL = 0x0003
_ETH_P_IPV6 = 0x86DD
_SO_RCVBUFFORCE = 33
_ETHERNET = 14  # octets
_IPV6 = 40
_HOP_LIMIT = 7  # its place in an IPv6 header
ICMPV6 = socket.IPPROTO_ICMPV6
REDIRECT = 137


@dataclass(frozen=True)
class Frame:
    """One frame, and its IPv6 headers from the outermost inwards."""

    at: int  # CLOCK_MONOTONIC ns
    octets: bytes

    @property
    def headers(self) -> list[Header]:
        found: list[Header] = []
        offset = _ETHERNET
        if int.from_bytes(self.octets[12:14], "big") != _ETH_P_IPV6:
            return found
        while len(self.octets) >= offset + _IPV6:
            found.append(Header(self.octets[offset : offset + _IPV6]))
            offset += _IPV6
            if found[-1].next != socket.IPPROTO_IPV6:
                break
        return found

    @property
    def payload(self) -> bytes:
        """Behind the innermost IPv6 header."""
        return self.octets[_ETHERNET + _IPV6 * len(self.headers) :]

    def is_redirect(self) -> bool:
        headers = self.headers
        return bool(headers) and headers[-1].next == ICMPV6 and self.payload[:1] == bytes([REDIRECT])


class Header:
    """An IPv6 header."""

    def __init__(self, octets: bytes) -> None:
        self.next = octets[6]
        self.hop_limit = octets[_HOP_LIMIT]
        self.source = str(ipaddress.IPv6Address(octets[8:24]))
        self.destination = str(ipaddress.IPv6Address(octets[24:40]))


class Port:
    """Sees every frame that goes in or out of an interface, from now on."""

    def __init__(self, inside: Namespace, interface: str) -> None:
        with inside.entered():
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 8 << 20)
        attach_timestamps(self._socket)
        self._stamps = Stamps()
        self._socket.bind((interface, _ETH_P_ALL))
        self._socket.setblocking(False)
        self._seen: list[Frame] = []

    def frames(self) -> list[Frame]:
        """Everything so far."""
        while True:
            try:
                octets, ancillary, _, _ = self._socket.recvmsg(65536, 64)
            except BlockingIOError:
                return self._seen
            self._seen.append(Frame(self._stamps.of(ancillary), octets))

    def with_text(self, *texts: bytes) -> list[Frame]:
        """Those that have one of these anywhere in them."""
        return [frame for frame in self.frames() if any(text in frame.octets for text in texts)]

    def send(self, octets: bytes) -> None:
        self._socket.send(octets)

    def close(self) -> None:
        self._socket.close()


def udp_frame(mac: str, source: str, destination: str, port: int, payload: bytes) -> bytes:
    """As a host with this MAC sends it to its gateway."""
    addresses = _packed(source) + _packed(destination)
    length = 8 + len(payload)
    udp = struct.pack("!HHHH", port, port, length, 0) + payload
    pseudo = addresses + struct.pack("!II", length, socket.IPPROTO_UDP) + udp
    udp = udp[:6] + struct.pack("!H", _checksum(pseudo)) + udp[8:]
    header = struct.pack("!IHBB", 6 << 28, length, socket.IPPROTO_UDP, 64) + addresses
    return _mac(GATEWAY_MAC) + _mac(mac) + struct.pack("!H", _ETH_P_IPV6) + header + udp


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def _packed(address: str) -> bytes:
    return ipaddress.IPv6Address(address).packed


def _checksum(octets: bytes) -> int:
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF or 0xFFFF
