# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""An MN that rests while others move and things break: dhcpcd at one AR, and CN's packets to it."""

from __future__ import annotations

import time

from .addresses import AccessRouter
from .clients import Dhcpcd
from .network import Network
from .processes import Processes
from .radvd import start_radvd
from .traffic import Loss, Stream

_RATE = 500  # packets a second: what they cost is not to be seen in other figures
_FLOWS = 100_000_000  # ns of stream
_UNDER_WAY = 50_000_000  # ns: who was sent later is not lost yet


class Bystander:
    """Attached, and receiving, once it is made."""

    def __init__(self, network: Network, processes: Processes, ar: AccessRouter) -> None:
        start_radvd(network, processes, ar)
        mn = Dhcpcd(network, processes)
        mn.without_duplicate_address_detection()
        network.port(mn.mn).plug_in(ar)
        mn.start()
        self.address = mn.wait_for_address(limit=20)
        self._stream = Stream(network, processes, mn.mn, self.address, rate=_RATE).start()
        self._stream.wait_for_packet(after=0)

    def receives(self, limit: float = 20) -> int:
        """Waits until packets have flowed from now on for a while; returns when it began to wait."""
        since = time.monotonic_ns()
        self._stream.wait_for_packet(after=since + _FLOWS, limit=limit)
        return since

    def loss(self, since: int) -> Loss:
        """On the wire, from the moment to just now."""
        return self._stream.wire().loss(since, time.monotonic_ns() - _UNDER_WAY)
