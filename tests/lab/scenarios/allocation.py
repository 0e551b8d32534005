# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""LMA Allocation: a host with a list of MNs says to the anchor which of them may be served."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..agents import wait_until_ready
from ..crowd import Crowd
from ..processes import Process
from ..scenario import check, equal, fact, scenario
from ..tables import installed
from ..waiting import wait_until

_TOLD = {"parameters": {"on-refused": "status"}}


def _duid(mn: int) -> str:
    """As the logs print it: of the player's DUID-LL."""
    return "00:03:00:01:02:6d:6e:" + mn.to_bytes(3, "big").hex(":")


class _Site:
    """A crowd whose anchor asks an authority, and that authority's agent, which is not started."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.file: Path = crowd.domain.folder / "subscribers"
        self.write(1)
        (credentials,) = crowd.domain.authority.issue("aaa")
        self.identity = credentials.identity
        self.agent: Process = crowd.domain.add_authority(credentials, self.file)
        crowd.domain.write_inventory(crowd.network.access_routers, authorities=[self.identity])
        self.anchor = crowd.domain.route_agent(crowd.network.anchor)
        self.anchor.signal(signal.SIGHUP)
        self.anchor.wait_for_line("ROUTE_RELOADED")

    def write(self, *mns: int) -> None:
        self.file.write_text("# subscribers\n" + "".join(f"{_duid(mn)}\n" for mn in mns))

    def start(self) -> None:
        self.agent.start()
        wait_until_ready(self.agent)
        wait_until(lambda: self.state()["heard"], "the anchor to have heard the list", 10)

    def tell(self, *mns: int) -> float:
        """These MNs from now on; returns after how many milliseconds the anchor knows it."""
        self.write(*mns)
        begun = time.monotonic()
        self.agent.signal(signal.SIGHUP)
        wait_until(lambda: self.state()["granted"] == len(mns), "the anchor to know", 5, every=0.002)
        return (time.monotonic() - begun) * 1e3

    def state(self) -> dict[str, Any]:
        """What the anchor has of the authority."""
        (found,) = self.crowd.domain.ask(self.crowd.network.anchor)["anchor"]["authorities"]
        equal(found["identity"], self.identity, "the authority's name")
        state: dict[str, Any] = found
        return state

    def refusal(self, mn: int) -> str:
        """What the operator reads of it; it must be refused."""
        answer = self.crowd.player.do("attach", mn=mn, link="ar1")
        equal((answer["reply"], answer["status"]), ("Reply", "NoAddrsAvail"), f"MN {mn}'s answer")
        told = [line for line in self.anchor.output().splitlines() if "_MN_NOT_AUTHORIZED" in line]
        check(told and _duid(mn) in told[-1], f"the anchor's log names MN {mn}")
        fact(told[-1].split(" ", 2)[2])
        return told[-1]


@contextmanager
def _site() -> Iterator[_Site]:
    with Crowd(**_TOLD) as crowd:
        yield _Site(crowd)


@scenario("B", "LMA allocation by an authority: refused, allocated and served at the next message, withdrawn and not served, what it has goes on")
def allocation() -> None:
    with _site() as site:
        crowd, player = site.crowd, site.crowd.player
        ars = crowd.network.access_routers
        check(f"authority {site.identity} has not told" in site.refusal(1), "it is named")
        site.start()
        mine = player.attach(1, ars[0])
        check("this MN is not authorized" in site.refusal(2), "the stranger is none of them")
        fact(f"SIGHUP to the anchor's knowing it: {site.tell(1, 2):.1f} ms")
        other = player.attach(2, ars[0])
        routed = set(installed(crowd.network.inside(crowd.network.anchor)).prefixes)
        equal(routed, {mine, other}, "what the anchor routes")
        fact(f"SIGHUP to the anchor's knowing it: {site.tell(2):.1f} ms")
        equal(player.do("renew", mn=1, link="ar2")["status"], "NoBinding", "who is withdrawn")
        equal(crowd.where(mine), "ar1", "what it has goes on where it is")
        site.file.write_text(f"{_duid(3)}\nnonsense\n")
        site.agent.signal(signal.SIGHUP)
        line = site.agent.wait_for_line("ROUTE_RELOAD_FAILED.*").group()
        check(f"{site.file}:2:" in line, f"file and line are named: {line}")
        equal(site.state()["granted"], 1, "MNs granted after a bad file")
        check("not authorized" in site.refusal(3), "nothing of a bad file takes effect")


@scenario("B", "an authority that goes away withdraws nothing; a restarted anchor moves whom it knows and waits for the list with newcomers")
def authority_away() -> None:
    with _site() as site:
        crowd, player = site.crowd, site.crowd.player
        ars = crowd.network.access_routers
        site.write(1, 2)
        site.start()
        address = player.attach(1, ars[0])
        site.agent.stop()
        wait_until(lambda: "authority" not in _roles(crowd), "its session to end", 10)
        player.attach(2, ars[0])
        equal(player.do("confirm", mn=1, link="ar2")["status"], "Success", "a move without it")
        crowd.wait_until_at(address, ars[1])
        site.anchor.stop()
        site.anchor.start()
        wait_until_ready(site.anchor)
        crowd.domain.wait_until_associated()
        equal(player.do("confirm", mn=1, link="ar1")["status"], "Success", "a move after the restart")
        crowd.wait_until_at(address, ars[0])
        site.write(1, 2, 3)
        check("has not told its list" in site.refusal(3), "a newcomer waits for the list")
        site.start()
        player.attach(3, ars[0])


@scenario("B", "whom the inventory does not name as an authority is none, and an authority keeps no rights")
def authority_refused() -> None:
    with _site() as site:
        crowd = site.crowd
        crowd.domain.write_inventory(crowd.network.access_routers, authorities=["other.example"])
        site.anchor.signal(signal.SIGHUP)
        site.agent.start()
        wait_until_ready(site.agent)
        line = site.agent.wait_for_line("AUTHORITY_ASSOCIATION_FAILED.*", 10).group()
        check(f"no authority {site.identity}" in line, f"the reason is told: {line}")
        status = Path(f"/proc/{site.agent.pid}/status").read_text()
        rights = int(next(each for each in status.splitlines() if "CapEff" in each).split()[1], 16)
        equal(rights, 0, "capabilities of an authority")


def _roles(crowd: Crowd) -> set[str]:
    return {each["role"] for each in crowd.domain.ask(crowd.network.anchor)["anchor"]["sessions"]}
