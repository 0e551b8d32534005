# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""kill -9 of each daemon under traffic: packets go on, and what happened meanwhile is caught up."""

from __future__ import annotations

import time

from ..agents import wait_until_ready
from ..network import ACCESS
from ..processes import Process
from ..scenario import equal, fact, scenario
from ..walk import Walk

_DEAD = 500_000_000  # ns of stream that must flow while a daemon is dead, and again after its restart


def _nothing_lost(walk: Walk, since: int, what: str) -> None:
    walk.stream.wait_for_packet(after=time.monotonic_ns() + _DEAD)
    until = time.monotonic_ns() - 50_000_000  # what is still under way is not lost
    lost = walk.stream.wire().lost(since, until)
    fact(f"{what}: {len(lost)} of {walk.stream.wire().loss(since, until).sent} packets lost")
    equal(lost, [], f"lost {what}")


def _kill_and_restart(walk: Walk, process: Process) -> None:
    """The MN stays where it is, and must not notice."""
    since = time.monotonic_ns()
    process.kill()
    _nothing_lost(walk, since, f"while {process.name} is dead")
    since = time.monotonic_ns()
    process.start()
    wait_until_ready(process)
    walk.domain.wait_until_associated()
    _nothing_lost(walk, since, f"after the restart of {process.name}")


@scenario("B", "kill -9 of each daemon of ours, one after the other: a resting MN loses no packet")
def resting_host_notices_nothing() -> None:
    with Walk() as walk:
        walk.attach(walk.network.ar(1))
        ar, anchor = walk.network.ar(1), walk.network.anchor
        agents = (walk.domain.route_agent(anchor), walk.domain.route_agent(ar), walk.domain.relay(ar))
        for process in agents[:2]:
            _kill_and_restart(walk, process)
            walk.wait_until_at(ar)
        since = time.monotonic_ns()
        agents[2].kill()
        _nothing_lost(walk, since, "while the relay is dead")
        agents[2].start()
        wait_until_ready(agents[2])
        equal(walk.release(), [], "left after the Release")


@scenario("B", "an AR's agent restarted with a wrong link-address, then with the right one: a resting MN loses no packet")
def wrong_link_address() -> None:
    with Walk() as walk:
        walk.attach(walk.network.ar(1))
        ar = walk.network.ar(1)
        agent = walk.domain.route_agent(ar)
        wrong = [{"name": ACCESS, "link-address": walk.network.ar(2).link}]
        since = time.monotonic_ns()
        for changed in ({"access-interfaces": wrong}, {}):
            agent.stop()
            walk.domain.write_access_router(ar, **changed)
            agent.start()
            wait_until_ready(agent)
            walk.domain.wait_until_associated()
            _nothing_lost(walk, since, "with a wrong link-address" if changed else "with the right one again")
            walk.wait_until_at(ar)
            equal(agent.output().count("ACCESS_INTERFACE_UNKNOWN"), 1 if changed else 0, "said by this life")
        walk.move(walk.network.ar(2))
        walk.move(ar)
        equal(walk.release(), [], "left after the Release")


@scenario("B", "an agent that stops takes leave, and nobody associates with it again; a resting MN loses no packet")
def orderly_stop() -> None:
    with Walk() as walk:
        walk.attach(walk.network.ar(1))
        anchor, ar = walk.network.anchor, walk.network.ar(1)
        since = time.monotonic_ns()
        for stopping, peer, said in (
            (anchor, ar, "ACCESS_ASSOCIATED"), (ar, anchor, "ANCHOR_ASSOCIATED"),
        ):  # fmt: skip
            agent, log = walk.domain.route_agent(stopping), walk.domain.route_agent(peer).output
            before = log().count(said)
            agent.stop()
            equal(log().count(said), before, f"{said} at {peer.name} while {agent.name} stops")
            agent.start()
            wait_until_ready(agent)
            walk.domain.wait_until_associated()
            equal(log().count(said), before + 1, f"{said} at {peer.name} after its start")
        _nothing_lost(walk, since, "while the agents stop and start")
        equal(walk.release(), [], "left after the Release")


