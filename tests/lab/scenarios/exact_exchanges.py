# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Messages that stock clients do not send on demand: each kind, early, late, twice, and in numbers."""

from __future__ import annotations

import time
from typing import Any

from ..crowd import Crowd
from ..scenario import check, equal, fact, scenario
from ..waiting import wait_until

_MESSAGES: dict[str, dict[str, Any]] = {
    "confirm": {},
    "renew": {},
    "rebind": {},
    "request": {},
    "solicit": {"rapid_commit": True},
}


def _each_message_moves(crowd: Crowd) -> None:
    ars = crowd.network.ar(1), crowd.network.ar(2)
    address = crowd.player.attach(1, ars[0])
    for number, (message, words) in enumerate(_MESSAGES.items(), start=1):
        ar = ars[number % 2]
        answer = crowd.player.do(message, mn=1, link=ar.name, **words)
        equal((answer["reply"], answer["status"]), ("Reply", "Success"), f"the answer to {message}")
        equal(answer["addresses"], [address], f"the address after {message}")
        equal(crowd.where(address), ar.name, f"where the anchor sends packets after {message}'s Reply")
        crowd.wait_until_at(address, ar)
        fact(f"{message}: Reply after {answer['ms']:.2f} ms, the tables already lead to {ar.name}")
    crowd.player.do("release", mn=1, link=ars[1].name)
    equal(crowd.left_over(), [], "left after the Release")


@scenario("A1 A2 A3 A4 A6", "Confirm, Renew, Rebind, Request and rapid Solicit through the new AR each move")
def each_message_moves() -> None:
    with Crowd(rapid_commit=True) as crowd:
        _each_message_moves(crowd)


@scenario("A1 A2 A3 A4 A6", "the same with a multi-threaded Kea")
def each_message_moves_with_threads() -> None:
    with Crowd(rapid_commit=True, threads=2) as crowd:
        _each_message_moves(crowd)


@scenario("A6", "Decline takes the address out of every table")
def decline_removes() -> None:
    with Crowd() as crowd:
        crowd.player.attach(1, crowd.network.ar(1))
        crowd.player.do("decline", mn=1, link="ar1")
        equal(crowd.left_over(), [], "left after the Decline")


@scenario("A3'", "Confirm: silence for what nobody holds, NotOnLink for another's address and outside the domain")
def confirm_exactly() -> None:
    with Crowd() as crowd:
        mine, others = crowd.player.attach(1, crowd.network.ar(1)), crowd.player.attach(2, crowd.network.ar(1))
        before = crowd.counters()["moves"]
        quiet = {"timeout_ms": 500, "link": "ar2"}
        answer = crowd.player.do("confirm", mn=3, addresses=["2001:db8:d000::ff:fff0"], **quiet)
        equal(answer["reply"], None, "the answer to a Confirm of an address without a lease")
        answer = crowd.player.do("confirm", mn=1, addresses=[others], **quiet)
        equal(answer["status"], "NotOnLink", "the answer to a Confirm of another's address")
        answer = crowd.player.do("confirm", mn=1, addresses=[mine, others], **quiet)
        equal(answer["status"], "NotOnLink", "the answer to a Confirm that mixes good and bad")
        answer = crowd.player.do("confirm", mn=1, addresses=["2001:db8:ffff::1"], **quiet)
        equal(answer["status"], "NotOnLink", "the answer to a Confirm outside the domain")
        equal(crowd.counters()["moves"], before, "moves by all of these")
        equal((crowd.where(mine), crowd.where(others)), ("ar1", "ar1"), "where both MNs are")


@scenario("A3", "a move in the first second after the attachment, by Confirm and by Rebind")
def move_in_first_second() -> None:
    with Crowd() as crowd:
        for mn, message in enumerate(("confirm", "rebind"), start=1):
            begun = time.monotonic()
            address = crowd.player.attach(mn, crowd.network.ar(1))
            crowd.player.do(message, mn=mn, link="ar2")
            moved = time.monotonic() - begun
            check(moved < 1, f"the move came {moved:.3f} s after the Solicit")
            fact(f"attached and moved by {message} within {moved * 1000:.0f} ms")
            crowd.wait_until_at(address, crowd.network.ar(2))


