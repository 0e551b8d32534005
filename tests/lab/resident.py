# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Who lives in a home: its MN, with dhcpcd, to which CN talks while it walks about."""

from __future__ import annotations

import time

from .addresses import OUR_PROTOCOL
from .clients import Dhcpcd
from .home import ACCESS_POINTS, AccessPoint, Home
from .processes import Processes
from .scenario import check, equal, fact
from .tables import installed
from .traffic import Stream, Transfer
from .waiting import wait_until

_ACCESS_PROTOCOL = 214  # of an access router's routes in a box that is an anchor too
_SETTLED = 300_000_000  # ns of stream between two moves
_UNDER_WAY = 50_000_000  # ns: what is not older is not lost


class Resident:
    def __init__(self, home: Home, processes: Processes) -> None:
        """Comes in at the first access point."""
        self._home = home
        self._mn = Dhcpcd(home, processes)
        self._mn.without_duplicate_address_detection()
        home.port.plug_in(ACCESS_POINTS[0])
        self._mn.start()
        self.address = self._mn.wait_for_address(limit=20)
        self._stream = Stream(home, processes, home.mn, self.address).start()
        self._transfer = Transfer(home, processes, home.mn, self.address).start()
        self._stream.wait_for_packet(after=0)

    def move(self, point: AccessPoint) -> None:
        move = self._home.port.plug_in(point)
        wait_until(lambda: self._where() == point.name, f"a route by {point.name}", 10)
        back = self._stream.wait_for_packet(after=move.running, limit=10)
        gap = (back - move.unplugged) / 1e6
        fact(f"{point.name}: packets {gap:,.0f} ms after the cable was pulled, most of it dhcpcd's wait")
        self._stream.wait_for_packet(after=back + _SETTLED)
        self._transfer.wait_for_progress(limit=60)
        equal(self._mn.addresses(), [self.address], f"addresses at {point.name}")

    def lost_since(self, moment: int) -> int:
        """Packets; `moment` of time.monotonic_ns(). Waits until some more have come."""
        self._stream.wait_for_packet(after=time.monotonic_ns() + _SETTLED)
        return len(self._stream.wire().lost(moment, time.monotonic_ns() - _UNDER_WAY))

    def end_talking(self) -> None:
        check(self._transfer.finish() > 0, "bytes were carried")
        self._stream.stop()

    def leave(self) -> None:
        self.end_talking()
        self._mn.release()
        wait_until(lambda: not left_in(self._home), "empty tables in the box", 10)

    def _where(self) -> str | None:
        route = installed(self._home.box, _ACCESS_PROTOCOL).route(self.address)
        return route.device if route else None


def left_in(home: Home) -> list[object]:
    """What the box's agent has in its kernel."""
    protocols = (OUR_PROTOCOL, _ACCESS_PROTOCOL)
    return [thing for each in protocols for thing in installed(home.box, each).everything()]
