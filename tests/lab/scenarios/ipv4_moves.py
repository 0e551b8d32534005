# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""IPv4 from end to end: stock clients, relay agent, kea-dhcp4 with the hook, anchor and ARs."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Iterator
from typing import Any

from ..agents import wait_until_ready
from ..clients4 import Dhclient4, Dhcpcd4, Networkd4
from ..crowd4 import Crowd4, play_clients
from ..dhcp4 import ACK, Tap
from ..kea import Lifetimes
from ..network import MN_LINK
from ..placement import leads_to, wait_until_at
from ..scenario import check, equal, fact, scenario
from ..tables import Decapsulation, installed
from ..walk import Walk
from ..walker4 import Walker4

_MOVES = 10


def _dhcpcd(walker: Walker4) -> Dhcpcd4:
    return Dhcpcd4(walker.network, walker.processes, mn=walker.node)


def _networkd(walker: Walker4) -> Networkd4:
    return Networkd4(walker.network, walker.processes, walker.node)


@contextlib.contextmanager
def _domain(sizes: dict[str, int] | None = None, **kea4: Any) -> Iterator[Walk]:
    with Walk(ipv4=kea4, **(sizes or {})) as walk:
        yield walk


def _walk(host: Walker4, moves: int) -> None:
    for number in range(moves):
        ar = host.network.ar(2 - number % 2)
        host.move(ar)
        host.wait_until_at(ar)
    check(not host.transfer.broken, "the TCP connection lives")


def _tell(host: Walker4) -> None:
    """Each move began with INIT-REBOOT, and nothing was lost on the way to the MN after its DHCPACK."""
    equal({*host.said}, {"INIT-REBOOT"}, "what the client says first at a new AR")
    waits = [(ack - asked) / 1e6 for asked, ack in zip(host.asked, host.acknowledged)]
    whole = host.stream.wire().loss()
    fact(
        f"{len(waits)} moves: DHCPREQUEST to DHCPACK at the MN {statistics.median(waits):.2f} ms "
        f"(median); longest gap, the client's own waiting in it, {whole.longest_gap / 1e6:.0f} ms"
    )
    equal(host.lost_after_reply(), [0] * len(waits), "packets lost between CN and the MN after each DHCPACK")


@scenario("A8", "IPv4 moves: dhcpcd moves ten times with INIT-REBOOT and keeps address and sessions; its RELEASE leaves nothing")
def dhcpcd_moves() -> None:
    with _domain() as walk:
        host = walk.host4(_dhcpcd)
        host.attach_ipv4(walk.network.ar(1))
        _walk(host, _MOVES)
        _tell(host)
        fact(f"TCP: {host.transfer.finish() / 1e6:.1f} MB, every byte in its place")
        host.stream.stop()
        host.mn4.release()
        equal(host.left_over(), [], "left after the RELEASE")


@scenario("A8", "IPv4 moves: systemd-networkd moves with INIT-REBOOT and keeps address and sessions; lease4-del leaves nothing")
def networkd_moves() -> None:
    with _domain() as walk:
        host = walk.host4(_networkd)
        host.attach_ipv4(walk.network.ar(1))
        _walk(host, _MOVES)
        _tell(host)
        routes = host.mn4.inside.run("ip", "-4", "route", "show").stdout
        equal(routes.count(f"/17 via {walk.network.anchor.gateway4}"), 2, "routes to halves of the subnet")
        walk.kea4.delete_lease(host.address)
        equal(host.left_over(), [], "left after lease4-del")


@scenario("A8", "IPv4 moves: by DISCOVER and REQUEST, by INIT-REBOOT and by rebinding, played by hand")
def each_message_moves() -> None:
    with Crowd4() as crowd:
        network = crowd.network
        tap = Tap(network.inside(network.mn), MN_LINK)
        (client,) = play_clients(network, 1)
        address = client.attach()
        for number, say in enumerate((client.attach, client.reboot, client.rebind)):
            ar, before = network.ar(2 - number % 2), tap.count()
            network.port(network.mn).plug_in(ar)
            say()
            ack = tap.wait_for(ACK, f"a DHCPACK at {ar.name}", after=before)
            came = (ack.source, ack.message.yiaddr)
            equal(came, (network.anchor.gateway4, address), "whence it came, and what it grants")
            equal(leads_to(network, address), ar.name, f"where {address} is after the DHCPACK")
            wait_until_at(network, address, ar)
        tap.close()


