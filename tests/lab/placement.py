# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Where the kernels of a network send an MN's packets, and what is left when it is gone."""

from __future__ import annotations

from .addresses import AccessRouter
from .network import Network
from .tables import installed, leftovers
from .waiting import LabError, wait_until


def leads_to(network: Network, address: str) -> str | None:
    """The AR that the address's anchor sends its packets to; None: nowhere."""
    way = installed(network.inside(network.anchor_of(address))).route(address)
    tunnels = {ar.tunnel: ar.name for ar in network.access_routers}
    return tunnels.get(way.segments[0]) if way and way.segments else None


def wait_until_at(network: Network, address: str, ar: AccessRouter, limit: float = 10) -> None:
    """Waits until its anchor and this AR, and no other router, have a way to the address."""

    def holders() -> list[str]:
        return [each.name for each in network.routers
                if installed(network.inside(each)).route(address)]  # fmt: skip

    wanted = [network.anchor_of(address).name, ar.name]
    wait_until(
        lambda: leads_to(network, address) == ar.name and holders() == wanted,
        f"{address} to be at {ar.name} and nowhere else",
        limit,
        every=0.02,
    )


def left_over(network: Network, limit: float = 10) -> list[str]:
    """Waits for empty tables on every router; returns what is still there."""
    routers = [network.inside(router) for router in network.routers]
    try:
        wait_until(lambda: not leftovers(routers), "empty tables", limit, every=0.05)
    except LabError:
        return leftovers(routers)
    return []
