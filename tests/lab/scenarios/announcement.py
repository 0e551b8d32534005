# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Announcements: ARs that have no session dial an anchor at once when it says that it is there."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
import time
from typing import Any

from ..addresses import AccessRouter
from ..agents import wait_until_ready
from ..crowd import Crowd
from ..scenario import check, equal, fact, scenario
from ..waiting import wait_until

_PORT = 4480
_GROUP = "ff05::4480"
_LONG_AWAY = 7.0  # s: after 3.1 s of failures an AR pauses for 1 to 2 s
_SHORTEST_PAUSE = 1000.0  # ms, of an AR whose pauses are longest
_ROUNDS = 3


def _listen(crowd: Crowd, ar: AccessRouter, address: str = "::", **changed: Any) -> None:
    """The AR hears announcements from now on."""
    group = {"group": address, "interface": "core"} if address == _GROUP else {}
    heard = {"address": address, "port": _PORT, **group}
    crowd.domain.write_access_router(ar, announcements=heard, **changed)
    agent = crowd.domain.route_agent(ar)
    agent.stop()
    agent.start()
    wait_until_ready(agent)


def _associated(crowd: Crowd, ar: AccessRouter) -> bool:
    return all(each["associated"] for each in crowd.domain.ask(ar)["access"]["anchors"])


def _heard(crowd: Crowd, ar: AccessRouter) -> dict[str, int]:
    counters: dict[str, int] = crowd.domain.ask(ar)["access"]["announcements"]
    return counters


def _come_back(crowd: Crowd) -> dict[str, float]:
    """The anchor was away for long, and starts: after how many ms is each AR associated?"""
    agent = crowd.domain.route_agent(crowd.network.anchor)
    agent.stop()
    time.sleep(_LONG_AWAY)
    agent.start()
    wait_until_ready(agent)
    begun = time.monotonic()
    took: dict[str, float] = {}

    def all_are() -> bool:
        for ar in crowd.network.access_routers:
            if ar.name not in took and _associated(crowd, ar):
                took[ar.name] = (time.monotonic() - begun) * 1e3
        return len(took) == len(crowd.network.access_routers)

    wait_until(all_are, "every AR to be associated", 10, every=0.005)
    return took


