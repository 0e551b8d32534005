# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""As many access routers as a city has, at one anchor."""

from __future__ import annotations

import time

from ..agents import wait_until_ready
from ..crowd import Crowd
from ..scenario import equal, fact, scenario
from ..swarm import Swarm

_SESSIONS = 1500


@scenario(
    "A13", "1,500 access sessions at an anchor, while MNs attach and move and the anchor restarts",
    alone=True,
)  # fmt: skip
def many_sessions() -> None:
    with Crowd() as crowd:
        swarm = Swarm(crowd.network, crowd.processes, crowd.domain, _SESSIONS)
        begun = time.monotonic()
        swarm.start()
        swarm.wait_until_associated(limit=120)
        fact(f"{_SESSIONS} sessions after {time.monotonic() - begun:.1f} s")
        mns = {"first": 1, "count": 200}
        load = crowd.player.do(
            "load", exchange={"do": "attach"}, mns=mns, links=["ar1"], rate=200, seconds=1
        )
        equal(load["failed"], 0, "MNs that could not attach")
        moved = _move(crowd, mns, "ar2")
        fact(f"200 MNs moved: Reply p50 {moved['p50']:.2f} ms, p99 {moved['p99']:.2f} ms")
        agent = crowd.domain.route_agent(crowd.network.anchor)
        written = _written(crowd)
        agent.kill()
        agent.start()
        wait_until_ready(agent)
        begun = time.monotonic()
        _move(crowd, mns, "ar1")
        swarm.wait_until_associated(limit=120)
        crowd.domain.wait_until_associated(limit=60)
        fact(f"the anchor was killed; all sessions were back {time.monotonic() - begun:.1f} s later")
        fact(f"routes written before the restart: {written}")
        moved = _move(crowd, mns, "ar2")
        address = crowd.player.do("show", mn=1)["addresses"][0]
        crowd.wait_until_at(address, crowd.network.ar(2))
        fact(f"and moved again: Reply p50 {moved['p50']:.2f} ms, p99 {moved['p99']:.2f} ms")
        equal(crowd.counters()["refused"], 0, "refused moves")


def _move(crowd: Crowd, mns: dict[str, int], ar: str) -> dict[str, float]:
    exchange = {"do": "confirm", "retransmit": {"every_ms": 1000, "times": 5}, "timeout_ms": 8000}
    moved = crowd.player.do("batch", exchange=exchange, mns=mns, links=[ar], within_ms=1000)
    equal(moved["failed"], 0, f"MNs without a Reply after their move to {ar}")
    figures: dict[str, float] = moved["ms"]
    return figures


def _written(crowd: Crowd) -> int:
    written: int = crowd.domain.ask(crowd.network.anchor)["anchor"]["kernel"]["written"]
    return written
