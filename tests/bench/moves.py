# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""1,000 MNs move within 100 ms: ours beside the same Confirms answered by a plain Kea, which moves nothing"""

from __future__ import annotations

from .side_by_side import plain_kea, whole_domain

_MNS = 1000


def run() -> dict[str, float]:
    figures: dict[str, float] = {}
    for name, beginning in (("plain", plain_kea), ("ours", whole_domain)):
        with beginning() as (_, player):
            mns = {"first": 1, "count": _MNS}
            player.do("load", exchange={"do": "attach"}, mns=mns, links=["ar1"], rate=500, seconds=2)
            exchange = {
                "do": "confirm", "retransmit": {"every_ms": 1000, "times": 5}, "timeout_ms": 8000,
            }  # fmt: skip
            done = player.do("batch", exchange=exchange, mns=mns, links=["ar2"], within_ms=100)
        for key in ("p50", "p99", "max"):
            figures[f"{name}_{key}_ms"] = done["ms"][key]
        figures[f"{name}_answered"] = done["succeeded"]
        figures[f"{name}_needed_retransmission"] = done["repeated"]
    return figures
