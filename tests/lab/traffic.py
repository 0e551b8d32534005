# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What CN sends to an MN all the while: a stream that measures moves, a transfer that survives."""

from __future__ import annotations

import bisect
import contextlib
from dataclasses import dataclass

from .addresses import HostBehind, MobileNode
from .network import MN_LINK, Hosts
from .processes import Processes
from .programs.tcp_receiver import PROGRESS
from .programs.udp_receiver import ARRIVAL
from .programs.udp_sender import SENT
from .records import Entries
from .waiting import LabError, wait_until

_STREAM_PORT = 5001
_TRANSFER_PORT = 5002


@dataclass(frozen=True)
class Loss:
    """What a span of the stream suffered. Times in ns."""

    sent: int
    lost: int
    longest_gap: int  # between two arrivals that follow each other


class Arrivals:
    """Which packets arrived, and when: a snapshot of a running or ended stream.

    While it runs, a packet behind the last arrival is neither here nor lost: it may be on its way.
    """

    def __init__(self, sent: list[int], arrived: list[tuple[int, int]]) -> None:
        self._sent = sent
        self._numbers = {number for number, _ in arrived}
        self._in_order = [number for number, _ in arrived]
        self._arrivals = sorted(arrived, key=lambda arrival: arrival[1])
        self._times = [at for _, at in self._arrivals]
        self.duplicates = len(arrived) - len(self._numbers)

    def lost(self, since: int = 0, until: int | None = None) -> list[int]:
        """The numbers of packets that were sent in the span [since, until) and never arrived."""
        numbers = range(len(self._sent))[self._slice(since, until)]
        return [number for number in numbers if number not in self._numbers]

    def loss(self, since: int = 0, until: int | None = None) -> Loss:
        span = self._sent[self._slice(since, until)]
        first = bisect.bisect_left(self._times, since)
        last = len(self._times) if until is None else bisect.bisect_left(self._times, until)
        times = self._times[first:last]
        gaps = (later - earlier for earlier, later in zip(times, times[1:]))
        return Loss(len(span), len(self.lost(since, until)), max(gaps, default=0))

    def first_after(self, moment: int) -> int | None:
        """When the first packet arrived at or after the moment."""
        index = bisect.bisect_left(self._times, moment)
        return self._times[index] if index < len(self._times) else None

    def reordered(self) -> int:
        """How many packets arrived behind one with a larger number."""
        highest, count = -1, 0
        for number in self._in_order:
            count += number < highest
            highest = max(highest, number)
        return count

    def _slice(self, since: int, until: int | None) -> slice:
        first = bisect.bisect_left(self._sent, since)
        last = len(self._sent) if until is None else bisect.bisect_left(self._sent, until)
        return slice(first, last)


