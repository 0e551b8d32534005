# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Delegated prefixes, exchange by exchange: where each leads, and by whose link-local address."""

from __future__ import annotations

from typing import Any

from ..addresses import AccessRouter, Anchor
from ..agents import wait_until_ready
from ..crowd import Crowd
from ..kea import Lifetimes
from ..network import ACCESS
from ..processes import Process
from ..scenario import check, equal, fact, scenario
from ..tables import installed
from ..waiting import wait_until

_MESSAGES: dict[str, dict[str, Any]] = {
    "rebind": {},
    "renew": {},
    "confirm": {},
    "request": {},
    "solicit": {"rapid_commit": True},
}
_QUIET = {"timeout_ms": 500}


def _attach(crowd: Crowd, mn: int, ar: AccessRouter, *kinds: str, **identity: Any) -> list[str]:
    """An MN with an IA of each kind; returns what it holds, addresses first."""
    crowd.player.do("mn", mn=mn, kinds=list(kinds), **identity)
    answer = crowd.player.do("attach", mn=mn, link=ar.name)
    held = [*answer["addresses"], *answer["prefixes"]]
    equal(len(held), len(kinds), f"what MN {mn} got at {ar.name}")
    return held


def _link_local(crowd: Crowd, mn: int) -> str:
    found: str = crowd.player.do("show", mn=mn)["link_local"]
    return found


def _equal_way(crowd: Crowd, prefix: str, ar: AccessRouter, link_local: str) -> None:
    """The prefix is at this AR and nowhere else, behind this link-local address."""
    crowd.wait_until_at(prefix, ar)
    way = installed(crowd.network.inside(ar)).route(prefix)
    assert way
    equal((way.via, way.device), (link_local, ACCESS), f"the next hop of {prefix} at {ar.name}")


def _kill_and_restart(crowd: Crowd, *daemons: Process) -> None:
    for daemon in daemons:
        daemon.kill()
        if daemon is crowd.kea.process:
            crowd.kea.start()
        else:
            daemon.start()
            wait_until_ready(daemon)
        crowd.domain.wait_until_associated()


def _each_message_moves(crowd: Crowd, mn: int, *kinds: str) -> None:
    ars = crowd.network.ar(1), crowd.network.ar(2)
    held = _attach(crowd, mn, ars[0], *kinds)
    own = _link_local(crowd, mn)
    for number, (message, words) in enumerate(_MESSAGES.items(), start=1):
        ar = ars[number % 2]
        answer = crowd.player.do(message, mn=mn, link=ar.name, **words)
        equal((answer["reply"], answer["status"]), ("Reply", "Success"), f"the answer to {message}")
        places = {crowd.where(each) for each in held}
        equal(places, {ar.name}, f"where {held} are after {message}'s Reply")
        crowd.wait_until_at(held[0], ar)
        _equal_way(crowd, held[-1], ar, own)
        fact(f"{message} with {' and '.join(kinds)}: Reply after {answer['ms']:.2f} ms, all at {ar.name}")
    crowd.player.do("release", mn=mn, link=ars[1].name)
    equal(crowd.left_over(), [], "left after the Release")


@scenario("A5 A6", "IA_PD alone, and beside IA_NA: five messages through the new AR each move all; Release leaves nothing")
def each_message_moves() -> None:
    with Crowd(rapid_commit=True) as crowd:
        _each_message_moves(crowd, 1, "pd")
        _each_message_moves(crowd, 2, "na", "pd")


@scenario("A5 A6", "the same with a multi-threaded Kea")
def each_message_moves_with_threads() -> None:
    with Crowd(rapid_commit=True, threads=2) as crowd:
        _each_message_moves(crowd, 1, "pd")
        _each_message_moves(crowd, 2, "na", "pd")


