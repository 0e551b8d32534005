# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Power cuts: every daemon killed, every kernel emptied, the MNs silent; the anchor's journal must be enough."""

from __future__ import annotations

import pwd
import time

from ..agents import wait_until_ready
from ..capture import DHCP6_MESSAGES
from ..crowd import Crowd
from ..journal import keep_journal, wait_for_entries
from ..multitude import MANY, attach_many, check_kernels, settled
from ..power import cut_power, start_agents
from ..scenario import check, equal, fact, scenario
from ..waiting import wait_until
from ..walk import Walk

_USER = "nobody"


def _silent_host(walk: Walk, user: str | None = None) -> None:
    journal = keep_journal(walk.network, walk.domain, user)
    walk.attach(walk.network.ar(1))
    walk.move(walk.network.ar(2))
    walk.wait_until_at(walk.network.ar(2))
    wait_for_entries(journal, 1)
    cut = time.monotonic_ns()
    cut_power(walk.network, walk.domain, walk.kea)
    before = walk.stream.wire().first_after(time.monotonic_ns())
    equal(before, None, "the first packet after the cut and before the power is back")
    on = time.monotonic_ns()
    start_agents(walk.domain)
    back = walk.stream.wait_for_packet(after=on, limit=20)
    fact(f"packets flow again {(back - on) / 1e6:.0f} ms after the agents were started")
    walk.kea.start()
    walk.domain.wait_until_associated()
    walk.wait_until_at(walk.network.ar(2))
    after = walk.stream.wait_for_packet(after=time.monotonic_ns())
    walk.stream.wait_for_packet(after=after + 500_000_000)
    said = [event for event in walk.observation.events(since=cut)
            if event.node == walk.mn.mn.name
            and event.dhcp(*DHCP6_MESSAGES.values(), outgoing=True)]  # fmt: skip
    equal(said, [], "DHCP messages of the MN since the cut")
    walk.move(walk.network.ar(1))
    equal(walk.release(), [], "left after the Release")
    wait_for_entries(journal, 0)


@scenario("A13 B", "power cut of everything: a silent MN's packets flow again without a DHCP message")
def silent_host() -> None:
    with Walk() as walk:
        _silent_host(walk)


@scenario("A13 B", "power cut of everything, the agents without rights: the journal is theirs")
def silent_host_without_rights() -> None:
    with Walk(agents={"user": _USER}) as walk:
        _silent_host(walk, _USER)
        journal = walk.domain.folder / "journal/anchor.journal"
        equal(pwd.getpwuid(journal.stat().st_uid).pw_name, _USER, "whose the journal is")
        equal(journal.stat().st_mode & 0o777, 0o600, "its mode")


@scenario("A13 B", "a damaged journal keeps no anchor from serving: it is moved aside, said, and written anew")
def damaged_journal() -> None:
    with Walk() as walk:
        journal = keep_journal(walk.network, walk.domain)
        walk.attach(walk.network.ar(1))
        wait_for_entries(journal, 1)
        agent = walk.domain.route_agent(walk.network.anchor)
        agent.stop()
        with open(journal, "r+b") as file:
            file.seek(4096)
            file.write(b"\x5a" * 12288)
        since = time.monotonic_ns()
        agent.start()
        wait_until_ready(agent)
        walk.domain.wait_until_associated()
        check("JOURNAL_DAMAGED" in agent.output(), "the log tells of it")
        check(journal.with_name("anchor.journal.damaged-1").exists(), "the damaged file is kept")
        walk.wait_until_at(walk.network.ar(1))
        wait_for_entries(journal, 1)
        equal(walk.stream.wire().lost(since, time.monotonic_ns() - 100_000_000), [], "packets lost")
        walk.move(walk.network.ar(2))
        equal(walk.release(), [], "left after the Release")


def _right(crowd: Crowd) -> bool:
    """As the agents count; the kernels are looked at once, afterwards."""
    anchor = crowd.domain.ask(crowd.network.anchor)["anchor"]["kernel"]
    access = crowd.domain.ask(crowd.network.ar(1))["access"]["kernel"]
    return bool(anchor["installed"] == access["installed"] == MANY)


@scenario("A13 B", "10,000 bindings: a restart writes no route, and after a power cut all tables are right in seconds")
def ten_thousand() -> None:
    with Crowd() as crowd:
        journal = keep_journal(crowd.network, crowd.domain)
        attach_many(crowd)
        wait_for_entries(journal, MANY)
        size = sum(file.stat().st_size for file in journal.parent.iterdir())
        fact(f"journal of {MANY} entries: {size / 1e6:.1f} MB on the disk, with its log")
        agent = crowd.domain.route_agent(crowd.network.anchor)
        agent.kill()
        agent.start()
        wait_until_ready(agent, limit=20)
        crowd.domain.wait_until_associated()
        wait_until(lambda: settled(crowd), "the source's list", 20, every=0.05)
        status = crowd.domain.ask(crowd.network.anchor)["anchor"]
        equal(status["kernel"]["written"], 0, "routes written after a restart with nothing changed")
        equal(status["bindings"], MANY, "bindings after the restart")
        check_kernels(crowd)

        cut_power(crowd.network, crowd.domain, crowd.kea)
        begun = time.monotonic()
        start_agents(crowd.domain)
        fact(f"agents ready after {time.monotonic() - begun:.2f} s")
        wait_until(lambda: _right(crowd), "all routes", 60, every=0.02)
        fact(f"{MANY} bindings in both tables {time.monotonic() - begun:.2f} s after the agents' start")
        crowd.kea.start()
        crowd.domain.wait_until_associated(limit=30)
        wait_until(lambda: settled(crowd), "the source's list", 30, every=0.05)
        check_kernels(crowd)
