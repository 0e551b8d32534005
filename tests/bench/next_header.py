# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Packets from CN to an MN in a domain with IPv4, whose rules look at the next header (ADR 22), beside one without"""

from __future__ import annotations

import contextlib
import socket
import statistics
import time

from lab.walk import Walk

_ROUNDS = 3
_TURNS = 100
_PACKETS = 1000  # in each of the batches that are timed
_BATCHES = 4  # in a turn
_PORT = 7777


class _Sender:
    """CN's socket to an MN that takes what comes and keeps none of it. All on the way runs in the kernel while
    the socket sends."""

    def __init__(self, walk: Walk) -> None:
        network = walk.network
        walk.attach(network.ar(1))
        walk.wait_until_at(network.ar(1))
        walk.stream.stop()
        walk.transfer.finish()
        with network.inside(network.mn).entered():
            self._receiver = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            self._receiver.bind((walk.address, _PORT))
        with network.inside(network.cn).entered():
            self._socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            self._socket.connect((walk.address, _PORT))

    def turn(self) -> list[float]:
        """Nanoseconds a packet, of each batch."""
        return [self._batch() for _ in range(_BATCHES)]

    def close(self) -> None:
        self._socket.close()
        self._receiver.close()

    def _batch(self) -> float:
        begun = time.perf_counter_ns()
        for _ in range(_PACKETS):
            self._socket.send(bytes(64))
        return (time.perf_counter_ns() - begun) / _PACKETS


def run() -> dict[str, float]:
    with contextlib.ExitStack() as stack:
        senders = [
            stack.enter_context(contextlib.closing(_Sender(stack.enter_context(Walk(ipv4=ipv4)))))
            for ipv4 in ({}, None)
        ]
        figures: dict[str, float] = {}
        for number in range(1, _ROUNDS + 1):
            took: list[list[float]] = [[], []]
            for turn in range(_TURNS):
                for which in (0, 1) if turn % 2 else (1, 0):
                    took[which] += senders[which].turn()
            with_rules, without = map(statistics.median, took)
            figures[f"round_{number}_with_ipv4_ns"] = with_rules
            figures[f"round_{number}_without_ns"] = without
            figures[f"round_{number}_ratio"] = with_rules / without
        return figures