@scenario("A3", "twenty ping-pong moves in two seconds end where the last one went")
def ping_pong() -> None:
    with Crowd() as crowd:
        address = crowd.player.attach(1, crowd.network.ar(1))
        begun = time.monotonic()
        pending = []
        for number in range(20):
            ar = crowd.network.ar(2 - number % 2)
            pending.append(crowd.player.begin("confirm", mn=1, link=ar.name))
            crowd.player.answer(pending[-1])
            due = begun + 0.1 * (number + 1)
            wait_until(lambda: time.monotonic() >= due, "the next move", limit=1)
        fact(f"20 moves in {time.monotonic() - begun:.2f} s")
        crowd.wait_until_at(address, crowd.network.ar(1))
        equal(crowd.counters()["moves"], 20, "moves that the anchor counted")


@scenario("A3 A9", "late through the old AR, a copy and an earlier exchange move nothing; a retransmission by the new AR moves")
def late_messages() -> None:
    with Crowd() as crowd:
        player = crowd.player
        address = player.attach(1, crowd.network.ar(1))
        # A copy: the same transaction, the same Elapsed Time, heard by the old AR half a second later.
        copy = {"transaction_id": 0x1234, "timeout_ms": 1500, "collect_ms": 700}
        player.do("confirm", mn=1, link="ar2", **copy, sends=[
            {"after_us": 0, "link": "ar2", "elapsed_ms": 0},
            {"after_us": 500_000, "link": "ar1", "elapsed_ms": 0, "moves": False},
        ])  # fmt: skip
        crowd.wait_until_at(address, crowd.network.ar(2))
        equal(crowd.counters()["copies"], 1, "copies that the anchor noticed")
        # An exchange that began before the move, retransmitted late through the old AR.
        player.do("rebind", mn=1, link="ar1", transaction_id=0x5678, elapsed_ms=20_000, moves=False)
        crowd.wait_until_at(address, crowd.network.ar(2))
        equal(crowd.counters()["copies"], 2, "copies and older messages that the anchor noticed")
        # The same transaction again, later by its Elapsed Time, through the new AR: the MN has moved.
        player.do("confirm", mn=1, transaction_id=0x9ABC, sends=[
            {"after_us": 0, "link": "ar2", "elapsed_ms": 0},
            {"after_us": 300_000, "link": "ar1", "elapsed_ms": 300},
        ], timeout_ms=1500, collect_ms=500)  # fmt: skip
        crowd.wait_until_at(address, crowd.network.ar(1))


@scenario("A3 A13", "1,000 MNs move within 100 ms, by Confirm and by Rebind: right tables and a Reply for each")
def thousand_moves() -> None:
    with Crowd() as crowd:
        mns = {"first": 1, "count": 1000}
        attached = crowd.player.do(
            "load", exchange={"do": "attach"}, mns=mns, links=["ar1"], rate=500, seconds=2
        )
        equal(attached["failed"], 0, "MNs that could not attach")
        for message, ar in (("confirm", crowd.network.ar(2)), ("rebind", crowd.network.ar(1))):
            exchange = {"do": message, "retransmit": {"every_ms": 1000, "times": 5}, "timeout_ms": 8000}
            moved = crowd.player.do(
                "batch", exchange=exchange, mns=mns, links=[ar.name], within_ms=100
            )
            ms = moved["ms"]
            fact(
                f"{message}: {moved['succeeded']} answered; p50 {ms['p50']:.1f}, p99 {ms['p99']:.1f}, "
                f"last {ms['max']:.1f} ms; {moved['repeated']} needed a retransmission"
            )
            fact("the same with Kea's run_script and ip route: p50 1,160, last 2,100 ms, 256 of 1,000 worked")
            equal(moved["succeeded"], 1000, f"MNs with their Reply to {message}")
            leased = crowd.kea.leased_addresses()
            _wait_for_tables(crowd, ar.name, leased)


def _wait_for_tables(crowd: Crowd, ar: str, leased: set[str]) -> None:
    from ..tables import installed

    def right() -> bool:
        at_anchor = installed(crowd.network.inside(crowd.network.anchor))
        tunnel = next(each.tunnel for each in crowd.network.access_routers if each.name == ar)
        ways = {route.prefix for route in at_anchor.routes if route.segments == (tunnel,)}
        tables = {each.name: installed(crowd.network.inside(each)).prefixes
                  for each in crowd.network.access_routers}  # fmt: skip
        return ways == leased and all(
            prefixes == (leased if name == ar else set()) for name, prefixes in tables.items()
        )

    wait_until(right, f"all {len(leased)} addresses to be at {ar} and nowhere else", 10, every=0.1)