@scenario("A5", "an address and a prefix of one MN go their own ways when a message names only one of them")
def alone_or_together() -> None:
    with Crowd() as crowd:
        player, ars = crowd.player, (crowd.network.ar(1), crowd.network.ar(2))
        address, prefix = _attach(crowd, 1, ars[0], "na", "pd")
        player.do("confirm", mn=1, link="ar2", addresses=[address])
        equal((crowd.where(address), crowd.where(prefix)), ("ar2", "ar1"), "after a Confirm of the address")
        player.do("rebind", mn=1, link="ar2", prefixes=[prefix])
        crowd.wait_until_at(prefix, ars[1])
        player.do("renew", mn=1, link="ar1", prefixes=[prefix])
        equal((crowd.where(address), crowd.where(prefix)), ("ar2", "ar1"), "after a Renew of the prefix")
        player.do("decline", mn=1, link="ar2", addresses=[address])
        wait_until(lambda: crowd.where(address) is None, "the declined address to lead nowhere", 5)
        _equal_way(crowd, prefix, ars[0], _link_local(crowd, 1))


@scenario("A5 A3'", "Confirm with IA_PD: Success for what is held, NotOnLink for what is not, silence for the unknown")
def confirm_exactly() -> None:
    with Crowd() as crowd:
        player, ars = crowd.player, (crowd.network.ar(1), crowd.network.ar(2))
        address, prefix = _attach(crowd, 1, ars[0], "na", "pd")
        (others,) = _attach(crowd, 2, ars[0], "pd")
        (released,) = _attach(crowd, 3, ars[0], "pd")
        player.do("release", mn=3, link="ar1")
        before = crowd.counters()["moves"]
        free = "2001:db8:d0ff:fff0::/60"
        for sentence, words, wanted in (
            ("another's prefix", {"prefixes": [others]}, "NotOnLink"),
            ("one's own and another's", {"prefixes": [prefix, others]}, "NotOnLink"),
            ("one's own address and another's prefix", {"addresses": [address], "prefixes": [others]}, "NotOnLink"),
            ("half of one's prefix", {"prefixes": [prefix.replace("/60", "/61")]}, "NotOnLink"),
            ("one's prefix in another IA", {"prefixes": [prefix], "iaid": 77}, "NotOnLink"),
            ("one's own, and one outside the domain", {"prefixes": [prefix, "2001:db8:ffff::/60"]}, "NotOnLink"),
            ("another's and one without a lease", {"prefixes": [others, free]}, "NotOnLink"),
            ("one outside the domain", {"prefixes": ["2001:db8:ffff::/60"]}, None),
            ("one without a lease", {"prefixes": [free]}, None),
            ("one's own and one without a lease", {"prefixes": [prefix, free]}, None),
            ("one's own address and a prefix without a lease", {"addresses": [address], "prefixes": [free]}, None),
            ("one's own, naming the server", {"prefixes": [prefix], "server_id": "000300010102030405"}, None),
        ):  # fmt: skip
            answer = player.do("confirm", mn=1, link="ar2", **words, **_QUIET)
            equal(answer["status"] if answer["reply"] else None, wanted, f"the answer to a Confirm of {sentence}")
        answer = player.do("confirm", mn=3, link="ar2", prefixes=[released], **_QUIET)
        equal(answer["reply"], None, "the answer to a Confirm of a released prefix")
        equal(crowd.counters()["moves"], before, "moves by all of these")
        equal([crowd.where(each) for each in (address, prefix, others)], ["ar1"] * 3, "where all are")
        for words in ({"prefixes": [prefix]}, {"addresses": [address], "prefixes": [prefix]}):
            answer = player.do("confirm", mn=1, link="ar2", **words)
            equal(answer["status"], "Success", f"the answer to a Confirm of {words}")
            _equal_way(crowd, prefix, ars[1], _link_local(crowd, 1))
        equal(crowd.where(address), "ar2", "where the address is in the end")


def _all_behind(crowd: Crowd, behind: dict[str, str], ar: AccessRouter) -> None:
    for prefix, link_local in behind.items():
        _equal_way(crowd, prefix, ar, link_local)


