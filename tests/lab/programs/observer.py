# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Watches many nodes at once, and writes what happens as one JSON object a line, on one clock.

observer RECORD POINT...: each point to watch is NODE=NAMESPACE or NODE=NAMESPACE:INTERFACE. With an
interface its DHCPv6 messages are recorded; the changes of the node's kernel always are.
Runs until SIGTERM.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

from ..namespaces import Namespace
from ..netlink_events import KernelListener
from ..packets import PacketSocket

_CLIENT_PORT, _SERVER_PORT = 546, 547


def main(record: str, *points: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(PermissionError):  # without it the times are later, not wrong
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
    sources: dict[int, Callable[[], Iterator[dict[str, Any]]]] = {}
    poll = select.epoll()
    for point in points:
        node, _, place = point.partition("=")
        namespace, _, interface = place.partition(":")
        with Namespace(namespace).entered():
            kernel = KernelListener()
            sources[kernel.fileno()] = functools.partial(_changes, node, kernel)
            if interface:
                packets = PacketSocket(interface, [_CLIENT_PORT, _SERVER_PORT])
                sources[packets.fileno()] = functools.partial(_messages, node, packets)
    for descriptor in sources:
        poll.register(descriptor, select.EPOLLIN)
    with open(record, "w", buffering=1) as out:
        print("observing", flush=True)
        while True:
            for descriptor, _ in poll.poll():
                for event in sources[descriptor]():
                    out.write(json.dumps(event) + "\n")


def _changes(node: str, kernel: KernelListener) -> Iterator[dict[str, Any]]:
    for change in kernel.receive():
        yield {"node": node, **change}


def _messages(node: str, packets: PacketSocket) -> Iterator[dict[str, Any]]:
    packet = packets.receive()
    if len(packet.payload) < 4:
        return
    kind = packet.payload[0]
    yield {
        "at": packet.at,
        "node": node,
        "about": "dhcp",
        "outgoing": packet.outgoing,
        "message": kind,
        "transaction": packet.payload[1:4].hex() if kind not in (12, 13) else None,
        "source": packet.source,
        "destination": packet.destination,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