@scenario("B", "a move while the anchor's agent is dead is answered at once and caught up when it is back")
def move_without_anchor() -> None:
    with Walk() as walk:
        walk.attach(walk.network.ar(1))
        agent = walk.domain.route_agent(walk.network.anchor)
        agent.kill()
        move = walk.network.port(walk.network.mn).plug_in(walk.network.ar(2))
        reply = walk.observation.wait_for(
            lambda e: e.node == walk.mn.mn.name and e.dhcp("Reply", outgoing=False),
            "a Reply without an anchor", since=move.running, limit=10,
        )  # fmt: skip
        asked = walk.observation.wait_for(
            lambda e: e.node == "ar2" and e.dhcp("Confirm", outgoing=False),
            "the Confirm", since=move.running,
        )  # fmt: skip
        fact(f"Reply {(reply.at - asked.at) / 1e6:.2f} ms after the Confirm, with no anchor")
        agent.start()
        walk.wait_until_at(walk.network.ar(2))
        back = walk.stream.wait_for_packet(after=time.monotonic_ns(), limit=10)
        walk.stream.wait_for_packet(after=back, limit=10)
        equal(walk.release(), [], "left after the Release")


@scenario("B", "a move to an AR whose agent is dead is answered and caught up when it is back; none to it is lost")
def move_to_dead_agent() -> None:
    with Walk() as walk:
        walk.attach(walk.network.ar(1))
        agent = walk.domain.route_agent(walk.network.ar(2))
        agent.kill()
        move = walk.network.port(walk.network.mn).plug_in(walk.network.ar(2))
        walk.observation.wait_for(
            lambda e: e.node == walk.mn.mn.name and e.dhcp("Reply", outgoing=False),
            "a Reply", since=move.running, limit=10,
        )  # fmt: skip
        agent.start()
        walk.wait_until_at(walk.network.ar(2))
        walk.stream.wait_for_packet(after=time.monotonic_ns(), limit=10)
        equal(walk.release(), [], "left after the Release")


@scenario("A3 B", "a dead old AR delays no move")
def old_ar_is_dead() -> None:
    with Walk() as walk:
        walk.attach(walk.network.ar(1))
        walk.domain.route_agent(walk.network.ar(1)).kill()
        walk.move(walk.network.ar(2))
        line = walk.timelines()[-1]
        assert line.reply and line.at_relay
        fact(f"Reply {(line.reply - line.at_relay) / 1e6:.2f} ms after the Confirm")
        walk.domain.route_agent(walk.network.ar(1)).start()
        walk.wait_until_at(walk.network.ar(2))
        equal(walk.release(), [], "left after the Release")


@scenario("B", "a move while the relay is dead is caught up by the client's retransmission")
def move_without_relay() -> None:
    with Walk() as walk:
        walk.attach(walk.network.ar(1))
        relay = walk.domain.relay(walk.network.ar(2))
        relay.kill()
        walk.network.port(walk.network.mn).plug_in(walk.network.ar(2))
        sent = walk.observation.wait_for(
            lambda e: e.node == "ar2" and e.dhcp("Confirm", outgoing=False),
            "a Confirm that nobody hears", since=walk.moves[-1].running, limit=10,
        )  # fmt: skip
        relay.start()
        walk.wait_until_at(walk.network.ar(2))
        walk.stream.wait_for_packet(after=sent.at, limit=20)
        equal(walk.release(), [], "left after the Release")


@scenario("B", "kill -9 of Kea: a resting MN loses nothing, and the next move works after its restart")
def kea_is_killed() -> None:
    with Walk() as walk:
        walk.attach(walk.network.ar(1))
        since = time.monotonic_ns()
        walk.kea.process.kill()
        _nothing_lost(walk, since, "while Kea is dead")
        walk.kea.start()
        walk.domain.wait_until_associated()
        _nothing_lost(walk, since, "after Kea's restart")
        walk.move(walk.network.ar(2))
        equal(walk.release(), [], "left after the Release")
