# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""An AR's end of the core: what a server answers there, and when the kernel had it."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar

from lab.addresses import AccessRouter
from lab.network import Network
from lab.packets import Stamps, attach_timestamps


class Answer(Protocol):
    at: float  # CLOCK_MONOTONIC seconds, when the kernel had it
    transaction: int


A = TypeVar("A", bound=Answer)


class RelayEnd(Generic[A]):
    def __init__(
        self, network: Network, ar: AccessRouter, own: tuple[str, int], server: tuple[str, int]
    ) -> None:
        """`own` and `server`: address and port, of one family."""
        self.ar = ar
        self._server = server
        family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
        with network.inside(ar).entered():
            self._socket = socket.socket(family, socket.SOCK_DGRAM)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            attach_timestamps(self._socket)
            self._stamps = Stamps()
            self._socket.bind(own)

    def close(self) -> None:
        self._socket.close()

    def read(self, data: bytes, at: float) -> A:
        raise NotImplementedError

    def give(self, relayed: bytes) -> float:
        """To the server; returns when, as CLOCK_MONOTONIC seconds."""
        at = time.monotonic()
        self._socket.sendto(relayed, self._server)
        return at

    def receive(self, limit: float) -> A | None:
        ready, _, _ = select.select([self._socket], [], [], max(limit, 0))
        if not ready:
            return None
        data, ancillary, _, _ = self._socket.recvmsg(65536, 64)
        return self.read(data, self._stamps.of(ancillary) / 1e9)

    def answers(self, transactions: Iterable[int], limit: float = 3.0) -> dict[int, A]:
        """What came for these within the limit; returns early when all have come."""
        wanted = set(transactions)
        found: dict[int, A] = {}
        deadline = time.monotonic() + limit
        while wanted - found.keys():
            reply = self.receive(deadline - time.monotonic())
            if reply is None:
                break
            if reply.transaction in wanted:
                found[reply.transaction] = reply
        return found
