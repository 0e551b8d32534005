# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A living domain in which much happens at once: an MN that rests while CN's packets flow to it, and MNs
that attach, move and leave at the same time. Where the rows of the fault matrix are played.
"""

from __future__ import annotations

import re
import time
from typing import Any

from .bystander import Bystander
from .comparison import bound, wait_until_equal
from .crowd import Crowd
from .faulty_machine import FaultyMachine
from .journal import Disk, keep_journal
from .kea import Lifetimes
from .parts import MadeOfParts
from .power import start_agents
from .scenario import check, equal
from .waiting import wait_until

ARRIVING, MOVING, LEAVING = (range(first, first + 8) for first in (1, 11, 21))
_WITHIN = 600  # ms: all of them begin
_PATIENT = {"retransmit": {"every_ms": 500, "times": 24}, "timeout_ms": 1000}
_KERNEL_CHECK = 500  # ms
_DISK = 8  # megabytes
_DAY = 86_400
_LONG = Lifetimes(valid=_DAY, preferred=_DAY // 2, renew=_DAY // 4, rebind=_DAY // 3)


class Storm(MadeOfParts):
    """A context manager."""

    def __init__(self) -> None:
        super().__init__()
        self.machines: dict[str, FaultyMachine] = {}
        self.busy = False  # others than the MN that rests have something to say

    def _start(self) -> None:
        agents = {"kernel_check": _KERNEL_CHECK}
        crowd = Crowd(access_routers=3, agents=agents, lifetimes=_LONG)
        self.crowd = self._stack.enter_context(crowd)
        self.network, self.domain = crowd.network, crowd.domain
        self.kea, self.player = crowd.kea, crowd.player
        self.ars = [ar.name for ar in self.network.access_routers]
        self.anchor_agent = self.domain.route_agent(self.network.anchor)
        self.disk = Disk(self.network, crowd.processes, _DISK)
        keep_journal(self.network, self.domain, disk=self.disk)

    def on_faulty_machines(self) -> None:
        """All daemons start anew, each on a machine that can be told what is wrong with it."""
        for router in self.network.routers:
            machine = FaultyMachine(self.crowd.processes, self.domain.build, router.name)
            self.machines[router.name] = machine
            agent = self.domain.route_agent(router)
            agent.stop()
            machine.runs(agent)
        self.kea.process.stop()
        self.machines[self.network.anchor.name].runs(self.kea.process)
        start_agents(self.domain)
        self.kea.start()
        self.domain.wait_until_associated()

    def begin(self) -> None:
        """The MN that rests attaches at AR1, CN begins to send, and the others take their places."""
        self._batch(MOVING, "attach")
        self.resting = Bystander(self.network, self.crowd.processes, self.network.ar(1))

    def cut_sessions(self) -> int:
        """Returns how many there were; they are made anew at once."""
        ss = ("ss", "-H", "-K", "-t", "-n", "sport = :4480")
        return len(self.network.inside(self.network.anchor).run(*ss).stdout.splitlines())

    def associations(self) -> int:
        """How many sessions this life of the anchor's agent has made so far; some are told late."""
        log = self.anchor_agent.output()
        left_out = re.findall(r"ANCHOR_ASSOCIATED … and (\d+) more", log)
        return log.count("ANCHOR_ASSOCIATED") - len(left_out) + sum(map(int, left_out))

    def prepare_crowd(self) -> None:
        """Who shall attach holds nothing, who shall leave holds something."""
        self._batch(LEAVING, "attach")
        wait_until_equal(self.network, self.domain, self.kea, limit=20)

    def stir(self, message: str) -> list[int]:
        """All at once: some attach, some move on by this message, some leave. `calm` waits for them."""
        return [
            self._begin(ARRIVING, "attach", within_ms=_WITHIN),
            self._begin(MOVING, message, within_ms=_WITHIN, onward=True),
            self._begin(LEAVING, "release", within_ms=_WITHIN),
        ]

    def calm(self, stirred: list[int]) -> int:
        """Everybody has an answer. Returns how many transmissions it took beyond one for each."""
        answers = [self.player.answer(number, limit=40) for number in stirred]
        for answer in answers:
            equal(answer["unanswered"], {}, "messages that were never answered")
        return sum(answer["repeated"] for answer in answers)

    def settle(self, limit: float = 30) -> float:
        """Seconds until every table on every node equals the leases."""
        begun = time.monotonic()
        self.domain.wait_until_associated(limit=limit)
        wait_until_equal(self.network, self.domain, self.kea, limit)
        return time.monotonic() - begun

    def astray(self) -> list[str]:
        """MNs of the player whose binding is not where they last spoke."""
        places = bound(self.network, self.domain)
        return [
            f"MN {mn}: {address} at {places.get(address)}, not {link}"
            for mn, address, link in self._leases()
            if places.get(address) != link
        ]

    def everybody_renews(self) -> None:
        """Whatever was forgotten: what an MN says now is true."""
        for mn, _, link in self._leases():
            answer = self.player.do("renew", mn=mn, link=link, **_PATIENT)
            equal(answer["status"], "Success", f"the answer to MN {mn}'s Renew")
        wait_until(lambda: not self.astray(), "everybody to be where they are", 10, every=0.05)

    def reset_crowd(self) -> None:
        held = {mn for mn, *_ in self._leases()}
        check(set(MOVING) <= held and set(ARRIVING) <= held, "who attached has an address")
        check(not held & set(LEAVING), "who left has none")
        self._batch(ARRIVING, "release")

    def _leases(self) -> list[list[Any]]:
        mns = {"first": 1, "count": LEAVING.stop}
        found: list[list[Any]] = self.player.do("leases", mns=mns)["leases"]
        return found

    def _batch(self, mns: range, message: str) -> None:
        self.calm([self._begin(mns, message, within_ms=0)])

    def _begin(self, mns: range, message: str, **words: Any) -> int:
        return self.player.begin(
            "batch", exchange={"do": message, **_PATIENT}, links=self.ars,
            mns={"first": mns.start, "count": len(mns)}, **words,
        )  # fmt: skip
