# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Unmodified DHCP clients walk: what each says when it moves, and that it keeps its address."""

from __future__ import annotations

from ..clients import Dhclient, Networkd
from ..kea import Lifetimes
from ..scenario import check, equal, fact, scenario
from ..walk import Walk

_ROUND = 3  # moves


def _tell(walk: Walk, wanted: tuple[str, ...]) -> None:
    for line, lost in zip(walk.timelines(), walk.lost_after_reply()):
        check(line.message in wanted, f"the client asks with {wanted}, it said {line.message}")
        assert line.at_relay and line.reply
        answered = (line.reply - line.at_relay) / 1e6
        fact(f"{line.ar}: {line.message}, first Reply {answered:.2f} ms later, {lost} lost after it")


@scenario("A1 A3 A6", "dhcpcd moves with Confirm and keeps address and sessions; its Release leaves nothing")
def dhcpcd_moves() -> None:
    with Walk() as walk:
        walk.attach(walk.network.ar(1))
        walk.wait_until_at(walk.network.ar(1))
        for number in range(_ROUND):
            walk.move(walk.network.ar(2 - number % 2))
            walk.wait_until_at(walk.network.ar(2 - number % 2))
        _tell(walk, ("Confirm",))
        check(not walk.transfer.broken, "the TCP connection lives")
        equal(walk.release(), [], "left after the Release")


@scenario("A1 A3", "the same with a multi-threaded Kea")
def dhcpcd_moves_with_threads() -> None:
    with Walk(threads=2) as walk:
        walk.attach(walk.network.ar(1))
        for number in range(_ROUND):
            walk.move(walk.network.ar(2 - number % 2))
            walk.wait_until_at(walk.network.ar(2 - number % 2))
        _tell(walk, ("Confirm",))
        equal(walk.release(), [], "left after the Release")


@scenario("A4", "systemd-networkd moves with Solicit and Request of its existing lease")
def networkd_moves() -> None:
    with Walk() as walk:
        walk.attach(walk.network.ar(1), Networkd(walk.network, walk.processes))
        for number in range(_ROUND):
            walk.move(walk.network.ar(2 - number % 2))
            walk.wait_until_at(walk.network.ar(2 - number % 2))
        _tell(walk, ("Solicit", "Request"))
        check(not walk.transfer.broken, "the TCP connection lives")
        walk.kea.delete_lease(walk.address)
        equal(walk.left_over(), [], "left after lease6-del")


@scenario("A2 A4 A6", "systemd-networkd with rapid commit moves in two messages; lease6-del leaves nothing")
def networkd_moves_rapidly() -> None:
    with Walk(rapid_commit=True) as walk:
        client = Networkd(walk.network, walk.processes, rapid_commit=True)
        walk.attach(walk.network.ar(1), client)
        for number in range(_ROUND):
            walk.move(walk.network.ar(2 - number % 2))
            walk.wait_until_at(walk.network.ar(2 - number % 2))
        _tell(walk, ("Solicit",))
        walk.kea.delete_lease(walk.address)
        equal(walk.left_over(), [], "left after lease6-del")


@scenario("A3", "dhclient, which notices no carrier, moves with Confirm when it is started again")
def dhclient_moves() -> None:
    with Walk() as walk:
        client = Dhclient(walk.network, walk.processes)
        walk.attach(walk.network.ar(1), client)
        for number in range(_ROUND):
            ar = walk.network.ar(2 - number % 2)
            client.process.kill()
            walk.network.port(walk.network.mn).plug_in(ar)
            client.start()
            walk.wait_until_at(ar)
            equal(client.wait_for_address(), walk.address, "the address after the move")
        equal(walk.release(), [], "left after the Release")


@scenario("A6", "a lease that nobody renews expires and leaves nothing")
def lease_expires() -> None:
    short = Lifetimes(valid=6, preferred=5, renew=3, rebind=4)
    with Walk(lifetimes=short) as walk:
        walk.attach(walk.network.ar(1))
        walk.wait_until_at(walk.network.ar(1))
        walk.mn.process.kill()
        equal(walk.left_over(limit=20), [], "left after the expiry")