@scenario("A8", "IPv4 moves: both ends of the tunnel unwrap IPv4 at the tunnel address of IPv6")
def one_tunnel_address() -> None:
    with _domain() as walk:
        host = walk.host4(_dhcpcd)
        host.attach_ipv4(walk.network.ar(1))
        for node in (walk.network.anchor, walk.network.ar(1)):
            have = installed(walk.network.inside(node))
            actions = {each.action for each in have.decapsulations}
            equal(actions, {"End.DT6", "End.DX4"}, f"what {node.name} unwraps")
            check(Decapsulation(node.tunnel, "End.DT6", 254) in have.decapsulations, "IPv6 in main")


@scenario("A8", "IPv4 moves: a lease that nobody renews expires and leaves nothing")
def lease_expires() -> None:
    with _domain(lifetimes=Lifetimes(valid=6, renew=4, rebind=5)) as walk:
        host = walk.host4(lambda walker: Dhclient4(walker.network, walker.processes))
        host.attach_ipv4(walk.network.ar(1))
        host.wait_until_at(walk.network.ar(1))
        host.stream.stop()
        host.mn4.process.kill()
        equal(host.left_over(limit=30), [], "left after the expiry")


def _routes_written(walk: Walk, begun: int) -> list[Any]:
    events = walk.observation.events(since=begun)
    held = ("route", "neighbour")
    return [e for e in events if e.about in held and e.details.get("protocol") == 213]


@scenario("A8", "IPv4 moves: restarts of kea-dhcp4, of kea-dhcp6 and of the anchor write no route of either family")
def restarts() -> None:
    with _domain({"mobile_nodes": 2}) as walk:
        network = walk.network
        walk.attach(network.ar(1))
        host = walk.host4(_dhcpcd, network.mobile_nodes[1])
        host.attach_ipv4(network.ar(2))
        walk.wait_until_at(network.ar(1))
        host.wait_until_at(network.ar(2))
        anchor = walk.domain.route_agent(network.anchor)
        for name, process, start in (
            ("kea-dhcp4", walk.kea4.process, walk.kea4.start),
            ("kea-dhcp6", walk.kea.process, walk.kea.start),
            ("the anchor", anchor, lambda: wait_until_ready(anchor.start())),
        ):
            begun = time.monotonic_ns()
            process.stop()
            start()
            walk.domain.wait_until_associated()
            time.sleep(1)
            equal([e for e in _routes_written(walk, begun) if e.about == "route"], [], f"routes after {name}'s restart")
            walk.wait_until_at(network.ar(1))
            host.wait_until_at(network.ar(2))
        check(not (walk.transfer.broken or host.transfer.broken), "both TCP connections live")
        equal((walk.stream.wire().lost(), host.stream.wire().lost()), ([], []), "packets lost in all")


@scenario("A8 A5", "IPv4 moves: one MN with an address, a delegated prefix and IPv4 moves with all three")
def all_three() -> None:
    with _domain({"lans": 1}) as walk:
        network = walk.network
        router = walk.router()
        router.attach(network.ar(1))
        host = walk.host4(_dhcpcd, router.node)
        host.begin()
        for number in range(3):
            ar = network.ar(2 - number % 2)
            before = host.tap.count()
            router.move(ar)
            host.moves.append(router.moves[-1])
            host.settle(before, ar)
            router.wait_until_at(ar)
            host.wait_until_at(ar)
            held = {*router.prefixes, *router.mn.addresses(), host.address}
            equal(installed(network.inside(ar)).prefixes, held, f"what {ar.name} has a way to")
        equal(router.lost_after_reply(), [0] * 3, "IPv6 packets lost after each Reply")
        check(not (router.transfer.broken or host.transfer.broken), "both TCP connections live")
        host.stream.stop()
        host.mn4.release()
        equal(router.release(), [], "left after both Releases")
