# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""How each row of tests/fault_matrix.json is made with real processes and kernels. Each sees to it that it
truly happened: what follows would be a proof of nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from .addresses import OUR_PROTOCOL, AccessRouter, Anchor
from .agents import wait_until_ready
from .network import ACCESS
from .power import cut_power, cut_power_of_anchor, start_agents
from .processes import Process
from .scenario import check, equal
from .storm import Storm
from .stuck_agent import stuck_agent
from .waiting import wait_until

Broken = Callable[[Storm], Iterator[None]]
_SHORT = 0.4  # seconds


@dataclass(frozen=True)
class Fault:
    """`broken`: broken inside, mended behind. `lasts`: seconds. `prepare`: before the streams begin.
    `forgets`: the last words of some MNs may be lost, as their answers were worth nothing."""

    broken: Callable[[Storm], AbstractContextManager[None]]
    lasts: float
    prepare: Callable[[Storm], None]
    forgets: bool


FAULTS: dict[str, Fault] = {}


def _nothing(_: Storm) -> None:
    pass


def fault(
    row: str,
    lasts: float = _SHORT,
    prepare: Callable[[Storm], None] = _nothing,
    forgets: bool = False,
) -> Callable[[Broken], Broken]:
    def register(function: Broken) -> Broken:
        FAULTS[row] = Fault(contextmanager(function), lasts, prepare, forgets)
        return function

    return register


def _start_again(process: Process) -> None:
    process.start()
    wait_until_ready(process, limit=20)


@fault("anchor-agent-killed")
def _anchor_agent_killed(storm: Storm) -> Iterator[None]:
    storm.anchor_agent.kill()
    yield
    _start_again(storm.anchor_agent)


@fault("access-agent-killed")
def _access_agent_killed(storm: Storm) -> Iterator[None]:
    agent = storm.domain.route_agent(storm.network.ar(1))
    agent.kill()
    yield
    _start_again(agent)


@fault("all-agents-killed")
def _all_agents_killed(storm: Storm) -> Iterator[None]:
    for agent in storm.domain.route_agents.values():
        agent.kill()
    yield
    for agent in storm.domain.route_agents.values():
        _start_again(agent)


@fault("source-killed", forgets=True)
def _source_killed(storm: Storm) -> Iterator[None]:
    storm.kea.process.kill()
    yield
    storm.kea.start()


@fault("source-and-anchor-killed", forgets=True)
def _source_and_anchor_killed(storm: Storm) -> Iterator[None]:
    storm.kea.process.kill()
    storm.anchor_agent.kill()
    yield
    _start_again(storm.anchor_agent)
    storm.kea.start()


@fault("session-cut")
def _session_cut(storm: Storm) -> Iterator[None]:
    """Six times, whatever is under way then."""
    before, cut = storm.associations(), 0
    for _ in range(6):
        cut += storm.cut_sessions()
        time.sleep(0.15)
    yield
    check(cut > 4, f"sessions were cut ({cut})")
    wait_until(lambda: storm.associations() - before >= cut, f"{cut} new sessions", 20)


@fault("session-stalled", lasts=2)
def _session_stalled(storm: Storm) -> Iterator[None]:
    at_anchor = storm.network.inside(storm.network.anchor)
    at_anchor.run(
        "nft", "add table inet stall; "
        "add chain inet stall in { type filter hook input priority 0; }; "
        "add chain inet stall out { type filter hook output priority 0; }; "
        "add rule inet stall in tcp dport 4480 counter drop; "
        "add rule inet stall out tcp sport 4480 counter drop",
    )  # fmt: skip
    yield
    rules = at_anchor.run("nft", "list", "table", "inet", "stall").stdout
    at_anchor.run("nft", "delete table inet stall")
    check("packets" in rules and "packets 0 " not in rules, f"both ways stood still: {rules}")


@fault("relay-dead")
def _relay_dead(storm: Storm) -> Iterator[None]:
    for relay in storm.domain.relays.values():
        relay.kill()
    told = storm.player.do("rebind", mn=40, link="ar1", addresses=[storm.resting.address], timeout_ms=100)
    equal(told["reply"], None, "what a relay passed on")
    yield
    start_agents(storm.domain)


@fault("kernel-busy", prepare=Storm.on_faulty_machines)
def _kernel_busy(storm: Storm) -> Iterator[None]:
    before = {name: machine.writes_refused() for name, machine in storm.machines.items()}
    for machine in storm.machines.values():
        machine.refuse(of_1000=600)
    yield
    for machine in storm.machines.values():
        machine.refuse(of_1000=0)
    refused = {
        name: machine.writes_refused() - before[name] for name, machine in storm.machines.items()
    }
    if storm.busy:
        at_anchor = refused.pop(storm.network.anchor.name)
        check(at_anchor and sum(refused.values()), f"anchor {at_anchor} and ARs {refused} refused")


@fault("clocks-stepped", prepare=Storm.on_faulty_machines)
def _clocks_stepped(storm: Storm) -> Iterator[None]:
    """Of the anchor and Kea back, of the ARs forward; afterwards they are right again at once."""
    hours = {name: -2 if name == storm.network.anchor.name else 2 for name in storm.machines}
    before = {name: machine.wrong_times_told() for name, machine in storm.machines.items()}
    for name, machine in storm.machines.items():
        machine.step_clock(3600 * hours[name])
    yield
    for name, machine in storm.machines.items():
        machine.step_clock(0)
        check(machine.wrong_times_told() > before[name], f"daemons of {name} saw the wrong time")


@fault("disk-full")
def _disk_full(storm: Storm) -> Iterator[None]:
    told = storm.anchor_agent.output().count("JOURNAL_FAILED")
    storm.disk.fill()
    equal(storm.disk.free(), 0, "octets left on the disk")
    yield
    if storm.busy:
        storm.anchor_agent.wait_until(
            lambda: storm.anchor_agent.output().count("JOURNAL_FAILED") > told, "a line that tells"
        )
    storm.anchor_agent.kill()
    storm.disk.make_room()
    _start_again(storm.anchor_agent)


def _flushed(storm: Storm, router: Anchor | AccessRouter, command: str) -> Iterator[None]:
    agent = storm.domain.route_agent(router)
    told = agent.output().count("KERNEL_ALTERED")
    storm.network.inside(router).run(*command.split())
    yield
    agent.wait_until(lambda: agent.output().count("KERNEL_ALTERED") > told, "a line that tells", 5)


@fault("routes-flushed-at-an-ar", lasts=0.2)
def _routes_flushed_at_an_ar(storm: Storm) -> Iterator[None]:
    flush = f"ip -6 route flush dev {ACCESS} proto {OUR_PROTOCOL}"
    yield from _flushed(storm, storm.network.ar(1), flush)


@fault("routes-flushed-at-an-anchor", lasts=0.2)
def _routes_flushed_at_an_anchor(storm: Storm) -> Iterator[None]:
    """With the nexthop objects go all routes that lead through them."""
    yield from _flushed(storm, storm.network.anchor, f"ip nexthop flush proto {OUR_PROTOCOL}")


@fault("anchor-power-cut", forgets=True)
def _anchor_power_cut(storm: Storm) -> Iterator[None]:
    cut_power_of_anchor(storm.network, storm.domain, storm.kea)
    yield
    start_agents(storm.domain)
    storm.kea.start()


@fault("power-cut", forgets=True)
def _power_cut(storm: Storm) -> Iterator[None]:
    cut_power(storm.network, storm.domain, storm.kea)
    yield
    start_agents(storm.domain)
    storm.kea.start()


fault("agent-stuck", lasts=1)(stuck_agent)
