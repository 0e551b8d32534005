# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Listens to one namespace's kernel: routes, neighbours, addresses and links as they change."""

from __future__ import annotations

import ipaddress
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

_SOL_NETLINK, _ADD_MEMBERSHIP = 270, 1
_SO_RCVBUFFORCE = 33
_GROUPS = (1, 3, 7, 9, 11)  # link, neighbour, IPv4 route, IPv6 address, IPv6 route
_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_IFF_RUNNING = 0x40
_IFA_F_TENTATIVE = 0x40

# message type: (what it is about, whether it appeared, size of the fixed part)
_MESSAGES = {
    16: ("link", True, 16),
    17: ("link", False, 16),
    20: ("address", True, 8),
    21: ("address", False, 8),
    24: ("route", True, 12),
    25: ("route", False, 12),
    28: ("neighbour", True, 12),
    29: ("neighbour", False, 12),
}


class KernelListener:
    """Subscribed from the moment it is made, to the namespace that is entered then."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 16 << 20)
        self._socket.bind((0, 0))
        for group in _GROUPS:
            self._socket.setsockopt(_SOL_NETLINK, _ADD_MEMBERSHIP, group)

    def fileno(self) -> int:
        return self._socket.fileno()

    def receive(self) -> Iterator[dict[str, Any]]:
        """The changes in one datagram, each a dictionary with "about", "added", "at" and details.
        The time is that of reading: netlink has no time stamps of its own."""
        data = self._socket.recv(1 << 16)
        at = time.monotonic_ns()
        offset = 0
        while offset + _HEADER.size <= len(data):
            length, kind, *_ = _HEADER.unpack_from(data, offset)
            if kind in _MESSAGES:
                about, added, fixed = _MESSAGES[kind]
                body = data[offset + _HEADER.size : offset + length]
                details = _DETAILS[about](body, dict(_attributes(body[fixed:])))
                yield {"at": at, "about": about, "added": added, **details}
            offset += max(_HEADER.size, (length + 3) & ~3)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while offset + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, offset)
        yield kind & 0x3FFF, data[offset + _ATTRIBUTE.size : offset + length]
        offset += max(_ATTRIBUTE.size, (length + 3) & ~3)


def _number(data: bytes | None) -> int | None:
    return int.from_bytes(data, "little") if data else None


def _address(data: bytes | None) -> str | None:
    return str(ipaddress.ip_address(data)) if data else None


def _route(body: bytes, attributes: dict[int, bytes]) -> dict[str, Any]:
    family, length, _, _, table, protocol, _, kind, _ = struct.unpack_from("=8BI", body)
    any_address = "::" if family == socket.AF_INET6 else "0.0.0.0"
    address = _address(attributes.get(1)) or any_address
    whole = length == (128 if family == socket.AF_INET6 else 32)
    return {
        "prefix": address if whole else f"{address}/{length}",
        "table": _number(attributes.get(15)) or table,
        "protocol": protocol,
        "kind": kind,
        "nexthop": _number(attributes.get(30)),
    }


def _neighbour(body: bytes, attributes: dict[int, bytes]) -> dict[str, Any]:
    state = struct.unpack_from("=H", body, 8)[0]
    mac = attributes.get(2)
    return {
        "address": _address(attributes.get(1)),
        "mac": mac.hex(":") if mac else None,
        "state": state,
        "protocol": _number(attributes.get(12)),
    }


def _interface_address(body: bytes, attributes: dict[int, bytes]) -> dict[str, Any]:
    flags = _number(attributes.get(8)) or body[2]
    return {"address": _address(attributes.get(1)), "usable": not flags & _IFA_F_TENTATIVE}


def _link(body: bytes, attributes: dict[int, bytes]) -> dict[str, Any]:
    flags = struct.unpack_from("=I", body, 8)[0]
    name = attributes.get(3, b"").rstrip(b"\0").decode()
    return {"interface": name, "running": bool(flags & _IFF_RUNNING)}


_DETAILS = {
    "route": _route,
    "neighbour": _neighbour,
    "address": _interface_address,
    "link": _link,
}
