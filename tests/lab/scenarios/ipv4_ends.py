# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""IPv4 leases that end: whatever the end and whoever was restarted, nothing is left on any node."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..agents import wait_until_ready
from ..clients4 import Dhcpcd4
from ..comparison import wait_until_equal
from ..crowd4 import Crowd4, PlayedClient, play_clients
from ..dhcp4 import DECLINE
from ..network import MN_LINK
from ..placement import left_over, wait_until_at
from ..scenario import equal, fact, scenario
from ..tables import installed
from ..waiting import wait_until
from ..walk import Walk

_LEASE = 15  # seconds, of who lets it expire
_DECLINED = 1  # a lease's state


def _restart_kea(crowd: Crowd4) -> None:
    crowd.kea4.process.stop()
    crowd.kea4.start()
    crowd.domain.wait_until_associated()


def _stop_anchor(crowd: Crowd4) -> None:
    crowd.domain.route_agent(crowd.network.anchor).stop()


def _start_anchor(crowd: Crowd4) -> None:
    agent = crowd.domain.route_agent(crowd.network.anchor)
    agent.start()
    wait_until_ready(agent)
    crowd.domain.wait_until_associated()


def _nothing(_: Crowd4) -> None:
    pass


def _held(crowd: Crowd4) -> dict[str, int]:
    """How many things of ours each node's kernel has."""
    network = crowd.network
    return {node.name: installed(network.inside(node)).count for node in network.routers}


def _states(crowd: Crowd4, *clients: PlayedClient) -> list[int | None]:
    """Of their leases; None: there is none."""
    states = {row["ip-address"]: row["state"] for row in crowd.kea4.leases()}
    return [states.get(client.address) for client in clients]


def _ends(crowd: Crowd4, clients: list[PlayedClient]) -> None:
    """The four ends; the last client just stays silent."""
    released, declined, deleted, silent = clients
    released.release()
    declined.decline()
    crowd.kea4.delete_lease(deleted.address)
    wait_until(
        lambda: _states(crowd, released, declined, deleted) == [None, _DECLINED, None],
        "three leases to end", 10,
    )  # fmt: skip
    wait_until(lambda: silent.address not in crowd.kea4.leased_addresses(), "the expiry", 3 * _LEASE)


def _play(before: Callable[[Crowd4], None], after: Callable[[Crowd4], None]) -> None:
    """Four clients attach, move, and come to their ends between two events."""
    with Crowd4(shortest=_LEASE) as crowd:
        network = crowd.network
        clients = play_clients(network, 4)
        clients[-1].lease_time = _LEASE
        for client in clients:
            client.attach()
        network.port(network.mn).plug_in(network.ar(2))
        for client in clients:
            client.reboot()
            wait_until_at(network, client.address, network.ar(2))
        wait_until_equal(network, crowd.domain, crowd.kea4, limit=5)
        held = _held(crowd)
        before(crowd)
        _ends(crowd, clients)
        after(crowd)
        equal(left_over(network), [], "left on any node")
        equal(crowd.domain.ask(network.anchor, "bindings")["total"], 0, "bindings")
        _restart_kea(crowd)  # it still has the declined row
        time.sleep(1)
        equal(left_over(network), [], "left on any node when kea-dhcp4 has listed its leases again")
        fact(f"with four clients: {held}; after their ends: {_held(crowd)}")


@scenario("A6 A8", "IPv4: RELEASE, DECLINE, lease4-del and expiry leave nothing on any node")
def ends() -> None:
    _play(_nothing, _nothing)


@scenario("A6 A8", "IPv4: the same four ends after a restart of kea-dhcp4")
def ends_after_kea() -> None:
    _play(_restart_kea, _nothing)


@scenario("A6 A8", "IPv4: the same four ends after a restart of the anchor")
def ends_after_anchor() -> None:
    def restart(crowd: Crowd4) -> None:
        _stop_anchor(crowd)
        _start_anchor(crowd)

    _play(restart, _nothing)


@scenario("A6 A8", "IPv4: the same four ends while the anchor is away")
def ends_without_anchor() -> None:
    _play(_stop_anchor, _start_anchor)


@scenario("A6 A8", "IPv4: dhcpcd finds its address in use on the link and declines it: the path to it is gone, another's is there")
def dhcpcd_declines() -> None:
    with Walk(ipv4={}, mobile_nodes=2) as walk:
        network = walk.network
        squatter = network.mobile_nodes[1]
        taken = "10.208.1.0"  # the pool's first
        network.inside(squatter).ip4(f"address add {taken}/32 dev {MN_LINK}")
        network.port(squatter).plug_in(network.ar(1))
        host = walk.host4(lambda walker: Dhcpcd4(network, walker.processes, asks_around=True))
        address = host.attach_ipv4(network.ar(1))
        declined = host.tap.wait_for(DECLINE, "the DHCPDECLINE").message
        fact(f"declined, after {len(host.tap.seen())} messages: {taken}; got {address}")
        equal(declined.said, "DECLINE", "what it said")
        host.wait_until_at(network.ar(1))
        for node in network.routers:
            equal(installed(network.inside(node)).route(taken), None, f"the way to {taken} at {node.name}")
        host.stream.stop()
        host.mn4.release()
        equal(host.left_over(), [], "left after the RELEASE")