def _say(what: str, times: list[float]) -> None:
    times.sort()
    middle = times[len(times) // 2]
    fact(f"{what}: {times[0]:.0f} to {times[-1]:.0f} ms, middle {middle:.0f} ({len(times)} times)")


@scenario("B", "an anchor that was away for long announces itself: its ARs are back sooner than their shortest pause")
def back_at_once() -> None:
    with Crowd() as crowd:
        without = [ms for _ in range(_ROUNDS) for ms in _come_back(crowd).values()]
        _say("without announcements, from ready to associated", without)
        crowd.domain.write_anchor(crowd.network.anchor, announce={"every": 1})
        for ar in crowd.network.access_routers:
            _listen(crowd, ar)
        announced = [ms for _ in range(_ROUNDS) for ms in _come_back(crowd).values()]
        _say("with announcements", announced)
        for ar in crowd.network.access_routers:
            check(_heard(crowd, ar)["dialled"] >= 1, f"{ar.name} has dialled for an announcement")
        check(announced[-1] < _SHORTEST_PAUSE, f"within {_SHORTEST_PAUSE:.0f} ms of the start")
        sent = crowd.domain.ask(crowd.network.anchor)["anchor"]["announcements"]
        time.sleep(2.5)
        now = crowd.domain.ask(crowd.network.anchor)["anchor"]["announcements"]
        equal(now, sent, "datagrams sent while every AR has a session")


@scenario("B", "ARs that know their anchor by name only find it, by unicast and by multicast, and their MNs move")
def by_name_only() -> None:
    with Crowd() as crowd:
        network, domain = crowd.network, crowd.domain
        name = domain.credentials[network.anchor.name].identity
        for ar, address in zip(network.access_routers, ("::", _GROUP)):
            _listen(crowd, ar, address, anchors=[{"name": name}])
        time.sleep(1)
        check(not any(_associated(crowd, ar) for ar in network.access_routers), "nobody knows where it is")
        group = {"group": _GROUP, "interface": "core"}
        domain.write_anchor(network.anchor, announce={"every": 1, "address": network.anchor.core, **group})
        agent = domain.route_agent(network.anchor)
        agent.stop()
        agent.start()
        wait_until_ready(agent)
        domain.wait_until_associated()
        for ar in network.access_routers:
            domain.route_agent(ar).wait_for_line(
                rf"ACCESS_ANCHOR_ANNOUNCED {name} at \[{network.anchor.core}\]:{_PORT}"
            )
        wait_until(lambda: domain.ask(network.anchor)["anchor"]["listed"], "Kea to have listed", 10)
        address = crowd.player.attach(1, network.ar(1))
        equal(crowd.player.do("confirm", mn=1, link="ar2")["status"], "Success", "a move")
        crowd.wait_until_at(address, network.ar(2))


def _announcement(identity: str, address: str) -> bytes:
    """As anybody on the core may write it."""
    name = identity.encode()
    body = b"\x0a" + bytes([len(name)]) + name
    body += b"\x12\x10" + ipaddress.IPv6Address(address).packed + b"\x18\x80\x23"  # port 4480
    message = b"\x9a\x01" + bytes([len(body)]) + body
    return len(message).to_bytes(4, "big") + message


class _Flood:
    """Datagrams from CN to an AR, many a second, until the end of the block."""

    def __init__(self, crowd: Crowd, ar: AccessRouter, datagrams: list[bytes], pause: float) -> None:
        self._crowd, self._ar = crowd, ar
        self._datagrams, self._pause = datagrams, pause
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.sent = 0

    def __enter__(self) -> _Flood:
        with self._crowd.network.inside(self._crowd.network.cn).entered():
            self._socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        while not self._over.is_set():
            for datagram in self._datagrams:
                self._socket.sendto(datagram, (self._ar.core, _PORT))
                self.sent += 1
            time.sleep(self._pause)


@scenario("B", "whoever floods an AR with announcements ends no session, fills no log, and keeps it from no anchor that it knew")
def flooded() -> None:
    with Crowd(access_routers=1) as crowd:
        network, domain = crowd.network, crowd.domain
        ar, anchor = network.ar(1), network.anchor
        name = domain.credentials[anchor.name].identity
        domain.write_anchor(anchor, announce={"every": 1})
        agent = domain.route_agent(anchor)
        agent.stop()
        agent.start()
        wait_until_ready(agent)
        _listen(crowd, ar, anchors=[{"name": name}])
        domain.wait_until_associated()
        session = domain.ask(anchor)["anchor"]["sessions"]
        lie = _announcement(name, network.cn.core)
        rubbish = [lie, _announcement("eve.example", network.cn.core), os.urandom(60), b"", b"\0" * 1300]
        with _Flood(crowd, ar, rubbish, 0.005) as flood:
            time.sleep(2)
            equal(domain.ask(anchor)["anchor"]["sessions"], session, "sessions in the flood")
            before = domain.route_agent(ar).output()
            agent.stop()
            time.sleep(4)
            agent.start()
            wait_until_ready(agent)
            begun = time.monotonic()
            domain.wait_until_associated(limit=20)
            fact(f"associated {time.monotonic() - begun:.1f} s after the start, in the flood")
        counters = _heard(crowd, ar)
        fact(f"{flood.sent} datagrams sent; {counters}")
        for kind in ("garbage", "unknown", "needless", "dialled"):
            check(counters[kind] > 0, f"{kind} are counted")
        lines = domain.route_agent(ar).output()[len(before) :].count("\n")
        check(lines < 100, f"the log has grown by {lines} lines")
