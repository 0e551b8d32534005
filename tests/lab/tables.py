# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What a node's kernel holds of ours (rtm_protocol 213), as values that a test can compare.

Addresses and prefixes are in their canonical text; a host route's prefix is the bare address, so
that it equals the address of the lease.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .addresses import OUR_PROTOCOL
from .namespaces import Namespace

MAIN_TABLE = 254
_UNICAST = "1"  # RTN_UNICAST; every other type has a word below
_ROUTE_TYPES = {_UNICAST: "unicast", "6": "blackhole", "7": "unreachable", "8": "prohibit"}


@dataclass(frozen=True)
class Route:
    prefix: str
    table: int = MAIN_TABLE
    kind: str = "unicast"
    device: str | None = None
    via: str | None = None
    nexthop: int | None = None
    segments: tuple[str, ...] = ()  # where it is encapsulated to, directly or by its nexthop


@dataclass(frozen=True)
class Decapsulation:
    """A tunnel address that this node serves."""

    address: str
    action: str  # End.DT6, End.DX4, ...
    table: int | None = None  # in which the inner packet is looked up


@dataclass(frozen=True)
class Nexthop:
    id: int
    device: str | None = None
    via: str | None = None
    segments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Neighbour:
    address: str
    mac: str | None
    device: str


@dataclass(frozen=True)
class Rule:
    source: str
    table: int
    priority: int
    interface: str | None = None


@dataclass(frozen=True)
class Installed:
    """Everything of ours in one namespace, IPv6 and IPv4 together."""

    routes: frozenset[Route]
    decapsulations: frozenset[Decapsulation]
    nexthops: frozenset[Nexthop]
    neighbours: frozenset[Neighbour]
    rules: frozenset[Rule]

    @property
    def count(self) -> int:
        """How many things there are: 0 when nothing is left over."""
        return len(self.everything())

    def everything(self) -> list[object]:
        """For a message: each thing that is there."""
        kinds = (self.routes, self.decapsulations, self.nexthops, self.neighbours, self.rules)
        return [thing for kind in kinds for thing in kind]

    @property
    def prefixes(self) -> frozenset[str]:
        """The MNs' prefixes that have a way here: what must equal the leases. Without the reverse
        path, which is a default route in a table of its own."""
        return frozenset(route.prefix for route in self.routes if route.table == MAIN_TABLE)

    def route(self, prefix: str) -> Route | None:
        """The main table's route of exactly this prefix; two of them are an error."""
        wanted = (prefix, MAIN_TABLE)
        found = [route for route in self.routes if (route.prefix, route.table) == wanted]
        assert len(found) < 2, f"more than one route of ours for {prefix}: {found}"
        return found[0] if found else None


def installed(namespace: Namespace, protocol: int = OUR_PROTOCOL) -> Installed:
    """Reads the kernel's tables now; listing 100,000 routes takes a few seconds."""

    def show(*words: str) -> list[dict[str, Any]]:
        return [entry for family in ("-6", "-4") for entry in _ip(namespace, family, *words)]

    ours = ("proto", str(protocol))
    routes = show("route", "show", "table", "all", *ours)
    rules = (rule for rule in show("rule", "show") if rule.get("protocol") == str(protocol))
    return Installed(
        routes=frozenset(_route(r) for r in routes if r.get("encap") != "seg6local"),
        decapsulations=frozenset(
            _decapsulation(r) for r in routes if r.get("encap") == "seg6local"
        ),
        nexthops=frozenset(_nexthop(n) for n in _ip(namespace, "nexthop", "show", *ours)),
        neighbours=frozenset(_neighbour(n) for n in show("neigh", "show", *ours)),
        rules=frozenset(_rule(rule) for rule in rules),
    )


def leftovers(namespaces: Iterable[Namespace]) -> list[str]:
    """Whatever of ours is anywhere in these nodes, one line each."""
    return [f"{ns.name}: {thing}" for ns in namespaces for thing in installed(ns).everything()]


def _ip(namespace: Namespace, *words: str) -> list[dict[str, Any]]:
    """One listing in JSON with numbers for names. ip prints a decapsulation's own table before the
    table of its route under the same key: both are kept, the former as "inner-table"."""

    def keep_both_tables(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        tables = [value for key, value in pairs if key == "table"]
        entry = dict(pairs)
        if len(tables) == 2:
            entry["inner-table"] = tables[0]
        return entry

    output = namespace.run("ip", "-N", "-j", "-d", *words).stdout
    listing: list[dict[str, Any]] = json.loads(output or "[]", object_pairs_hook=keep_both_tables)
    return listing


def _route(entry: dict[str, Any]) -> Route:
    return Route(
        prefix=entry["dst"],
        table=int(entry.get("table", MAIN_TABLE)),
        kind=_ROUTE_TYPES.get(entry["type"], entry["type"]),
        device=entry.get("dev") if entry["type"] == _UNICAST else None,
        via=entry.get("gateway"),
        nexthop=entry.get("nhid"),
        segments=tuple(entry.get("segs", ())),
    )


def _decapsulation(entry: dict[str, Any]) -> Decapsulation:
    inner = entry.get("inner-table")
    return Decapsulation(entry["dst"], entry["action"], int(inner) if inner else None)


def _nexthop(entry: dict[str, Any]) -> Nexthop:
    segments = tuple(entry.get("segs", ()))
    return Nexthop(entry["id"], entry.get("dev"), entry.get("gateway"), segments)


def _neighbour(entry: dict[str, Any]) -> Neighbour:
    return Neighbour(entry["dst"], entry.get("lladdr"), entry["dev"])


def _rule(entry: dict[str, Any]) -> Rule:
    length = entry.get("srclen")
    source = f"{entry['src']}/{length}" if length is not None else entry["src"]
    return Rule(source, int(entry["table"]), entry["priority"], entry.get("iif"))
