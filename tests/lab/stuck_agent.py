# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""An AR's route agent that is stuck: nobody waits for it but who moves there, and they for the limit."""

from __future__ import annotations

import signal
import statistics
from collections.abc import Iterator

from .scenario import check, fact
from .storm import Storm

HOLD_LIMIT = 100  # ms, the hook's default
_GUESTS = range(31, 36)


def stuck_agent(storm: Storm) -> Iterator[None]:
    """AR2's is stopped. MNs move between the others, and to it, meanwhile."""
    agent = storm.domain.route_agent(storm.network.ar(2))
    for mn in _GUESTS:
        storm.player.attach(mn, storm.network.ar(1))
    agent.signal(signal.SIGSTOP)
    try:
        others = _moves(storm, "ar3")
        check(others < HOLD_LIMIT, f"a move elsewhere waits for nobody ({others:.1f} ms)")
        towards = _moves(storm, "ar2")
        check(towards >= 0.9 * HOLD_LIMIT, f"its agent is stuck ({towards:.1f} ms)")
        fact(f"Reply to a move elsewhere after {others:.1f} ms, towards the stuck agent after {towards:.1f} ms")
        others = _moves(storm, "ar3")
        check(others < HOLD_LIMIT, f"nor does a move away from it ({others:.1f} ms)")
        yield
    finally:
        agent.signal(signal.SIGCONT)
    for mn in _GUESTS:
        storm.player.do("release", mn=mn, link="ar3")


def _moves(storm: Storm, ar: str) -> float:
    """Median of ms until the Reply."""
    times = []
    for mn in _GUESTS:
        answer = storm.player.do("confirm", mn=mn, link=ar)
        check(answer["status"] == "Success", f"MN {mn}'s Confirm through {ar} is answered")
        times.append(float(answer["ms"]))
    return statistics.median(times)