@scenario("A5", "two IAIDs of one DUID, two link-locals of one MAC: each prefix behind whom it was asked by, after restarts too")
def several_of_one_router() -> None:
    with Crowd() as crowd:
        player, ars = crowd.player, (crowd.network.ar(1), crowd.network.ar(2))
        (first,) = _attach(crowd, 1, ars[0], "pd")
        one = player.do("show", mn=1)
        same = {"duid": one["duid"], "mac": one["mac"]}
        (second,) = _attach(crowd, 2, ars[0], "pd", iaid=2, link_local=one["link_local"], **same)
        other = "fe80::5ec:0:0:1"
        (third,) = _attach(crowd, 3, ars[0], "pd", iaid=3, link_local=other, **same)
        own: str = one["link_local"]
        check(len({first, second, third}) == 3, f"three prefixes: {first}, {second}, {third}")
        behind = {first: own, second: own, third: other}
        for number in (1, 2, 3, 1):  # each by its own message, so the three are apart meanwhile
            for mn in (1, 2, 3):
                player.do("rebind", mn=mn, link=ars[number % 2].name)
            _all_behind(crowd, behind, ars[number % 2])
            if number > 1:
                _kill_and_restart(crowd, crowd.kea.process, crowd.domain.route_agent(crowd.network.anchor))
                _all_behind(crowd, behind, ars[number % 2])
        player.do("rebind", mn=3, link="ar2", iaid=1, prefixes=[first])
        _equal_way(crowd, first, ars[1], other)
        player.do("renew", mn=3, link="ar2", iaid=2, prefixes=[second])
        _equal_way(crowd, second, ars[1], other)
        player.do("release", mn=2, link="ar2")
        wait_until(lambda: crowd.where(second) is None, "the released prefix to lead nowhere", 5)
        equal((crowd.where(first), crowd.where(third)), ("ar2", "ar2"), "where the other two are")
        for mn in (1, 3):
            player.do("release", mn=mn, link="ar2")
        equal(crowd.left_over(), [], "left after the Releases")


@scenario("A5 A6", "a second prefix in the same IA, added by lease6-add, moves along from the next message on")
def two_prefixes_in_one_ia() -> None:
    with Crowd() as crowd:
        (first,) = _attach(crowd, 1, crowd.network.ar(1), "pd")
        (row,) = crowd.kea.leases()
        second = "2001:db8:d0f0::/60"
        crowd.kea.command("lease6-add", **{
            "type": "IA_PD", "ip-address": "2001:db8:d0f0::", "prefix-len": 60,
            **{key: row[key] for key in ("duid", "iaid", "subnet-id")},
        })  # fmt: skip
        answer = crowd.player.do("rebind", mn=1, link="ar2")
        equal(set(answer["prefixes"]), {first, second}, "the prefixes of the IA")
        for prefix in (first, second):
            _equal_way(crowd, prefix, crowd.network.ar(2), _link_local(crowd, 1))
        crowd.player.do("release", mn=1, link="ar2")  # Kea 2.2 takes back the first of an IA only
        anchor = crowd.network.inside(crowd.network.anchor)
        wait_until(lambda: installed(anchor).prefixes == crowd.kea.leased_prefixes(), "routes as leases", 5)
        for prefix in crowd.kea.leased_prefixes():
            fact(f"{prefix} was released with {first if prefix == second else second}, and Kea has it still")
            crowd.kea.delete_lease(prefix)
        equal(crowd.left_over(), [], "left after the Release and lease6-del")


@scenario("A5", "a reserved prefix, with no pool that it could come from; after restarts too")
def reserved_without_pool() -> None:
    reserved = {"duid": "00:03:00:01:02:6d:6e:00:00:01", "prefixes": ["2001:db8:d0c0::/56"]}
    with Crowd(subnet={"pd-pools": [], "reservations": [reserved]}) as crowd:
        held = _attach(crowd, 1, crowd.network.ar(1), "pd")
        equal(held, reserved["prefixes"], "what MN 1 was given")
        for message, ar in (("rebind", crowd.network.ar(2)), ("confirm", crowd.network.ar(1))):
            crowd.player.do(message, mn=1, link=ar.name)
            _equal_way(crowd, held[0], ar, _link_local(crowd, 1))
            _kill_and_restart(crowd, crowd.kea.process, crowd.domain.route_agent(crowd.network.anchor))
            _equal_way(crowd, held[0], ar, _link_local(crowd, 1))
        crowd.player.do("release", mn=1, link="ar1")
        equal(crowd.left_over(), [], "left after the Release")


