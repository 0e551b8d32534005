# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""DHCPv4 by unicast: the relay of the AR where the client is stands in the server's place (RFC 5107)."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from typing import Any

from ..addresses import AccessRouter
from ..agents import wait_until_ready
from ..clients4 import Client4, Dhclient4, Dhcpcd4, Networkd4
from ..dhcp4 import ACK, DISCOVER, RELEASE, REQUEST, SERVER_ID, Seen, Tap
from ..kea import Lifetimes
from ..kea4 import Kea4
from ..network import CORE
from ..placement import leads_to
from ..scenario import check, equal, fact, scenario
from ..waiting import wait_until
from ..walk import Walk
from ..walker4 import Walker4

_FLAGS, _SERVER_ID_OVERRIDE = 10, 11  # sub-options of the relay's
_BY_UNICAST = b"\x80"
_SOON = Lifetimes(valid=600, renew=4, rebind=300)  # rebinding comes too late to help


def _dhcpcd(walker: Walker4) -> Client4:
    return Dhcpcd4(walker.network, walker.processes, mn=walker.node)


def _networkd(walker: Walker4) -> Client4:
    return Networkd4(walker.network, walker.processes, walker.node)


def _dhclient(walker: Walker4) -> Client4:
    return Dhclient4(walker.network, walker.processes)


@contextlib.contextmanager
def _on_foot(
    client: Callable[[Walker4], Client4], lifetimes: Lifetimes = _SOON, **agents: Any
) -> Iterator[tuple[Walk, Walker4]]:
    """An MN that has its address at AR1."""
    with Walk(ipv4={"lifetimes": lifetimes}, agents=agents) as walk:
        host = walk.host4(client)
        host.attach_ipv4(walk.network.ar(1))
        host.wait_until_at(walk.network.ar(1))
        yield walk, host


class _Taps:
    """On each AR's core interface: which relay has passed what on."""

    def __init__(self, walk: Walk) -> None:
        network = walk.network
        self.of = {ar.name: Tap(network.inside(ar), CORE) for ar in network.access_routers}

    def close(self) -> None:
        for tap in self.of.values():
            tap.close()

    def relayed(self, ar: AccessRouter, kind: int, after: int) -> list[Seen]:
        return [s for s in self.of[ar.name].seen(kind) if s.at >= after and s.source == ar.giaddr]


def _renewal(host: Walker4, taps: _Taps, ar: AccessRouter, after: int, limit: float = 20) -> Seen:
    """The next Request by unicast behind this moment (ns) has its DHCPACK, through this AR's relay alone.
    Returns the answer as the MN got it."""
    gateway = host.network.anchor.gateway4

    def asked() -> Seen | None:
        renewals = (s for s in host.tap.seen(REQUEST) if s.at >= after)
        return next((s for s in renewals if s.message.ciaddr == host.address), None)

    request = wait_until(asked, "a Request in state RENEWING", limit)
    equal((request.source, request.destination), (host.address, gateway), "from whom to whom it renews")

    def answered() -> Seen | None:
        answers = (s for s in host.tap.seen(ACK, xid=request.message.xid) if s.at >= request.at)
        return next(answers, None)

    answer = wait_until(answered, "its DHCPACK", 5)
    equal((answer.source, answer.destination), (gateway, host.address), "from whom to whom the DHCPACK went")
    passed = taps.relayed(ar, REQUEST, request.at)
    equal(len(passed), 1, f"Requests that {ar.name} passed on")
    message = passed[0].message
    equal((message.giaddr, message.hops), (ar.giaddr, 1), "giaddr and hops of what Kea got")
    equal(message.agent[_FLAGS], _BY_UNICAST, "the relay's flags")
    others = [each for each in host.network.access_routers if each != ar]
    equal([taps.relayed(each, REQUEST, request.at) for each in others], [[] for _ in others], "of others")
    return answer


def _place(walk: Walk, address: str) -> str:
    """Where the anchor's table has it: what the source's last event said."""
    bindings = walk.domain.ask(walk.network.anchor, "bindings")["bindings"]
    return next(each["ar"] for each in bindings if each["prefix"] == f"{address}/32").split(".")[0]


def _renews_where_it_is(client: Callable[[Walker4], Client4]) -> None:
    with _on_foot(client) as (walk, host), contextlib.closing(_Taps(walk)) as taps:
        first, second = walk.network.access_routers
        before = walk.domain.ask(walk.network.anchor)["anchor"]["counters"]["unchanged"]
        offered = host.tap.seen(ACK)[0].message
        equal(offered.options[SERVER_ID], _packed(walk.network.anchor.gateway4), "Server Identifier")
        for ar in (first, second, first):
            if ar is not host.network.port(host.node).ar:
                host.move(ar)
                host.wait_until_at(ar)
            settled = host.stream.wait_for_packet(after=0)
            answer = _renewal(host, taps, ar, after=host.tap.seen(ACK)[-1].at)
            equal(_place(walk, host.address), ar.name, "where the renewal has left it")
            equal(host.stream.wire().lost(answer.at), [], "packets lost since the renewal")
            check(settled > 0, "CN talks to it")
        counters = walk.domain.ask(walk.network.anchor)["anchor"]["counters"]
        check(counters["unchanged"] >= before + 3, "each renewal was an event that changed nothing")
        equal(counters["moves"], 2, "moves")
        equal(host.lost_after_reply(), [0, 0], "packets lost after the DHCPACK of each move")
        check(not host.transfer.broken, "the TCP connection lives")


