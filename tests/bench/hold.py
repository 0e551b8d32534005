# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Kea with the hook and held Replies beside a plain Kea: latency and processor time of an attachment"""

from __future__ import annotations

from .processor import seconds_used
from .side_by_side import plain_kea, whole_domain

_RATE = 500
_SECONDS = 10


def run() -> dict[str, float]:
    figures: dict[str, float] = {}
    for name, beginning in (("plain", plain_kea), ("hook", whole_domain)):
        with beginning() as (kea, player):
            before = seconds_used(kea.process.pid)
            done = player.do(
                "load", exchange={"do": "attach"}, links=["ar1"], rate=_RATE, seconds=_SECONDS,
                mns={"first": 1, "count": _RATE * _SECONDS}, limit=60,
            )  # fmt: skip
            used = seconds_used(kea.process.pid) - before
        figures[f"{name}_kea_us_per_exchange"] = used / max(done["succeeded"], 1) * 1e6
        figures[f"{name}_p50_ms"] = done["ms"]["p50"]
        figures[f"{name}_p99_ms"] = done["ms"]["p99"]
        figures[f"{name}_lost"] = done["failed"]
    figures["processor_ratio"] = figures["hook_kea_us_per_exchange"] / max(
        figures["plain_kea_us_per_exchange"], 0.001
    )
    figures["held_for_p50_ms"] = figures["hook_p50_ms"] - figures["plain_p50_ms"]
    return figures
