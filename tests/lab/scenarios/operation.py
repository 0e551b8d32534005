# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""How operators run it: several anchors, and agents with hardly any rights."""

from __future__ import annotations

import pwd
import signal
import time
from pathlib import Path
from typing import Any

from ..addresses import GATEWAY_LINK_LOCAL, Anchor
from ..agents import wait_until_ready
from ..crowd import Crowd
from ..processes import Process
from ..scenario import check, equal, fact, scenario
from ..tables import installed
from ..waiting import wait_until
from ..walk import Walk

_CAP_NET_ADMIN = 12
_USER = "nobody"
_HOLD_LIMIT = 100  # ms, the hook's default
_CHECK = 500  # ms from one look of an agent at its kernel to the next


def _subnet(number: int, anchor: Anchor, pool: str) -> dict[str, Any]:
    return {"id": number, "subnet": anchor.subnet, "pools": [{"pool": pool}]}


def _two_for(anchor: Anchor) -> str:
    return f"{anchor.host(0xFF00)} - {anchor.host(0xFF01)}"


@scenario("A13 A3", "two anchors: each routes its own MNs and no others; one that is dead delays none of the other's")
def two_anchors() -> None:
    anchors = (Anchor(1), Anchor(2))
    domain = {"name": "metro", "subnet6": [_subnet(each.number, each, _two_for(each)) for each in anchors]}
    shared = {"subnet6": [], "shared-networks": [domain]}
    with Crowd(anchors=2, extra=shared) as crowd:
        network, player = crowd.network, crowd.player
        of: dict[str, dict[int, str]] = {anchor.name: {} for anchor in network.anchors}
        for mn in range(1, 5):
            address = player.attach(mn, network.ar(1))
            of[network.anchor_of(address).name][mn] = address
        equal([len(mns) for mns in of.values()], [2, 2], "MNs of each anchor")

        def move_all_to(number: int) -> None:
            for mns in of.values():
                for mn, address in mns.items():
                    player.do("confirm", mn=mn, link=f"ar{number}")
                    crowd.wait_until_at(address, network.ar(number))

        move_all_to(2)
        for anchor in network.anchors:
            found = installed(network.inside(anchor)).prefixes
            equal(found, frozenset(of[anchor.name].values()), f"what {anchor.name} routes")

        first, second = network.anchors
        agent = crowd.domain.route_agent(first)
        agent.kill()
        for anchor in (second, first):
            for mn, address in of[anchor.name].items():
                begun = time.monotonic()
                player.do("confirm", mn=mn, link="ar1")
                waited = (time.monotonic() - begun) * 1e3
                fact(f"MN {mn} of {anchor.name}: Reply after {waited:.1f} ms")
                check(waited < _HOLD_LIMIT, f"nothing waits for the dead anchor ({waited:.1f} ms)")
                if anchor is second:
                    crowd.wait_until_at(address, network.ar(1))
        equal({crowd.where(a) for a in of[first.name].values()}, {"ar2"}, "where the dead anchor leads")
        agent.start()
        wait_until_ready(agent)
        for mns in of.values():
            for address in mns.values():
                crowd.wait_until_at(address, network.ar(1), limit=10)
        for mns in of.values():
            for mn in mns:
                player.do("release", mn=mn, link="ar1")
        equal(crowd.left_over(), [], "left after the Releases")


@scenario("A13 A3", "an MN of the second anchor keeps its packets and its TCP session through moves")
def second_anchor_carries() -> None:
    second = Anchor(2)
    with Walk(anchors=2, extra={"subnet6": [_subnet(1, second, second.pool)]}) as walk:
        address = walk.attach(walk.network.ar(1))
        equal(walk.network.anchor_of(address), second, "the anchor of the address")
        for number in (2, 1, 2):
            walk.move(walk.network.ar(number))
            walk.wait_until_at(walk.network.ar(number))
        equal(walk.lost_after_reply(), [0, 0, 0], "packets lost after the Reply")
        check(not walk.transfer.broken, "the TCP session lasts")
        equal(walk.release(), [], "left after the Release")


@scenario("B", "agents with no right but CAP_NET_ADMIN, relays with none: a move, SIGHUP and a restart work")
def without_privileges() -> None:
    with Walk(agents={"user": _USER}) as walk:
        walk.attach(walk.network.ar(1))
        for agent in walk.domain.route_agents.values():
            equal(_rights(agent), (_USER, 1 << _CAP_NET_ADMIN), f"user and capabilities of {agent.name}")
        for relay in walk.domain.relays.values():
            equal(_rights(relay), (_USER, 0), f"user and capabilities of {relay.name}")
        walk.move(walk.network.ar(2))

        anchor = walk.domain.route_agent(walk.network.anchor)
        walk.domain.write_inventory(walk.network.access_routers[1:])
        anchor.signal(signal.SIGHUP)
        wait_until(lambda: _sessions_of_routers(walk) == 1, "ar1 to be revoked", 5)
        walk.domain.write_inventory(walk.network.access_routers)
        anchor.signal(signal.SIGHUP)
        walk.domain.wait_until_associated()

        anchor.stop()
        anchor.start()
        wait_until_ready(anchor)
        walk.domain.wait_until_associated()
        walk.move(walk.network.ar(1))
        walk.wait_until_at(walk.network.ar(1))
        equal(walk.release(), [], "left after the Release")


