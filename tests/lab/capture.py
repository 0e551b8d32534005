# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What happened in the domain and when: DHCP messages and kernel changes of all nodes, one clock.

`timeline` puts one move together from it: link up -> message at the relay -> host route at the new
AR -> route at the anchor -> Reply at the MN -> first packet.
"""

from __future__ import annotations

import bisect
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .addresses import OUR_PROTOCOL, AccessRouter, Anchor, MobileNode
from .links import Move
from .network import ACCESS, MN_LINK, Network
from .processes import Processes
from .records import Growing
from .traffic import Arrivals
from .waiting import wait_until

DHCP6_MESSAGES = {
    1: "Solicit", 2: "Advertise", 3: "Request", 4: "Confirm", 5: "Renew", 6: "Rebind", 7: "Reply",
    8: "Release", 9: "Decline", 10: "Reconfigure", 11: "Information-request", 12: "Relay-forward",
    13: "Relay-reply",
}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One thing that happened at a node. `details` depends on what it is about (see observer)."""

    at: int
    node: str
    about: str  # dhcp, route, neighbour, address, link
    details: dict[str, Any]

    def dhcp(self, *messages: str, outgoing: bool) -> bool:
        """Whether it is one of these DHCPv6 messages, going in this direction at its interface."""
        name = DHCP6_MESSAGES.get(self.details.get("message", 0))
        return self.about == "dhcp" and name in messages and self.details["outgoing"] is outgoing

    def our_route(self, prefix: str, added: bool) -> bool:
        """Whether a route agent has installed (or replaced), or removed, exactly this prefix."""
        wanted = {"prefix": prefix, "protocol": OUR_PROTOCOL, "added": added}
        return self.about == "route" and wanted.items() <= self.details.items()


class Observation:
    """Watches every anchor, AR and MN of a network from a process of its own."""

    def __init__(self, network: Network, processes: Processes, name: str = "observer") -> None:
        self._record = Growing(processes.folder / f"{name}.events")
        self._events: list[Event] = []
        points = [
            *(f"{anchor.name}={network.inside(anchor).name}" for anchor in network.anchors),
            *(f"{ar.name}={network.inside(ar).name}:{ACCESS}" for ar in network.access_routers),
            *(f"{mn.name}={network.inside(mn).name}:{MN_LINK}" for mn in network.mobile_nodes),
        ]
        inside = network.core_switch  # any: it enters each node itself
        self._process = processes.add_program(name, inside, "observer", self._record.path, *points)

    def start(self) -> Observation:
        self._process.start().wait_for_line("^observing")
        return self

    def events(self, since: int = 0) -> list[Event]:
        """Everything so far from the moment on, in the order of time."""
        for line in map(json.loads, self._record.more_lines()):
            self._events.append(Event(line.pop("at"), line.pop("node"), line.pop("about"), line))
        self._events.sort(key=_moment)
        return self._events[bisect.bisect_left(self._events, since, key=_moment) :]

    def wait_for(
        self, wanted: Callable[[Event], bool], what: str, since: int, limit: float = 5
    ) -> Event:
        """Waits until such an event has happened since the moment, and returns the first."""
        return wait_until(lambda: _first(self.events(since), wanted), what, limit, every=0.01)

    def stop(self) -> None:
        self._process.stop()


@dataclass(frozen=True)
class Timeline:
    """One move. A step that was not seen is None: it need not happen (an unchanged route)."""

    ar: str
    link_up: int
    message: str | None  # what the MN said first: Confirm, Solicit, ...
    at_relay: int | None
    ar_route: int | None
    anchor_route: int | None
    reply: int | None  # at the MN's interface
    address_usable: int | None  # the client has put the address on its interface again
    first_packet: int | None  # of the stream, at the MN's interface, after the message
    first_received: int | None  # the first that the MN's application got


def timeline(
    events: Iterable[Event],
    move: Move,
    mn: MobileNode,
    prefix: str,
    anchor: Anchor,
    wire: Arrivals,
    application: Arrivals,
    until: int | None = None,
) -> Timeline:
    """What `move` led to, from the events since and before `until` (the next move)."""
    span = [e for e in events if e.at >= move.unplugged and (until is None or e.at < until)]
    asking = ("Solicit", "Request", "Confirm", "Renew", "Rebind")
    asked = _first(span, lambda e: e.node == move.ar.name and e.dhcp(*asking, outgoing=False))
    began = asked.at if asked else move.running
    after = [event for event in span if event.at >= began]

    def when(
        node: AccessRouter | Anchor | MobileNode, wanted: Callable[[Event], bool]
    ) -> int | None:
        event = _first(after, lambda e: e.node == node.name and wanted(e))
        return event.at if event else None

    def usable(event: Event) -> bool:
        wanted = {"address": prefix, "added": True, "usable": True}
        return event.about == "address" and wanted.items() <= event.details.items()

    reply = when(mn, lambda e: e.dhcp("Reply", outgoing=False))
    return Timeline(
        ar=move.ar.name,
        link_up=move.running,
        message=DHCP6_MESSAGES[asked.details["message"]] if asked else None,
        at_relay=asked.at if asked else None,
        ar_route=when(move.ar, lambda e: e.our_route(prefix, added=True)),
        anchor_route=when(anchor, lambda e: e.our_route(prefix, added=True)),
        reply=reply,
        address_usable=when(mn, usable),
        first_packet=wire.first_after(began),
        first_received=application.first_after(began),
    )


def _first(events: Iterable[Event], wanted: Callable[[Event], bool]) -> Event | None:
    return next((event for event in events if wanted(event)), None)


def _moment(event: Event) -> int:
    return event.at