@scenario("A5 A13", "an address of one anchor and a prefix of another: one Reply waits for both, each routes its own")
def two_anchors() -> None:
    first, second = Anchor(1), Anchor(2)
    prefix, length = second.delegated.split("/")
    pool = {"prefix": prefix, "prefix-len": int(length), "delegated-len": 60}
    with Crowd(anchors=2, subnet={"pd-pools": [pool]}) as crowd:
        held = _attach(crowd, 1, crowd.network.ar(1), "na", "pd")
        for message, ar in (("rebind", "ar2"), ("confirm", "ar1"), ("renew", "ar2")):
            crowd.player.do(message, mn=1, link=ar)
            equal([crowd.where(each) for each in held], [ar, ar], f"where both are after {message}'s Reply")
        for anchor, each in zip((first, second), held):
            equal(installed(crowd.network.inside(anchor)).prefixes, {each}, f"what {anchor.name} routes")
        crowd.player.do("release", mn=1, link="ar2")
        equal(crowd.left_over(), [], "left after the Release")


def _at(crowd: Crowd, mns: dict[int, list[str]], ar: AccessRouter) -> None:
    for mn, held in mns.items():
        for each in held:
            if "/" in each:
                _equal_way(crowd, each, ar, _link_local(crowd, mn))
            else:
                crowd.wait_until_at(each, ar)


@scenario("A5 A6 B", "after a restart of Kea, of the anchor's and of the AR's agent every prefix is routed, and moves")
def restarts() -> None:
    with Crowd() as crowd:
        network = crowd.network
        mns = {1: _attach(crowd, 1, network.ar(1), "pd"), 2: _attach(crowd, 2, network.ar(1), "na", "pd")}
        daemons = (crowd.kea.process, crowd.domain.route_agent(network.anchor),
                   crowd.domain.route_agent(network.ar(1)))  # fmt: skip
        here, there = network.ar(1), network.ar(2)
        for daemon in daemons:
            _kill_and_restart(crowd, daemon)
            _at(crowd, mns, here)
            for mn, message in ((1, "confirm"), (2, "rebind")):
                answer = crowd.player.do(message, mn=mn, link=there.name)
                equal(answer["status"], "Success", f"the answer to {message} after {daemon.name}'s restart")
            _at(crowd, mns, there)
            here, there = there, here
        for mn in mns:
            crowd.player.do("release", mn=mn, link=here.name)
        equal(crowd.left_over(), [], "left after the Releases")


@scenario("A6", "lease6-del of a prefix ends that one; lease6-wipe ends all, and leaves nothing on any node")
def lease_commands() -> None:
    with Crowd() as crowd:
        network = crowd.network
        address, prefix = _attach(crowd, 1, network.ar(1), "na", "pd")
        (other,) = _attach(crowd, 2, network.ar(2), "pd")
        crowd.kea.delete_lease(prefix)
        wait_until(lambda: crowd.where(prefix) is None, "the deleted prefix to lead nowhere", 10, every=0.05)
        equal((crowd.where(address), crowd.where(other)), ("ar1", "ar2"), "where the others are")
        answer = crowd.player.do("confirm", mn=1, link="ar2", prefixes=[prefix], **_QUIET)
        equal(answer["reply"], None, "the answer to a Confirm of the deleted prefix")
        crowd.kea.command("lease6-wipe", **{"subnet-id": network.anchor.number})
        equal(crowd.left_over(), [], "left after lease6-wipe")


@scenario("A6", "prefixes that nobody renews expire, alone and beside an address, and leave nothing on any node")
def expiry() -> None:
    with Crowd(lifetimes=Lifetimes(valid=6, preferred=5, renew=3, rebind=4)) as crowd:
        network = crowd.network
        _attach(crowd, 1, network.ar(1), "na", "pd")
        (prefix,) = _attach(crowd, 2, network.ar(2), "pd")
        equal(crowd.where(prefix), "ar2", "where the prefix is")
        equal(crowd.left_over(limit=20), [], "left after the expiry")
