# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Many messages through one AR: a steady stream, each answered or counted as lost, and bursts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from dhcp6_client import RENEW, Client, Relay, transaction_of

T = TypeVar("T")


def paced(messages: Sequence[T], seconds: float) -> Iterator[T]:
    """One after the other within so many seconds. Not faster than Kea reads: what its socket's
    buffer loses is not what is tested."""
    begun = time.monotonic()
    for number, message in enumerate(messages):
        time.sleep(max(0.0, begun + seconds * number / len(messages) - time.monotonic()))
        yield message


@dataclass
class Served:
    sent: int
    lost: int
    longest_gap: float  # s between two answers

    def __str__(self) -> str:
        return f"{self.lost} of {self.sent} unanswered, longest gap {1000 * self.longest_gap:.0f} ms"


def renew(relay: Relay, client: Client) -> tuple[int, Callable[[], float]]:
    message = client.message(RENEW, client.na(*client.addresses))
    return transaction_of(message), lambda: relay.send(client, message)


class Load:
    """A context manager: runs until its end, then waits for the last answers. `say` gives a
    message's transaction, and what sends it."""

    def __init__(
        self, relay: Any, clients: Sequence[Any], rate: int, say: Callable[..., Any] = renew
    ) -> None:
        self._say = say
        self._relay = relay
        self._clients = clients
        self._interval = 1 / rate
        self._over = threading.Event()
        self._sent: dict[int, float] = {}
        self._answered: dict[int, float] = {}
        self._threads = [threading.Thread(target=each) for each in (self._send, self._receive)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def answered_since(self, moment: float) -> int:
        """Answers to messages that were sent after this moment."""
        return sum(1 for number in list(self._answered) if self._sent[number] > moment)

    def result(self) -> Served:
        times = sorted(self._answered.values())
        gap = max((later - earlier for earlier, later in zip(times, times[1:])), default=0.0)
        return Served(len(self._sent), len(self._sent) - len(self._answered), gap)

    def _send(self) -> None:
        due = time.monotonic()
        for number in range(1_000_000):
            if self._over.wait(max(0.0, due - time.monotonic())):
                return
            due += self._interval
            client = self._clients[number % len(self._clients)]
            transaction, send = self._say(self._relay, client)
            self._sent[transaction] = time.monotonic()
            send()

    def _receive(self) -> None:
        quiet_until = 0.0
        while True:
            reply = self._relay.receive(0.1)
            if reply is not None:
                self._answered[reply.transaction] = reply.at
                continue
            if not self._over.is_set():
                continue
            quiet_until = quiet_until or time.monotonic() + 1
            if time.monotonic() > quiet_until or len(self._answered) == len(self._sent):
                return
