# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A raw view on the UDP packets of one interface, each with the time at which the kernel had it."""

from __future__ import annotations

import ctypes
import ipaddress
import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass

_SO_TIMESTAMPNS = 35  # asm-generic/socket.h: stamps are CLOCK_REALTIME
_SO_ATTACH_FILTER = 26
_SO_RCVBUFFORCE = 33
_TIMESPEC = struct.Struct("qq")
_READINGS = 20


@dataclass(frozen=True)
class Packet:
    at: int  # CLOCK_MONOTONIC ns
    outgoing: bool
    source: str
    destination: str
    destination_port: int
    payload: bytes


@dataclass(frozen=True)
class Layout:
    """Where things are in a packet that begins with its IP header."""

    ethertype: int
    protocol: int
    addresses: int
    address_size: int
    udp: int


_LAYOUTS = {4: Layout(0x0800, 9, 12, 4, 20), 6: Layout(0x86DD, 6, 8, 16, 40)}  # without options


class PacketSocket:
    """Sees what goes in and out of an interface of the present namespace with a given UDP port."""

    def __init__(self, interface: str, destination_ports: Sequence[int], family: int = 6) -> None:
        self._layout = _LAYOUTS[family]
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 8 << 20)
        attach_timestamps(self._socket)
        self._stamps = Stamps()
        _attach_filter(self._socket, destination_ports, self._layout)
        self._socket.bind((interface, self._layout.ethertype))

    def fileno(self) -> int:
        return self._socket.fileno()

    def receive(self) -> Packet:
        data, ancillary, _, address = self._socket.recvmsg(65536, 64)
        layout = self._layout
        to = layout.addresses + layout.address_size
        return Packet(
            at=self._stamps.of(ancillary),
            outgoing=address[2] == socket.PACKET_OUTGOING,
            source=str(ipaddress.ip_address(data[layout.addresses : to])),
            destination=str(ipaddress.ip_address(data[to : to + layout.address_size])),
            destination_port=int.from_bytes(data[layout.udp + 2 : layout.udp + 4], "big"),
            payload=data[layout.udp + 8 :],
        )


def attach_timestamps(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)


class Stamps:
    """Brings the time stamps of received packets from CLOCK_REALTIME to CLOCK_MONOTONIC.

    The two clocks cannot be read at once: a reader that is preempted between them would be wrong by
    just that time. So their difference is kept, and measured again only when it cannot be right.
    """

    def __init__(self) -> None:
        self._difference = _clock_difference()

    def of(self, ancillary: Sequence[tuple[int, int, bytes]]) -> int:
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS:
                seconds, nanoseconds = map(int, _TIMESPEC.unpack_from(data))
                return self._monotonic(seconds * 1_000_000_000 + nanoseconds)
        raise OSError("a packet without a time stamp")

    def _monotonic(self, realtime: int) -> int:
        before, now, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
        if not before <= now - self._difference <= after:
            self._difference = _clock_difference()
        return realtime - self._difference


def _clock_difference() -> int:
    """CLOCK_REALTIME minus CLOCK_MONOTONIC, from the quickest of some readings."""
    readings = (
        (time.monotonic_ns(), time.time_ns(), time.monotonic_ns()) for _ in range(_READINGS)
    )
    before, now, after = min(readings, key=lambda reading: reading[2] - reading[0])
    return now - (before + after) // 2


def _attach_filter(sock: socket.socket, ports: Sequence[int], layout: Layout) -> None:
    """Classic BPF on a packet that begins with its IP header: UDP to one of the ports."""
    load_byte, load_half, jump_if_equal, ret = 0x30, 0x28, 0x15, 0x06
    code = [(load_byte, 0, 0, layout.protocol)]
    code += [(jump_if_equal, 0, len(ports) + 1, socket.IPPROTO_UDP)]
    code += [(load_half, 0, 0, layout.udp + 2)]
    code += [(jump_if_equal, len(ports) - index, 0, port) for index, port in enumerate(ports)]
    code += [(ret, 0, 0, 0), (ret, 0, 0, 0xFFFF)]
    program = b"".join(struct.pack("HBBI", *instruction) for instruction in code)
    buffer = ctypes.create_string_buffer(program, len(program))
    option = struct.pack("HL", len(code), ctypes.addressof(buffer))
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, option)
