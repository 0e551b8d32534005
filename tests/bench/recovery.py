# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""10,000 bindings: how long until all tables are right after whatever broke, and what it cost

Tables are right when the kernels of the anchor and of the ARs hold what Kea has leased, every session is
there, and the anchor has its source's list. Counted from when what died is started again, or from the fault
where nothing has to be started. The bystander has 500 packets a second; agents look at their kernels every
second (10 by default). Routes are those that agents have written to any kernel.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from lab.agents import wait_until_ready
from lab.bystander import Bystander
from lab.crowd import Crowd
from lab.journal import keep_journal, wait_for_entries
from lab.multitude import MANY, PATIENT, attach_many, kernels_hold, routes, settled
from lab.network import ACCESS
from lab.power import cut_power, cut_power_of_anchor, start_agents
from lab.processes import Process
from lab.scenario import equal
from lab.waiting import wait_until

_KERNEL_CHECK = 1000  # ms
_BURST = 1000  # MNs that move within a second
_DEAD = 1.0  # seconds
_LIMIT = 90
_QUIET = {  # Kea as in production: no line for each lease
    "name": "kea-dhcp6", "severity": "WARN", "output_options": [{"output": "stdout"}],
}  # fmt: skip


@dataclass(frozen=True)
class Recovery:
    seconds: float
    lost: int
    gap_ms: float
    written: int


class Bench:
    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.network, self.domain, self.kea = crowd.network, crowd.domain, crowd.kea
        self.anchor = self.domain.route_agent(self.network.anchor)
        journal = keep_journal(self.network, self.domain)
        attach_many(crowd)
        self.bystander = Bystander(self.network, crowd.processes, self.network.ar(1))
        wait_for_entries(journal, MANY + 1)
        self.leased = self.kea.leased_addresses()
        equal(len(self.leased), MANY + 1, "leases")
        self._from = 0.0

    def mended(self) -> None:
        """What follows is recovery."""
        self._from = time.monotonic()

    def recovery(self, fault: Callable[[Bench], None]) -> Recovery:
        before = self._written()
        lives = [agent.pid for agent in self.domain.route_agents.values()]
        since = self.bystander.receives()
        fault(self)
        wait_until(self._right, "all tables to be right", _LIMIT, every=0.02)
        seconds = time.monotonic() - self._from
        self.bystander.receives()
        loss = self.bystander.loss(since)
        after = self._written()
        written = 0
        for life, agent, had, has in zip(lives, self.domain.route_agents.values(), before, after):
            written += has - had if agent.pid == life else has
        return Recovery(seconds, loss.lost, loss.longest_gap / 1e6, written)

    def astray(self) -> int:
        """MNs whose route is not at the AR where they last spoke."""
        told = self.crowd.player.do("leases", mns={"first": 1, "count": MANY})["leases"]
        places = {ar.name: routes(self.crowd, ar) for ar in self.network.access_routers}
        return sum(address not in places[link] for _, address, link in told)

    def _right(self) -> bool:
        try:
            return (
                self._all_associated()
                and settled(self.crowd)
                and kernels_hold(self.crowd, self.leased)
            )
        except OSError:  # an agent that does not answer yet
            return False

    def _all_associated(self) -> bool:
        sessions = self.domain.ask(self.network.anchor)["anchor"]["sessions"]
        return len(sessions) == 1 + len(self.network.access_routers)

    def _written(self) -> list[int]:
        states = [self.domain.ask(router) for router in self.network.routers]
        return [next(iter(state.values()))["kernel"]["written"] for state in states]


def _dies(bench: Bench, agent: Process) -> None:
    agent.kill()
    time.sleep(_DEAD)
    bench.mended()
    agent.start()
    wait_until_ready(agent, limit=20)


def _anchor_restarted(bench: Bench) -> None:
    bench.anchor.stop()
    bench.mended()
    bench.anchor.start()
    wait_until_ready(bench.anchor, limit=20)