def _packed(address: str) -> bytes:
    return bytes(map(int, address.split(".")))


@scenario("A8", "IPv4 renewals: dhcpcd renews by unicast through the AR where it is, after each move")
def dhcpcd_renews() -> None:
    _renews_where_it_is(_dhcpcd)


@scenario("A8", "IPv4 renewals: systemd-networkd renews by unicast through the AR where it is, after each move")
def networkd_renews() -> None:
    _renews_where_it_is(_networkd)


@scenario("A8", "IPv4 renewals: a client that did not notice its move is healed by its renewal")
def unnoticed_move() -> None:
    # dhclient looks at no carrier; sliding, the link keeps it too.
    with _on_foot(_dhclient) as (walk, host), contextlib.closing(_Taps(walk)) as taps:
        second = walk.network.ar(2)
        move = host.network.port(host.node).slide(second)
        equal(leads_to(host.network, host.address), "ar1", "where its packets go until it speaks")
        answer = _renewal(host, taps, second, after=move.unplugged)
        host.wait_until_at(second)
        host.stream.wait_for_packet(after=answer.at)
        equal(host.stream.wire().lost(answer.at), [], "packets lost since its DHCPACK")
        gap = host.stream.wire().loss(since=move.unplugged).longest_gap
        fact(f"healed {(answer.at - move.unplugged) / 1e9:.2f} s after the move; gap {gap / 1e9:.2f} s; T1 is 4 s")
        check(not [s for s in host.tap.seen(DISCOVER) if s.at > move.unplugged], "it did not begin anew")
        check(not host.transfer.broken, "the TCP connection lives")


@scenario("A8 A6", "IPv4 renewals: a RELEASE by unicast goes through the AR where the client is and leaves nothing")
def release() -> None:
    for at in (1, 2):
        with _on_foot(_dhcpcd) as (walk, host), contextlib.closing(_Taps(walk)) as taps:
            ar = walk.network.ar(at)
            if at != 1:
                host.move(ar)
                host.wait_until_at(ar)
            host.stream.stop()
            assert isinstance(host.mn4, Dhcpcd4)
            host.mn4.release()
            equal(host.left_over(), [], f"left after a RELEASE at {ar.name}")
            equal(walk.kea4.leased_addresses(), set(), "what Kea has leased")
            said = host.tap.seen(RELEASE)[0]
            equal(said.destination, walk.network.anchor.gateway4, "whom the client told")
            equal([s.message.giaddr for s in taps.relayed(ar, RELEASE, 0)], [ar.giaddr], "who passed it on")


@scenario("A8", "IPv4 renewals: without an override they go straight to a kea-dhcp4 beside the anchor, and say nothing of the place")
def straight_to_the_server() -> None:
    with Walk(ipv4={"lifetimes": _SOON}) as walk:
        network = walk.network
        walk.kea4.process.stop()
        hook = {"hook": walk.domain.build.hook, "hook_parameters": walk.domain.hook4_parameters()}
        kea = Kea4(network, walk.processes, network.cn, relays=(), lifetimes=_SOON, name="kea4-cn", **hook).start()
        for ar in network.access_routers:
            walk.domain.write_relay(ar, dhcp4={"servers": [network.cn.core4]})
            walk.domain.relay(ar).stop()
            wait_until_ready(walk.domain.relay(ar).start())
        walk.domain.wait_until_associated()
        host = walk.host4(_dhcpcd)
        host.attach_ipv4(network.ar(1))
        host.move(network.ar(2))
        host.wait_until_at(network.ar(2))
        attached = walk.domain.ask(network.anchor)["anchor"]["counters"]["attached"]
        last = host.tap.seen(ACK)[-1].at
        renewed = wait_until(
            lambda: next((s for s in host.tap.seen(ACK) if s.at > last), None), "a DHCPACK at T1", 20
        )
        equal((renewed.source, renewed.message.giaddr), (kea.address, "0.0.0.0"), "who answered")
        host.wait_until_at(network.ar(2))
        counters = walk.domain.ask(network.anchor)["anchor"]["counters"]
        equal(counters["attached"], attached, "events of it")
        equal(host.stream.wire().lost(renewed.at), [], "packets lost since")
