# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A second host claims what another has: it is refused, and the first keeps its path."""

from __future__ import annotations

import time
from typing import Any

from ..agents import find_build
from ..crowd import Crowd
from ..kea import Kea
from ..network import ACCESS
from ..player import Player
from ..scenario import check, equal, fact, scenario
from ..tables import Neighbour, installed
from ..walk import Walk
from ..walker import Walker

_CLAIMS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("solicit", {"rapid_commit": True}),
    ("request", {}),
    ("renew", {}),
    ("rebind", {}),
    ("confirm", {}),
    ("release", {}),
    ("decline", {}),
)
_THIEF = 7


def _claim_by_every_message(
    walker: Walker, kea: Kea, player: Player, what: dict[str, list[str]]
) -> None:
    """Through the AR where the holder is not. What the thief is given instead is its own."""
    claimed = {each for held in what.values() for each in held}
    for message, words in _CLAIMS:
        if message == "decline" and "prefixes" in what:
            continue  # only addresses are declined (RFC 9915 section 18.2.8)
        answer = player.do(message, mn=_THIEF, link="ar2", timeout_ms=500, **what, **words)
        given = {each for held in ("addresses", "prefixes") for each in answer.get(held, [])}
        granted = {lease.get("address") or lease.get("prefix") for ia in answer.get("ias", [])
                   for lease in ia["leases"] if lease["valid"]}  # fmt: skip
        equal((given | granted) & claimed, set(), f"what the thief got of the victim's by {message}")
        if message == "confirm":
            equal(answer["status"], "NotOnLink", "the answer to the thief's Confirm")
        said = answer["status"] if answer["reply"] else "silence"
        fact(f"{message} of {', '.join(claimed)}: {said}, given {', '.join(granted) or 'nothing'}")
        walker.wait_until_at(walker.network.ar(1))
        check(walker.mn.duid in {row["duid"] for row in kea.leases()}, "the holder has its leases")


def _flows_all_the_while(walker: Walker, since: int) -> None:
    walker.stream.wait_for_packet(after=time.monotonic_ns())
    until = time.monotonic_ns() - 50_000_000  # what is still under way is not lost
    loss = walker.stream.wire().loss(since, until)
    fact(f"{loss.lost} of the holder's {loss.sent} packets lost meanwhile")
    equal(loss.lost, 0, "packets lost")


@scenario("A3' B", "an address claimed by a second host, by seven messages: refused; the first loses no packet")
def address() -> None:
    with Walk() as walk:
        taken = walk.attach(walk.network.ar(1))
        with Player(walk.network, walk.processes, find_build()) as player:
            player.attach(_THIEF, walk.network.ar(2))  # so that it knows the server, and has an IA
            since = time.monotonic_ns()
            _claim_by_every_message(walk, walk.kea, player, {"addresses": [taken]})
            _flows_all_the_while(walk, since)
        equal(walk.mn.addresses(), [taken], "the first host's address")
        walk.move(walk.network.ar(2))
        equal(walk.lost_after_reply(), [0], "packets lost after the move's Reply")


@scenario("A3' A5 B", "a delegated prefix claimed by a second router likewise")
def prefix() -> None:
    with Walk(lans=1) as walk:
        router = walk.router()
        router.attach(walk.network.ar(1))
        with Player(walk.network, walk.processes, find_build()) as player:
            player.do("mn", mn=_THIEF, kinds=["pd"])
            player.do("attach", mn=_THIEF, link="ar2")
            since = time.monotonic_ns()
            _claim_by_every_message(router, walk.kea, player, {"prefixes": router.prefixes})
            _flows_all_the_while(router, since)
        router.move(walk.network.ar(2))
        equal(router.lost_after_reply(), [0], "packets lost after the move's Reply")


@scenario("A5 B", "a router that speaks from another's link-local address gets no route, and none of the other's packets")
def next_hop() -> None:
    with Crowd() as crowd:
        player, ar = crowd.player, crowd.network.ar(1)
        player.do("mn", mn=1, kinds=["pd"])
        (mine,) = player.do("attach", mn=1, link="ar1")["prefixes"]
        victim = player.do("show", mn=1)
        player.do("mn", mn=_THIEF, kinds=["pd"], link_local=victim["link_local"])
        answer = player.do("attach", mn=_THIEF, link="ar1", timeout_ms=600)
        equal(answer["reply"], None, "the answer to the second router")
        here = installed(crowd.network.inside(ar))
        neighbour = Neighbour(victim["link_local"], victim["mac"], ACCESS)
        equal(here.neighbours, {neighbour}, "who is behind the next hop")
        crowd.wait_until_at(mine, ar)
        check("ANCHOR_AR_REFUSED" in crowd.anchor_log(), "the anchor's log has the AR's refusal")
        player.do("release", mn=1, link="ar1")
        player.do("attach", mn=_THIEF, link="ar1")
        crowd.kea.command("lease6-wipe", **{"subnet-id": crowd.network.anchor.number})
        equal(crowd.left_over(), [], "left after lease6-wipe")
