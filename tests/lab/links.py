# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""An MN's port on the access links: plugged in at an AR, moved to another, unplugged.

veth carrier is asynchronous, so that each step here ends only when both ends have seen it.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import time
from dataclasses import dataclass
from typing import Protocol

from .addresses import MobileNode
from .namespaces import Namespace
from .waiting import wait_until

_SIOCGIFFLAGS = 0x8913
_IFF_RUNNING = 0x40


class AccessLink(Protocol):
    """Where an MN can be plugged in: by name a bridge of the access switch."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Move:
    """When the cable left the old AR, and when the MN could send through the new one (ns)."""

    ar: AccessLink
    unplugged: int
    running: int


class LinkState:
    """Asks the kernel whether an interface has its carrier, without starting a program."""

    def __init__(self, namespace: Namespace, interface: str) -> None:
        with namespace.entered():
            self._socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self._request = struct.pack("16s24x", interface.encode())

    def running(self) -> bool:
        answer = fcntl.ioctl(self._socket, _SIOCGIFFLAGS, self._request)
        return bool(struct.unpack_from("H", answer, 16)[0] & _IFF_RUNNING)

    def close(self) -> None:
        self._socket.close()


def wait_until_running(namespace: Namespace, interface: str) -> None:
    link = LinkState(namespace, interface)
    try:
        wait_until(link.running, f"the carrier of {interface} in {namespace.name}", limit=5)
    finally:
        link.close()


class MovingPort:
    """Starts unplugged: the MN's interface is up and has no carrier."""

    def __init__(
        self, mn: MobileNode, inside: Namespace, interface: str, switch: Namespace
    ) -> None:
        self._port = mn.name
        self._switch = switch
        self._ends = (LinkState(inside, interface), LinkState(switch, self._port))
        self.ar: AccessLink | None = None

    def plug_in(self, ar: AccessLink) -> Move:
        """Attaches an unplugged MN, or moves one with its link going down and up."""
        unplugged = time.monotonic_ns()
        if self.ar:
            self.unplug()
        self._switch.ip(f"link set {self._port} master {ar.name}", f"link set {self._port} up")
        self._wait(running=True)
        self.ar = ar
        return Move(ar, unplugged, time.monotonic_ns())

    def unplug(self) -> None:
        self._switch.ip(f"link set {self._port} down")
        self._wait(running=False)
        self.ar = None

    def slide(self, ar: AccessLink) -> Move:
        """Moves with the carrier up all the while: the MN cannot notice."""
        unplugged = time.monotonic_ns()
        self._switch.ip(f"link set {self._port} master {ar.name}")
        self.ar = ar
        return Move(ar, unplugged, time.monotonic_ns())

    def close(self) -> None:
        for end in self._ends:
            end.close()

    def _wait(self, running: bool) -> None:
        wait_until(
            lambda: all(end.running() is running for end in self._ends),
            f"the link of {self._port} to come {'up' if running else 'down'}",
            limit=5,
            every=0.0005,
        )
