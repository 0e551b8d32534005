# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Attestation as shipped, with agents away while an MN moves: what both have kept finds together."""

from __future__ import annotations

import signal
import time

from ..addresses import AccessRouter
from ..agents import wait_until_ready
from ..crowd import Crowd
from ..processes import Process
from ..scenario import check, equal, fact, scenario
from ..waiting import wait_until
from ..walk import Walk

_AWAY = 3  # seconds from the move's Reply to the anchor's next start
_KNOWS = 2  # seconds from the start of an AR's agent until it knows of any message
_PATIENT = {"retransmit": {"every_ms": 1000, "times": 5}, "timeout_ms": 8000}
_REFUSED, _LATE = "ANCHOR_NOT_ATTESTED", "ANCHOR_ATTESTED_LATE"


def _move_without_anchor(walk: Walk, ar: AccessRouter, also_restarted: Process | None = None) -> None:
    """The MN moves while its anchor's agent is stopped, and is served once that runs again."""
    agent = walk.domain.route_agent(walk.network.anchor)
    agent.stop()
    moved = walk.network.port(walk.node).plug_in(ar)
    walk.mn.notice_new_link()
    walk.observation.wait_for(
        lambda e: e.node == walk.node.name and e.dhcp("Reply", outgoing=False),
        f"a Reply at {walk.node.name} after its move to {ar.name}",
        since=moved.running,
        limit=20,
    )
    time.sleep(_AWAY)
    if also_restarted:
        also_restarted.stop()
        also_restarted.start()
        wait_until_ready(also_restarted)
    begun = time.monotonic()
    agent.start()
    walk.wait_until_at(ar, limit=30)
    fact(f"{ar.name}: its route is there {time.monotonic() - begun:.1f} s after the anchor's start")
    walk.stream.wait_for_packet(after=time.monotonic_ns(), limit=10)
    walk.transfer.wait_for_progress(limit=60)
    check(_REFUSED not in agent.output(), "nothing is refused")
    walk.domain.wait_until_associated()


@scenario("B", "attestation as shipped: an MN that moves while its anchor's agent is stopped is served when that is back")
def anchor_away() -> None:
    with Walk(agents={"attestation": "preferred"}) as walk:
        first, second = walk.network.access_routers
        walk.attach(first)
        walk.wait_until_at(first)
        _move_without_anchor(walk, second)
        _move_without_anchor(walk, first)
        _move_without_anchor(walk, second, also_restarted=walk.domain.route_agent(second))
        walk.move(first)
        walk.wait_until_at(first)
        equal(walk.release(), [], "left after the Release")


@scenario("B", "attestation required: a move while the anchor's agent is stopped is attested when that is back")
def anchor_away_required() -> None:
    with Walk(agents={"attestation": "required"}) as walk:
        first, second = walk.network.access_routers
        walk.attach(first)
        walk.wait_until_at(first)
        _move_without_anchor(walk, second)
        _move_without_anchor(walk, first)


@scenario("B", "attestation as shipped: a Relay-forward that somebody sends while the anchor's agent is stopped moves nothing, then or later")
def forged_while_away() -> None:
    with Crowd(agents={"attestation": "preferred"}) as crowd:
        player, network = crowd.player, crowd.network
        address = player.attach(1, network.ar(1))
        crowd.wait_until_at(address, network.ar(1))
        intruder = crowd.add_intruder()
        answer = player.do("confirm", mn=1, link=intruder, timeout_ms=600, moves=False)
        equal(answer["reply"], None, "the answer to the intruder")
        agent = crowd.domain.route_agent(network.anchor)
        time.sleep(_KNOWS)
        agent.stop()
        player.do("confirm", mn=1, link=intruder, timeout_ms=600, moves=False)
        time.sleep(_AWAY)
        agent.start()
        agent.wait_until(lambda: _REFUSED in agent.output(), "a refusal", limit=30)
        crowd.domain.wait_until_associated()
        crowd.wait_until_at(address, network.ar(1))
        player.do("confirm", mn=1, link="ar2")
        crowd.wait_until_at(address, network.ar(2))


@scenario("B", "attestation as shipped: an MN moves to an AR whose agent is stuck, is refused, and has its path when the agent goes on")
def stuck_agent() -> None:
    with Crowd(agents={"attestation": "preferred"}) as crowd:
        player, network = crowd.player, crowd.network
        address = player.attach(1, network.ar(1))
        crowd.wait_until_at(address, network.ar(1))
        anchor, agent = crowd.domain.route_agent(network.anchor), crowd.domain.route_agent(network.ar(2))
        agent.signal(signal.SIGSTOP)
        try:
            answer = player.do("confirm", mn=1, link="ar2", timeout_ms=600)
            equal(answer["reply"], None, "the answer while the agent is stuck")
            anchor.wait_until(lambda: _REFUSED in anchor.output(), "a refusal")
            crowd.wait_until_at(address, network.ar(1))
        finally:
            agent.signal(signal.SIGCONT)
        crowd.wait_until_at(address, network.ar(2))
        check(_LATE in anchor.output(), "the operator is told")


@scenario("B", "attestation as shipped: 1,000 MNs move within 100 ms, and no word of a relay is lost")
def many_at_once() -> None:
    with Crowd(agents={"attestation": "preferred"}) as crowd:
        player, network = crowd.player, crowd.network
        mns = {"first": 1, "count": 1000}
        player.do("load", exchange={"do": "attach", **_PATIENT}, mns=mns, links=["ar1"], rate=500, seconds=2)
        done = player.do("batch", exchange={"do": "confirm", **_PATIENT}, mns=mns, links=["ar2"], within_ms=100)
        equal(done["succeeded"], 1000, "MNs with a Reply")
        # A busy machine may let words come after the wait, and clients ask again.
        refused = crowd.counters()["refused"]
        fact(f"Reply after {done['ms']['p50']:.1f} ms (median), the last after {done['ms']['max']:.1f} ms; "
             f"{done['repeated']} retransmissions, {refused} refused at first")  # fmt: skip
        for ar in network.access_routers:
            check("RELAY_NOT_ATTESTED" not in crowd.domain.relay(ar).output(), f"{ar.name}'s relay is heard")
        wait_until(lambda: crowd.counters()["moves"] >= 1000, "all to have moved", 5)