@scenario("B", "address no longer in use, network detachment: an AR that knows says so: no route anywhere, the lease stays, "
          "the next message places it again")  # fmt: skip
def known_to_be_gone() -> None:
    with Crowd() as crowd:
        network, player = crowd.network, crowd.player
        addresses = [player.attach(mn, network.ar(1)) for mn in (1, 2, 3)]
        macs = {record.mac for record in installed(network.inside(network.ar(1))).neighbours}
        equal(len(macs), 3, "MNs with a neighbour entry")

        def told(what: str) -> int:
            count: int = crowd.domain.ask(network.ar(1), f"gone {what}")["told"]
            return count

        def wait_for(left: list[str]) -> None:
            for node in (network.anchor, network.ar(1)):
                wait_until(
                    lambda: installed(network.inside(node)).prefixes == frozenset(left),
                    f"{left} at {node.name}", 5, every=0.01,
                )  # fmt: skip

        agent = crowd.domain.route_agent(network.anchor)
        agent.kill()
        wait_until(lambda: not crowd.domain.ask(network.ar(1))["access"]["anchors"][0]["associated"],
                   "ar1 to know that its anchor is away", 5)  # fmt: skip
        away = crowd.domain.ask(network.ar(1), "gone all")
        equal((away["told"], away["not-told"]), (0, 3), "told, and not told, while the anchor is away")
        agent.start()
        wait_until_ready(agent)
        crowd.domain.wait_until_associated()
        wait_for(addresses)

        equal(told(addresses[0]), 1, f"told of {addresses[0]}")
        wait_for(addresses[1:])
        equal(told("2001:db8::dead"), 0, "told of a stranger")
        equal(told("all"), 2, "told of all")
        wait_for([])
        equal(len(crowd.kea.leased_addresses()), 3, "leases")
        for mn, address in enumerate(addresses, start=1):
            player.do("confirm", mn=mn, link="ar2")
            crowd.wait_until_at(address, network.ar(2))


@scenario("B", "what somebody else flushed or took down is put right within the check's interval, and told")
def altered_behind_our_backs() -> None:
    with Walk(agents={"kernel_check": _CHECK}) as walk:
        walk.attach(walk.network.ar(1))
        walk.wait_until_at(walk.network.ar(1))
        routers = {node.name: walk.network.inside(node) for node in walk.network.routers}
        whole = {name: installed(inside) for name, inside in routers.items()}
        for name, what, command in (
            ("anchor", "the MN's route", f"ip -6 route del {walk.address} metric 213"),
            ("anchor", "nexthop objects", "ip nexthop flush proto 213"),
            ("ar1", "the MN's route", f"ip -6 route del {walk.address} metric 213"),
            ("ar1", "its tunnel end", f"ip -6 route del {walk.network.ar(1).tunnel} metric 213"),
            ("ar1", "rules", "ip -6 rule flush protocol 213"),
            ("ar1", "neighbours", "ip -6 neigh flush all dev access"),
            ("ar1", "the access interface", "ip link set access down"),
        ):
            agent = walk.domain.route_agents[name]
            told = agent.output().count("KERNEL_ALTERED")
            routers[name].run(*command.split())
            check(installed(routers[name]) != whole[name], f"{what} of {name} went")
            if "down" in command:
                _stays_unreachable(walk, 4 * _CHECK / 1e3)
            begun = time.monotonic()
            if "down" in command:
                routers[name].ip("link set access up", f"address add {GATEWAY_LINK_LOCAL}/64 dev access nodad")
            wait_until(
                lambda: all(installed(inside) == whole[each] for each, inside in routers.items()),
                f"{what} of {name} to be back", 12, every=0.01,
            )  # fmt: skip
            fact(f"{what} of {name}: right again after {(time.monotonic() - begun) * 1e3:.0f} ms")
            agent.wait_until(
                lambda: agent.output().count("KERNEL_ALTERED") > told, "a line that tells", 2
            )
        walk.stream.wait_for_packet(after=time.monotonic_ns(), limit=10)
        walk.transfer.wait_for_progress(limit=60)
        equal(walk.release(), [], "left after the Release")


def _stays_unreachable(walk: Walk, seconds: float) -> None:
    """Where the MN is, its interface is down for longer than a check: it keeps its place, and its packets end there."""
    ar = walk.network.inside(walk.network.ar(1))
    wait_until(
        lambda: f"unreachable {walk.address} " in ar.run("ip", "-6", "route", "show", "proto", "213").stdout,
        f"{walk.address} to be unreachable", 5, every=0.01,
    )  # fmt: skip
    time.sleep(seconds)
    walk.wait_until_at(walk.network.ar(1))


def _rights(process: Process) -> tuple[str, int]:
    """Its user, and what it may do now or could ever gain."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    words = dict(line.split(":", 1) for line in lines)
    sets = (int(words[key], 16) for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"))
    allowed = 0
    for each in sets:
        allowed |= each
    return pwd.getpwuid(int(words["Uid"].split()[1])).pw_name, allowed


def _sessions_of_routers(walk: Walk) -> int:
    sessions = walk.domain.ask(walk.network.anchor)["anchor"]["sessions"]
    return sum(session["identity"].startswith("ar") for session in sessions)