def _kea_killed_in_a_burst(bench: Bench) -> None:
    """MNs are moving; those without an answer go on asking, every second."""
    moving = bench.crowd.player.begin(
        "batch", exchange={"do": "confirm", **PATIENT, "retransmit": {"every_ms": 1000, "times": 20}},
        mns={"first": 1, "count": _BURST}, links=["ar2"], within_ms=1000,
    )  # fmt: skip
    time.sleep(0.5)
    bench.kea.process.kill()
    time.sleep(_DEAD)
    bench.mended()
    bench.kea.start()
    moved = bench.crowd.player.answer(moving, limit=60)
    equal(moved["failed"], 0, "MNs without an answer")


def _kea_killed(bench: Bench) -> None:
    bench.kea.process.kill()
    time.sleep(_DEAD)
    bench.mended()
    bench.kea.start()


def _sessions_cut(bench: Bench) -> None:
    ss = ("ss", "-H", "-K", "-t", "-n", "sport = :4480")
    cut = bench.network.inside(bench.network.anchor).run(*ss).stdout.splitlines()
    bench.mended()
    equal(len(cut), 1 + len(bench.network.access_routers), "sessions cut")


def _flushed_at_ar(bench: Bench) -> None:
    bench.mended()
    at_ar = bench.network.inside(bench.network.ar(1))
    at_ar.run("ip", "-6", "route", "flush", "dev", ACCESS, "proto", "213")


def _flushed_at_anchor(bench: Bench) -> None:
    bench.mended()
    bench.network.inside(bench.network.anchor).run("ip", "nexthop", "flush", "proto", "213")


def _power_is_back(bench: Bench) -> None:
    time.sleep(_DEAD)
    bench.mended()
    start_agents(bench.domain)
    bench.kea.start()


def _anchor_power_cut(bench: Bench) -> None:
    cut_power_of_anchor(bench.network, bench.domain, bench.kea)
    _power_is_back(bench)


def _power_cut(bench: Bench) -> None:
    cut_power(bench.network, bench.domain, bench.kea)
    _power_is_back(bench)


_FAULTS: dict[str, Callable[[Bench], None]] = {
    "anchor's agent restarted": _anchor_restarted,
    "anchor's agent killed": lambda bench: _dies(bench, bench.anchor),
    "AR's agent killed": lambda bench: _dies(bench, bench.domain.route_agent(bench.network.ar(1))),
    "all sessions cut": _sessions_cut,
    "Kea killed": _kea_killed,
    "Kea killed, 1,000 MNs moving": _kea_killed_in_a_burst,
    "routes flushed at the AR": _flushed_at_ar,
    "routes flushed at the anchor": _flushed_at_anchor,
    "power cut of anchor and Kea": _anchor_power_cut,
    "power cut of everything": _power_cut,
}


def run() -> dict[str, float]:
    figures: dict[str, float] = {}
    with ExitStack() as stack:
        agents = {"kernel_check": _KERNEL_CHECK}
        crowd = stack.enter_context(Crowd(agents=agents, extra={"loggers": [_QUIET]}))
        bench = Bench(crowd)
        print(f"  {'':30} {'seconds':>8} {'lost':>6} {'gap, ms':>8} {'routes written':>15}")
        for what, fault in _FAULTS.items():
            done = bench.recovery(fault)
            columns = f"{done.seconds:8.2f} {done.lost:6} {done.gap_ms:8.0f} {done.written:15}"
            print(f"  {what:30} {columns}", flush=True)
            key = what.lower().replace("'s", "").replace(",", "").replace(" ", "_")
            figures[f"{key}_seconds"] = done.seconds
            figures[f"{key}_lost"] = done.lost
            figures[f"{key}_gap_ms"] = done.gap_ms
            figures[f"{key}_written"] = done.written
        figures["astray_at_the_end"] = bench.astray()
    return figures
