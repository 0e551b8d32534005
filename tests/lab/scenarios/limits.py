# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What the operator limits, prohibits and authorises: what the tables have, what the log says, and
what the client gets."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

from ..agents import wait_until_ready
from ..crowd import Crowd
from ..scenario import check, equal, fact, scenario
from ..tables import installed
from ..waiting import wait_until
from ..walk import Walk

_QUIET = {"timeout_ms": 700}
_TOLD = {"parameters": {"on-refused": "status"}}


def _duid(mn: int) -> str:
    """As the logs print it: of the player's DUID-LL."""
    return "00:03:00:01:02:6d:6e:" + mn.to_bytes(3, "big").hex(":")


def restart_anchor(crowd: Crowd, **settings: Any) -> None:
    """The anchor with more keys in its configuration."""
    anchor = crowd.network.anchor
    crowd.domain.write_anchor(anchor, **settings)
    agent = crowd.domain.route_agent(anchor)
    agent.stop()
    agent.start()
    wait_until_ready(agent)
    crowd.domain.wait_until_associated()
    wait_until(lambda: crowd.domain.ask(anchor)["anchor"]["listed"], "Kea to have listed", 5)


def _reload_anchor(crowd: Crowd | Walk, word: str = "ROUTE_RELOADED") -> None:
    agent = crowd.domain.route_agent(crowd.network.anchor)
    before = agent.output().count(word)
    agent.signal(signal.SIGHUP)
    wait_until(lambda: agent.output().count(word) > before, word, 5)


def _refusals(crowd: Crowd, code: str) -> int:
    found: int = crowd.domain.ask(crowd.network.anchor)["anchor"]["refusals"][code]
    return found


def _says(crowd: Crowd, identifier: str, *words: str) -> str:
    """The last line of this message, which must have these words."""
    lines = [line for line in crowd.anchor_log().splitlines() if f" {identifier} " in line]
    check(lines, f"the log has {identifier}")
    for word in words:
        check(word in lines[-1], f"{identifier} names {word}: {lines[-1]}")
    fact(lines[-1].split(" ", 2)[2])
    return lines[-1]


def _routed(crowd: Crowd) -> set[str]:
    return set(installed(crowd.network.inside(crowd.network.anchor)).prefixes)


def _address(answer: dict[str, Any]) -> str:
    """That the last answer granted."""
    granted = [each["address"] for ia in answer["ias"] for each in ia["leases"]]
    equal(len(granted), 1, f"addresses in {answer['ias']}")
    address: str = granted[0]
    return address


@scenario("B", "over the limit: the third address is refused, the client is told NoAddrsAvail, what it has goes on")
def over_limit_refused() -> None:
    with Crowd(**_TOLD) as crowd:
        player, ars = crowd.player, crowd.network.access_routers
        restart_anchor(crowd, **{"addresses-per-mn": 2})
        first, second = (_address(player.do("attach", mn=1, link="ar1", iaid=i)) for i in (1, 2))
        answer = player.do("attach", mn=1, link="ar1", iaid=3)
        equal((answer["reply"], answer["status"]), ("Reply", "NoAddrsAvail"), "the third answer")
        told = answer["ias"][0]["message"]
        equal(told, "over IP address limit: it has 2 (addresses-per-mn: 2)", "the client is told")
        _says(crowd, "ANCHOR_OVER_ADDRESS_LIMIT", _duid(1), "addresses-per-mn: 2")
        equal(_refusals(crowd, "over-ip-address-limit"), 1, "refusals that status shows")
        equal(_routed(crowd), {first, second}, "what the anchor routes")
        answer = player.do("renew", mn=1, link="ar2", iaid=1, addresses=[first])
        equal(answer["status"], "Success", "a Renew of what it has, elsewhere")
        crowd.wait_until_at(first, ars[1])
        equal(len(crowd.kea.leased_addresses()), 3, "leases: Kea keeps the refused one")


@scenario("B A5", "over the limit with an address and a prefix: the address is granted, the prefix refused in the same Reply")
def prefix_over_limit() -> None:
    with Crowd(**_TOLD) as crowd:
        player = crowd.player
        restart_anchor(crowd, **{"addresses-per-mn": 1})
        player.do("mn", mn=1, kinds=["na", "pd"])
        answer = player.do("attach", mn=1, link="ar1")
        address, prefix = answer["ias"]
        equal(len(address["leases"]), 1, "addresses that the client has")
        equal((prefix["leases"], prefix["status"]), ([], "NoPrefixAvail"), "what it is told of the prefix")
        answer = player.do("rebind", mn=1, link="ar2", prefixes=sorted(crowd.kea.leased_prefixes()))
        equal(answer["status"], "NoBinding", "what a Rebind of it is told")
        equal(_routed(crowd), crowd.kea.leased_addresses(), "what the anchor routes")