class Stream:
    """Numbered packets from CN to an MN's address at a constant rate."""

    def __init__(
        self,
        network: Hosts,
        processes: Processes,
        mn: MobileNode | HostBehind,
        address: str,
        rate: int = 1000,
        payload: int = 160,
        wire_at: MobileNode | None = None,
    ) -> None:
        """`wire_at`: the MN at whose interface packets count as delivered, if not at `mn`'s."""
        name = f"stream-{mn.name}{_suffix(address)}"
        self._sent = Entries(processes.folder / f"{name}.sent", SENT)
        self._on_wire = Entries(processes.folder / f"{name}.wire", ARRIVAL)
        self._in_application = Entries(processes.folder / f"{name}.application", ARRIVAL)
        self._receiver = processes.add_program(
            f"{name}-receiver",
            network.inside(mn),
            *("udp_receiver", MN_LINK, str(_STREAM_PORT)),
            *(self._on_wire.path, self._in_application.path),
            network.inside(wire_at or mn).name,
            "6" if ":" in address else "4",
        )
        self._sender = processes.add_program(
            f"{name}-sender",
            network.inside(network.cn),
            *("udp_sender", address, str(_STREAM_PORT), str(rate), str(payload), self._sent.path),
        )

    def start(self) -> Stream:
        self._receiver.start().wait_for_line("^listening")
        self._sender.start().wait_for_line("^sending")
        return self

    def wait_for_packet(self, after: int, limit: float = 5) -> int:
        """Waits until a packet has reached the application at or after the moment; returns when."""

        def arrived() -> int | None:
            arrivals = self._in_application.all()
            index = bisect.bisect_left(arrivals, after, key=_moment)
            return _moment(arrivals[index]) if index < len(arrivals) else None

        return wait_until(arrived, "a packet at the MN", limit, every=0.01)

    def wire(self) -> Arrivals:
        """At the MN's interface: what the network delivered, also while the MN had no address."""
        return self._arrivals(self._on_wire)

    def application(self) -> Arrivals:
        """At a socket of the MN: what its user notices."""
        return self._arrivals(self._in_application)

    def stop(self) -> None:
        """Ends the sender, lets its last packet arrive if it can, and ends the receiver."""
        self._sender.stop()
        last = len(self._sent.all()) - 1
        with contextlib.suppress(LabError):  # it is lost: the figures will say so
            wait_until(lambda: last not in self.wire().lost(), "the last packet", 0.5, every=0.05)
        self._receiver.stop()

    def _arrivals(self, record: Entries) -> Arrivals:
        arrived = [(number, at) for number, at in record.all()]
        sent = [at for (at,) in self._sent.all()]
        if self._sender.alive:
            last = max((number for number, _ in arrived), default=-1)
            sent = sent[: last + 1]
        return Arrivals(sent, arrived)


class Transfer:
    """One TCP connection from CN to an MN that lasts, and whose every byte is checked."""

    def __init__(self, network: Hosts, processes: Processes, mn: MobileNode | HostBehind,
                 address: str, bytes_per_second: int = 200_000) -> None:  # fmt: skip
        name = f"transfer-{mn.name}{_suffix(address)}"
        self._progress = Entries(processes.folder / f"{name}.progress", PROGRESS)
        self._receiver = processes.add_program(
            f"{name}-receiver",
            network.inside(mn),
            "tcp_receiver",
            str(_TRANSFER_PORT),
            self._progress.path,
        )
        self._sender = processes.add_program(
            f"{name}-sender", network.inside(network.cn),
            "tcp_sender", address, str(_TRANSFER_PORT), str(bytes_per_second),
        )  # fmt: skip

    def start(self) -> Transfer:
        self._receiver.start().wait_for_line("^listening")
        self._sender.start().wait_for_line("^connected")
        return self

    @property
    def broken(self) -> bool:
        return not (self._sender.alive and self._receiver.alive)

    def received(self) -> int:
        """Bytes so far."""
        progress = self._progress.all()
        return progress[-1][1] if progress else 0

    def wait_for_progress(self, limit: float = 30) -> None:
        """Waits until more bytes arrive than have by now."""
        before = self.received()
        self._receiver.wait_until(lambda: self.received() > before, "more bytes", limit)

    def finish(self, limit: float = 60) -> int:
        """Ends the transfer in order; returns its bytes. A broken or short one raises."""
        if self.broken:
            raise LabError(f"the transfer broke\n{self._sender.tail()}\n{self._receiver.tail()}")
        self._sender.stop(limit)
        status = self._receiver.wait_for_exit(limit)
        sent = self._sender.wait_for_line(r"^sent (\d+) bytes")[1]
        received = self._receiver.wait_for_line(r"^received (\d+) bytes")[1]
        if status != 0 or sent != received:
            raise LabError(f"the transfer sent {sent} bytes and {received} arrived")
        return int(received)


def _suffix(address: str) -> str:
    """An MN may have both families."""
    return "" if ":" in address else "-ipv4"


def _moment(arrival: tuple[int, ...]) -> int:
    return arrival[1]
