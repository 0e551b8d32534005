# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Power cuts: daemons killed and kernels emptied, of one machine or of all."""

from __future__ import annotations

from .addresses import AccessRouter, Anchor
from .agents import Domain, wait_until_ready
from .kea import Kea
from .network import Network
from .scenario import equal
from .tables import leftovers


def cut_power(network: Network, domain: Domain, kea: Kea) -> None:
    """Of everything."""
    for process in (kea.process, *domain.route_agents.values(), *domain.relays.values()):
        process.kill()
    for router in network.routers:
        _empty_kernel(network, domain, router)
    equal(leftovers(map(network.inside, network.routers)), [], "left in the kernels after the cut")


def cut_power_of_anchor(network: Network, domain: Domain, kea: Kea) -> None:
    """And of Kea, which is on the same machine."""
    for process in (kea.process, domain.route_agent(network.anchor)):
        process.kill()
    _empty_kernel(network, domain, network.anchor)
    equal(leftovers([network.inside(network.anchor)]), [], "left in its kernel after the cut")


def start_agents(domain: Domain, limit: float = 20) -> None:
    """Every route agent and relay that does not run; returns when they serve."""
    all_agents = (*domain.route_agents.values(), *domain.relays.values())
    stopped = [agent for agent in all_agents if not agent.alive]
    for agent in stopped:
        agent.start()
    for agent in stopped:
        wait_until_ready(agent, limit)


def _empty_kernel(network: Network, domain: Domain, router: Anchor | AccessRouter) -> None:
    configuration = domain.folder / f"route-{router.name}.conf"
    agent = str(domain.build.route_agent)
    network.inside(router).run(agent, "--remove-all", "--config", str(configuration))