@scenario("B", "over the limit, silent by default: the client hears nothing and nothing is routed")
def over_limit_silent() -> None:
    with Crowd() as crowd:
        restart_anchor(crowd, **{"addresses-per-mn": 1})
        address = crowd.player.attach(1, crowd.network.ar(1))
        answer = crowd.player.do("attach", mn=1, link="ar1", iaid=2, **_QUIET)
        equal(answer["reply"], None, "the Reply to the second Request")
        equal(_routed(crowd), {address}, "what the anchor routes")


@scenario("B", "over the limit, remove-oldest: the address that was silent longest goes from anchor and AR")
def over_limit_oldest_removed() -> None:
    with Crowd(**_TOLD) as crowd:
        player = crowd.player
        restart_anchor(crowd, **{"addresses-per-mn": 2, "over-limit": "remove-oldest"})
        first, second = (_address(player.do("attach", mn=1, link="ar1", iaid=i)) for i in (1, 2))
        player.do("renew", mn=1, link="ar1", iaid=1, addresses=[first])
        third = _address(player.do("attach", mn=1, link="ar1", iaid=3))
        _says(crowd, "ANCHOR_OLDEST_REMOVED", f"{second}/128", _duid(1), f"{third}/128")
        equal(_routed(crowd), {first, third}, "what the anchor routes")
        at_ar = crowd.network.inside(crowd.network.ar(1))
        wait_until(lambda: set(installed(at_ar).prefixes) == {first, third}, "the AR to follow", 5)
        answer = player.do("renew", mn=1, link="ar1", iaid=2, addresses=[second])
        equal(answer["status"], "Success", "the removed one comes back by its next message")
        equal(_routed(crowd), {second, third}, "what the anchor routes then")


@scenario("B", "a full table: newcomers are refused for lack of resources, who is there may move")
def full_table() -> None:
    with Crowd(**_TOLD) as crowd:
        player = crowd.player
        restart_anchor(crowd, **{"bindings-at-most": 2})
        mine = player.attach(1, crowd.network.ar(1))
        player.attach(2, crowd.network.ar(1))
        answer = player.do("attach", mn=3, link="ar1")
        equal((answer["reply"], answer["status"]), ("Reply", "NoAddrsAvail"), "the third MN's answer")
        _says(crowd, "ANCHOR_TABLE_FULL", _duid(3), "lack of resources", "bindings-at-most: 2")
        equal(_refusals(crowd, "lack-of-resources"), 1, "refusals that status shows")
        equal(player.do("confirm", mn=1, link="ar2")["status"], "Success", "a move")
        crowd.wait_until_at(mine, crowd.network.ar(2))
        player.do("release", mn=2, link="ar1")
        check(player.attach(4, crowd.network.ar(1)) in _routed(crowd), "there is room again")


@scenario("B", "a prohibited MN is cut off at SIGHUP, told NoBinding, and admitted when the entry is gone")
def prohibited_mn() -> None:
    with Crowd(**_TOLD) as crowd:
        player, ars = crowd.player, crowd.network.access_routers
        address, other = (player.attach(mn, ars[0]) for mn in (1, 2))
        crowd.domain.write_inventory(ars, prohibited_mns=[_duid(1)])
        _reload_anchor(crowd)
        _says(crowd, "ANCHOR_MN_CUT_OFF", _duid(1))
        at_ar = crowd.network.inside(ars[0])
        wait_until(lambda: _routed(crowd) == {other}, "its route to be gone", 5)
        wait_until(lambda: set(installed(at_ar).prefixes) == {other}, "its AR to follow", 5)
        for message, status in (("renew", "NoBinding"), ("rebind", "NoBinding"), ("confirm", "NotOnLink")):
            answer = player.do(message, mn=1, link="ar2", addresses=[address])
            equal((answer["reply"], answer["status"]), ("Reply", status), f"the answer to {message}")
        _says(crowd, "ANCHOR_MN_PROHIBITED", _duid(1), "administratively prohibited")
        equal(_refusals(crowd, "administratively-prohibited"), 3, "refusals that status shows")
        equal(_routed(crowd), {other}, "what the anchor routes")
        crowd.kea.process.stop()
        crowd.kea.start()
        crowd.domain.wait_until_associated()
        wait_until(lambda: crowd.domain.ask(crowd.network.anchor)["anchor"]["listed"], "the list", 5)
        equal(_routed(crowd), {other}, "what the anchor routes after Kea's list")
        crowd.domain.write_inventory(ars)
        _reload_anchor(crowd)
        equal(player.do("renew", mn=1, link="ar2", addresses=[address])["status"], "Success", "then")
        crowd.wait_until_at(address, ars[1])


