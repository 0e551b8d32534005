# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Tables on all nodes = bindings = active leases: what differs, one line each."""

from __future__ import annotations

from collections.abc import Callable

from .agents import Domain
from .kea import Kea
from .kea4 import Kea4
from .network import Network
from .tables import installed
from .waiting import LabError, wait_until


def differences(network: Network, domain: Domain, kea: Kea | Kea4) -> list[str]:
    """Of a network with one anchor. Kernels are read, agents and Kea asked, now."""
    places = bound(network, domain)
    return [
        *_apart("lease", kea.leased_addresses(), "binding", set(places)),
        *(f"the binding of {address} has no place" for address, ar in places.items() if not ar),
        *_at_anchor(network, places),
        *_at_access_routers(network, places),
    ]


def wait_until_equal(network: Network, domain: Domain, kea: Kea | Kea4, limit: float) -> None:
    """Until nothing differs; the error names what still does."""
    left: list[str] = []

    def equal() -> bool:
        left[:] = _unless_dead(lambda: differences(network, domain, kea))
        return not left

    try:
        wait_until(equal, "equal tables", limit, every=0.1)
    except LabError:
        raise LabError(f"after {limit:g} s differ still {len(left)}: {'; '.join(left[:10])}") from None


def bound(network: Network, domain: Domain) -> dict[str, str | None]:
    """Of each binding the name of the AR to which the anchor's kernel has confirmed its route."""
    names = {domain.credentials[ar.name].identity: ar.name for ar in network.access_routers}
    listed = domain.ask(network.anchor, "bindings")["bindings"]
    return {
        each["prefix"].removesuffix("/128").removesuffix("/32"): names.get(each["routed"])
        if each["ar"] == each["routed"]
        else None
        for each in listed
    }


def _at_anchor(network: Network, places: dict[str, str | None]) -> list[str]:
    tunnels = {(ar.tunnel,): ar.name for ar in network.access_routers}
    routes = installed(network.inside(network.anchor)).routes
    ways = {route.prefix: tunnels.get(route.segments) for route in routes}
    return _apart("binding", set(places.items()), "route of the anchor", set(ways.items()))


def _at_access_routers(network: Network, places: dict[str, str | None]) -> list[str]:
    found = []
    for ar in network.access_routers:
        here = {address for address, name in places.items() if name == ar.name}
        routes = set(installed(network.inside(ar)).prefixes)
        found += _apart(f"binding at {ar.name}", here, f"route of {ar.name}", routes)
    return found


def _apart(one: str, these: set, other: str, those: set) -> list[str]:  # type: ignore[type-arg]
    return [
        *(f"{each}: {one}, no {other}" for each in sorted(these - those, key=str)),
        *(f"{each}: {other}, no {one}" for each in sorted(those - these, key=str)),
    ]


def _unless_dead(look: Callable[[], list[str]]) -> list[str]:
    try:
        return look()
    except OSError as error:
        return [f"nobody answers: {error}"]
