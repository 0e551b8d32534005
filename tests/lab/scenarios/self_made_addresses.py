# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Addresses that hosts made themselves: registered by ADDR-REG-INFORM (RFC 9686), or asked for by
Solicit and Request. They move as leased ones do, and belong to one host at a time."""

from __future__ import annotations

import re
import time
from typing import Any

from ..agents import wait_until_ready
from ..clients import Client
from ..crowd import Crowd
from ..namespaces import Namespace
from ..network import MN_LINK
from ..radvd import start_radvd
from ..scenario import check, equal, fact, scenario
from ..tables import installed
from ..waiting import wait_until
from .limits import restart_anchor

_QUIET = {"timeout_ms": 700}
_REGISTERS: dict[str, Any] = {"parameters": {"register-addresses": True}}


def _slaac(mn: int) -> str:
    """Of the anchor's subnet, and in none of Kea's pools."""
    return f"2001:db8:d000:0:6d:6eff:fe00:{mn:x}"


def _register(crowd: Crowd, mn: int, ar: str, address: str, **words: Any) -> dict[str, Any]:
    return crowd.player.do("register", mn=mn, link=ar, address=address, **words)


def _registered(crowd: Crowd, mn: int, ar: str, address: str, **words: Any) -> None:
    """With an answer that it must have, and the path ready by then."""
    answer = _register(crowd, mn, ar, address, **words)
    equal(answer["reply"], "Addr-reg-reply", f"the answer to MN {mn} at {ar}")
    if words.get("valid") != 0:
        equal(crowd.where(address), ar, "where the anchor sends packets after the answer")
        fact(f"MN {mn} at {ar}: answer after {answer['ms']:.2f} ms, the tables lead there")


def _lost(crowd: Crowd, address: str, packets: int = 20) -> int:
    """Of echo requests from CN that the host answers where it is."""
    cn: Namespace = crowd.network.inside(crowd.network.cn)
    done = cn.run("ping", "-n", "-c", str(packets), "-i", "0.05", "-W", "1", address, check=False)
    counts = re.search(r"(\d+) packets transmitted, (\d+) received", done.stdout)
    check(counts, f"ping's last words: {done.stdout} {done.stderr}")
    assert counts
    return int(counts[1]) - int(counts[2])


def _its_way(crowd: Crowd, address: str) -> object:
    return installed(crowd.network.inside(crowd.network.anchor)).route(address)


def _comes_and_goes(crowd: Crowd) -> None:
    address, (ar1, ar2) = _slaac(1), crowd.network.access_routers
    offer = crowd.player.do("solicit", mn=9, link="ar1")
    equal(offer["registers"], True, "a client that asks is told that addresses can be registered")
    _registered(crowd, 1, "ar1", address)
    crowd.wait_until_at(address, ar1)
    equal(_lost(crowd, address), 0, "packets lost at ar1")
    way, moves = _its_way(crowd, address), crowd.counters()["moves"]
    _registered(crowd, 1, "ar1", address, valid=7200)
    equal((_its_way(crowd, address), crowd.counters()["moves"]), (way, moves), "after a refresh")
    _registered(crowd, 1, "ar2", address)
    crowd.wait_until_at(address, ar2)
    equal(crowd.counters()["moves"], moves + 1, "moves, after a refresh through the other AR")
    equal(_lost(crowd, address), 0, "packets lost at ar2")
    equal(crowd.player.do("show", mn=1)["arrivals"]["elsewhere"], 0, "packets on a link it has left")
    _registered(crowd, 1, "ar2", address, valid=0)
    equal(crowd.left_over(), [], "left after the host gave its address up")
    equal(crowd.kea.leases(), [], "rows in Kea")


@scenario("A7 A3", "a self-made address is registered, packets flow, a refresh elsewhere moves it, given up nothing is left")
def comes_and_goes() -> None:
    with Crowd(**_REGISTERS) as crowd:
        _comes_and_goes(crowd)


@scenario("A7 A3", "the same self-made address with a multi-threaded Kea and ARs that attest")
def comes_and_goes_with_threads() -> None:
    with Crowd(threads=2, agents={"attestation": "required"}, **_REGISTERS) as crowd:
        _comes_and_goes(crowd)


@scenario("A7 A3", "SLAAC: a kernel makes its address from the ARs' advertisements, registers it, is reached, and moves with it")
def made_by_a_kernel() -> None:
    with Crowd(**_REGISTERS) as crowd:
        network = crowd.network
        for ar in network.access_routers:
            start_radvd(network, crowd.processes, ar, autonomous=network.anchor.subnet)
        host = Client(network, crowd.processes, network.mn, "slaac")
        host.without_duplicate_address_detection()
        for visit, ar in enumerate((*network.access_routers, network.ar(1))):
            network.port(network.mn).plug_in(ar)
            address = wait_until(host.addresses, "the kernel's address", 10)[0]
            equal(address, "2001:db8:d000::ff:fe00:1", "what it has made of its MAC")
            program = crowd.processes.add_program(
                f"registering-{visit}", host.inside, "registering_host", address, MN_LINK, host.duid, "3600"
            ).start()  # fmt: skip
            program.wait_for_exit()
            equal(program.output(), "registered\n", f"what it hears at {ar.name}")
            crowd.wait_until_at(address, ar)
            equal(_lost(crowd, address), 0, f"packets lost at {ar.name}")
            fact(f"{address} is reached at {ar.name}")


@scenario("A7", "an address claimed by two hosts: the second is refused and the first keeps its path")
def claimed_by_two() -> None:
    with Crowd(**_REGISTERS) as crowd:
        address = _slaac(1)
        _registered(crowd, 1, "ar1", address)
        way = _its_way(crowd, address)
        for words in ({}, {"valid": 0}):
            answer = _register(crowd, 2, "ar2", address, **words, **_QUIET)
            equal(answer["reply"], None, "the second host's answer")
        equal(_its_way(crowd, address), way, "the anchor's route")
        crowd.wait_until_at(address, crowd.network.ar(1))
        equal(_lost(crowd, address), 0, "packets of the first host lost")
        taken = re.findall(r"MOBILITY_ADDRESS_TAKEN.*", crowd.kea.process.output())
        equal(len(taken), 2, "times that Kea's log tells of it")
        fact(taken[0])
        _registered(crowd, 1, "ar1", address, valid=0)
        _registered(crowd, 2, "ar2", address)
        crowd.wait_until_at(address, crowd.network.ar(2))


@scenario("A7 B", "several self-made addresses with a limit: the third has no answer, no row and no route, what the host has goes on")
def several_with_a_limit() -> None:
    with Crowd(**_REGISTERS) as crowd:
        restart_anchor(crowd, **{"addresses-per-mn": 2})
        first, second, third = (_slaac(n) for n in (1, 2, 3))
        for address in (first, second):
            _registered(crowd, 1, "ar1", address)
        equal(_register(crowd, 1, "ar1", third, **_QUIET)["reply"], None, "the third's answer")
        wait_until(lambda: crowd.kea.leased_addresses() == {first, second}, "its row to go", 5)
        equal(_its_way(crowd, third), None, "the anchor's route for it")
        _registered(crowd, 1, "ar2", second)
        _registered(crowd, 1, "ar2", first, valid=0)
        _registered(crowd, 1, "ar2", third)
        crowd.wait_until_at(third, crowd.network.ar(2))


@scenario("A7", "a self-made address of a host that falls silent goes from every table when its lifetime ends")
def expires() -> None:
    with Crowd(**_REGISTERS) as crowd:
        address = _slaac(1)
        _registered(crowd, 1, "ar1", address, valid=3)
        equal(crowd.left_over(limit=20), [], "left after the end of its lifetime")
        wait_until(lambda: not crowd.kea.leases(), "the row to go", 5)
        _registered(crowd, 2, "ar2", address)


@scenario("A7 B", "a self-made address outlives the restart of Kea and of the anchor, and ends by its lifetime after them")
def outlives_restarts() -> None:
    with Crowd(**_REGISTERS) as crowd:
        address, brief = _slaac(1), _slaac(2)
        _registered(crowd, 1, "ar1", address)
        _registered(crowd, 2, "ar1", brief, valid=12)
        begun = time.monotonic()
        way = _its_way(crowd, address)
        crowd.kea.process.kill()
        crowd.kea.start()
        crowd.domain.wait_until_associated()
        anchor = crowd.network.anchor
        wait_until(lambda: crowd.domain.ask(anchor)["anchor"]["listed"], "Kea's list", 10)
        equal(_its_way(crowd, address), way, "the anchor's route after Kea's restart")
        equal(_lost(crowd, address), 0, "packets lost after Kea's restart")
        agent = crowd.domain.route_agent(anchor)
        agent.kill()
        equal(_lost(crowd, address), 0, "packets lost without the anchor's agent")
        agent.start()
        wait_until_ready(agent)
        crowd.domain.wait_until_associated()
        wait_until(lambda: crowd.domain.ask(anchor)["anchor"]["listed"], "Kea's list", 10)
        equal(_lost(crowd, address), 0, "packets lost after the anchor's restart")
        answer = _register(crowd, 3, "ar2", address, **_QUIET)
        equal(answer["reply"], None, "the answer to another host")
        wait_until(lambda: crowd.where(brief) is None, "the brief one to end", 30)
        fact(f"the brief one (12 s) was gone {time.monotonic() - begun:.1f} s after it was registered")
        _registered(crowd, 1, "ar2", address)
        crowd.wait_until_at(address, crowd.network.ar(2))
        _registered(crowd, 1, "ar2", address, valid=0)
        equal(crowd.left_over(), [], "left at the end")


@scenario("A7", "link-local addresses are registered for duplicate detection: once in the domain, without a route")
def link_locals() -> None:
    with Crowd(parameters={"register-addresses": True, "register-link-locals": True}) as crowd:
        address = "fe80::6d:6eff:fe00:abcd"
        equal(_register(crowd, 1, "ar1", address)["reply"], "Addr-reg-reply", "the first's answer")
        answer = _register(crowd, 2, "ar2", address, **_QUIET)
        equal(answer["reply"], None, "the answer to another host on another link")
        equal(_register(crowd, 1, "ar2", address)["reply"], "Addr-reg-reply", "the first, moved")
        equal(crowd.left_over(limit=1), [], "routes for it")


@scenario("A7", "asked for by Solicit and Request: the pool covers the subnet, the first host has the address it made, the second another")
def asked_for() -> None:
    pool = "2001:db8:d000::1 - 2001:db8:d000:0:ffff:ffff:ffff:ffff"
    subnet = {"id": 1, "subnet": "2001:db8:d000::/64", "pools": [{"pool": pool}]}
    with Crowd(extra={"subnet6": [subnet]}) as crowd:
        player, address = crowd.player, _slaac(1)
        answer = player.do("attach", mn=1, link="ar1", addresses=[f"{address}/128"])
        equal(answer["addresses"], [address], "what the first host has")
        crowd.wait_until_at(address, crowd.network.ar(1))
        equal(_lost(crowd, address), 0, "packets lost")
        player.do("solicit", mn=2, link="ar2", addresses=[f"{address}/128"])
        others = player.do("request", mn=2, link="ar2")["addresses"]
        fact(f"the second host asks for {address} and has {others[0]}")
        check(others and others != [address], f"the second host has another: {others}")
        answer = player.do("request", mn=3, link="ar2", addresses=[f"{address}/128"],
                           server_id=answer["server_id"])  # fmt: skip
        check(address not in answer["addresses"], "nor has a third that requests it at once")
        crowd.wait_until_at(address, crowd.network.ar(1))
        equal(_lost(crowd, address), 0, "packets of the first host lost")
        equal(player.do("confirm", mn=1, link="ar2")["status"], "Success", "a Confirm elsewhere")
        crowd.wait_until_at(address, crowd.network.ar(2))