@scenario("B", "a prohibited AR takes nobody in, keeps who is there, and says why")
def prohibited_ar() -> None:
    with Crowd(**_TOLD) as crowd:
        player, ars = crowd.player, crowd.network.access_routers
        stays, comes = player.attach(1, ars[0]), player.attach(2, ars[1])
        crowd.domain.write_inventory(ars, closed={"ar1": "its roof leaks"})
        _reload_anchor(crowd)
        equal(player.do("renew", mn=1, link="ar1")["status"], "Success", "a Renew of who is there")
        equal(player.do("confirm", mn=2, link="ar1")["status"], "NotOnLink", "a move there")
        _says(crowd, "ANCHOR_AR_PROHIBITED", _duid(2), "its roof leaks")
        equal((crowd.where(stays), crowd.where(comes)), ("ar1", "ar2"), "where both are")
        equal(player.do("confirm", mn=1, link="ar2")["status"], "Success", "a move away")
        crowd.wait_until_at(stays, ars[1])
        crowd.domain.write_inventory(ars)
        _reload_anchor(crowd)
        equal(player.do("confirm", mn=2, link="ar1")["status"], "Success", "when it is open again")
        crowd.wait_until_at(comes, ars[0])


@scenario("B", "LMA allocation: only authorised MNs are served; a bad line is named and changes nothing")
def authorised_mns() -> None:
    with Crowd(**_TOLD) as crowd:
        player, ars = crowd.player, crowd.network.access_routers
        path: Path = crowd.domain.folder / "authorized-mns"
        path.write_text(f"# the fleet\n{_duid(1)}\n")
        restart_anchor(crowd, **{"authorized-mns-file": str(path)})
        address = player.attach(1, ars[0])
        answer = player.do("attach", mn=2, link="ar1")
        equal((answer["reply"], answer["status"]), ("Reply", "NoAddrsAvail"), "the stranger's answer")
        _says(crowd, "ANCHOR_MN_NOT_AUTHORIZED", _duid(2), "unauthorized MN")
        equal(_refusals(crowd, "unauthorized-mn"), 1, "refusals that status shows")
        equal(_routed(crowd), {address}, "what the anchor routes")
        path.write_text(f"{_duid(2)}\nnonsense\n")
        _reload_anchor(crowd, "ROUTE_RELOAD_FAILED")
        _says(crowd, "ROUTE_RELOAD_FAILED", f"{path}:2:", "nonsense")
        equal(player.do("renew", mn=1, link="ar2")["status"], "Success", "the list of before is in force")
        path.write_text(f"{_duid(2)}\n")
        _reload_anchor(crowd)
        check(player.attach(2, ars[0]) in _routed(crowd), "the stranger is authorised")
        equal(player.do("renew", mn=1, link="ar1")["status"], "NoBinding", "who is not any more")
        equal(crowd.where(address), "ar2", "where it was, it is: to be missing in a list ends nothing")


@scenario("B", "dhcpcd, prohibited and told so, gives its address up; it comes back by itself when the entry is gone")
def stock_client_is_told() -> None:
    with Walk(**_TOLD) as walk:
        ars = walk.network.access_routers
        address = walk.attach(ars[0])
        walk.domain.write_inventory(ars, prohibited_mns=[walk.mn.duid])
        _reload_anchor(walk)
        move = walk.network.port(walk.network.mn).plug_in(ars[1])
        solicit = walk.observation.wait_for(
            lambda e: e.node == ars[1].name and e.dhcp("Solicit", outgoing=False),
            "a Solicit: only NotOnLink makes it begin anew before ten seconds are over",
            since=move.running,
            limit=8,
        )
        fact(f"begins anew {(solicit.at - move.running) / 1e9:.1f} s after it was moved")
        walk.mn.process.wait_for_line("DHCPv6 REPLY: administratively prohibited: this MN")
        equal(walk.mn.addresses(), [], "addresses that it uses")
        walk.domain.write_inventory(ars)
        _reload_anchor(walk)
        begun = time.monotonic()
        equal(walk.mn.wait_for_address(limit=120), address, "the address that it gets again")
        fact(f"had it again {time.monotonic() - begun:.1f} s after the entry was gone")
        walk.wait_until_at(ars[1])
