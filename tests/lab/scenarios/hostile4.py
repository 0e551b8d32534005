# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Who lies about the place of an IPv4 MN moves nothing, and leaves a line that says why."""

from __future__ import annotations

import ipaddress
import socket
import statistics
from typing import Any

from ..addresses import AccessRouter
from ..clients4 import Client4, Dhcpcd4
from ..dhcp4 import AGENT, CIRCUIT_ID, CLIENT_ID, REQUEST, REQUESTED_ADDRESS, Message, option
from ..kea import Lifetimes
from ..network import ACCESS
from ..scenario import check, equal, fact, scenario
from ..walk import Walk
from ..walker4 import Walker4

_INTRUDER_PORT = 6767


def _dhcpcd(walker: Walker4) -> Client4:
    return Dhcpcd4(walker.network, walker.processes, mn=walker.node)


def _forge(host: Walker4, ar: AccessRouter, xid: int) -> None:
    """The INIT-REBOOT Request of this MN as the AR's relay would pass it on, from the AR's own address."""
    network = host.network
    real = host.tap.seen(REQUEST)[-1].message
    asked = ipaddress.IPv4Address(host.address).packed
    forged = Message(
        1, REQUEST, xid=xid, hops=1, giaddr=ar.giaddr, mac=real.mac,
        options={
            REQUESTED_ADDRESS: asked,
            CLIENT_ID: real.options[CLIENT_ID],
            AGENT: option(CIRCUIT_ID, ACCESS.encode()),
        },
    )  # fmt: skip
    with network.inside(ar).entered():
        intruder = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with intruder:
        intruder.bind((ar.giaddr, _INTRUDER_PORT))
        intruder.sendto(forged.packed(), (network.anchor.core4, 67))


def _counters(walk: Walk) -> dict[str, int]:
    found: dict[str, int] = walk.domain.ask(walk.network.anchor)["anchor"]["counters"]
    return found


def _wait_for_counter(walk: Walk, name: str, value: int) -> None:
    agent = walk.domain.route_agent(walk.network.anchor)
    agent.wait_until(lambda: _counters(walk)[name] >= value, f"{name} to be {value}", limit=10)


def _walk(attestation: str, **kea4: Any) -> Walk:
    return Walk(ipv4=kea4, agents={"attestation": attestation})


def _moves(walk: Walk, host: Walker4, moves: int) -> None:
    for number in range(moves):
        ar = walk.network.ar(2 - number % 2)
        host.move(ar)
        host.wait_until_at(ar)
    waits = [(ack - asked) / 1e6 for asked, ack in zip(host.asked, host.acknowledged)]
    fact(f"{moves} moves: DHCPREQUEST to DHCPACK at the MN {statistics.median(waits):.2f} ms (median)")
    equal(_counters(walk)["refused"], 0, "refused")
    equal(host.lost_after_reply(), [0] * moves, "packets lost after each DHCPACK")


@scenario("A8 B", "attestation, IPv4: a Request that somebody sends from an AR's own address moves nothing; through the relay the MN moves")
def not_attested() -> None:
    with _walk("required") as walk:
        first, second = walk.network.access_routers
        host = walk.host4(_dhcpcd)
        host.attach_ipv4(first)
        host.wait_until_at(first)
        _moves(walk, host, 4)
        _forge(host, second, xid=0x0BAD0001)
        _wait_for_counter(walk, "refused", 1)
        agent = walk.domain.route_agent(walk.network.anchor)
        log = agent.output()
        check("ANCHOR_NOT_ATTESTED" in log and "relay of ar2.lab.example" in log, "the operator is told")
        host.wait_until_at(first)
        equal(_counters(walk)["moves"], 4, "moves")
        host.move(second)
        host.wait_until_at(second)

        walk.domain.route_agent(first).kill()
        since = len(agent.output())
        walk.network.port(host.node).plug_in(first)
        agent.wait_until(
            lambda: "relay of ar1.lab.example" in agent.output()[since:], "a refusal at AR1", limit=15
        )
        walk.domain.route_agent(first).start()
        walk.domain.wait_until_associated()
        host.wait_until_at(first, limit=30)
        check(not host.transfer.broken, "the TCP connection lives")


@scenario("A8 B", "attestation, IPv4: without it the same forged Request moves the MN, until the MN renews")
def believed() -> None:
    # What the scenario above prevents; T1 brings the MN back to where it is.
    with _walk("off", lifetimes=Lifetimes(valid=600, renew=5, rebind=300)) as walk:
        first, second = walk.network.access_routers
        host = walk.host4(_dhcpcd)
        host.attach_ipv4(first)
        host.wait_until_at(first)
        _forge(host, second, xid=0x0BAD0002)
        host.wait_until_at(second)
        host.wait_until_at(first, limit=20)
        equal(_counters(walk)["moves"], 2, "moves")


@scenario("A8 B", "attestation, IPv4: a client that kea-dhcp4 names by its hardware alone (match-client-id false) is attested too")
def named_by_hardware() -> None:
    with _walk("required", match_client_id=False) as walk:
        host = walk.host4(lambda walker: Dhcpcd4(walker.network, walker.processes, duid=True))
        host.attach_ipv4(walk.network.ar(1))
        host.wait_until_at(walk.network.ar(1))
        _moves(walk, host, 2)
        equal(host.tap.seen(REQUEST)[-1].message.options[CLIENT_ID][:1], b"\xff", "its identifier (RFC 4361)")
        names = [each["mn"] for each in walk.domain.ask(walk.network.anchor, "bindings")["bindings"]]
        equal(names, [f"01:{walk.network.mn.mac}"], "the anchor's name for it")
