# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The relay agent's DHCPv4 (RFC 1542, RFC 3046), between stock clients and a stock kea-dhcp4."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from ..addresses import AccessRouter
from ..agents import Domain, find_build, wait_until_ready
from ..clients4 import Client4, Dhclient4, Dhcpcd4
from ..dhcp4 import (
    ACK, AGENT, CIRCUIT_ID, DISCOVER, OFFER, REMOTE_ID, REQUEST, REQUESTED_ADDRESS, SERVER_ID, TO_ALL,
    TO_ALL_FRAMES, Seen, Tap,
)  # fmt: skip
from ..ipv4 import add_ipv4
from ..kea import Lifetimes
from ..kea4 import Kea4
from ..network import ACCESS, CORE, MN_LINK, Network
from ..processes import Process, Processes
from ..scenario import check, equal, fact, scenario

REMOTE_ID_OF_ALL = "ar.lab"


class Dhcp4Scene:
    """ARs with their relay agents, an MN plugged in at the first, taps at the anchor and at the MN."""

    def __init__(self, network: Network, processes: Processes) -> None:
        self.network, self.processes = network, processes
        add_ipv4(network)
        processes.folder.chmod(0o711)  # at a reload the relay agent is nobody, and must read
        self.domain = Domain(network, processes, find_build())
        for ar in network.access_routers:
            self.configure(ar)
            self.relay(ar).start()
        for ar in network.access_routers:
            wait_until_ready(self.relay(ar))
        network.port(network.mn).plug_in(network.ar(1))
        self.at_server = Tap(network.inside(network.anchor), CORE)
        self.at_mn = Tap(network.inside(network.mn), MN_LINK)

    def relay(self, ar: AccessRouter) -> Process:
        return self.domain.relay(ar)

    def configure(self, ar: AccessRouter, giaddr: str | None = None, **dhcp4: Any) -> None:
        """`dhcp4`: keys of that section, with _ for -."""
        servers = [self.network.anchor.core4, self.network.cn.core4]
        link = {"name": ACCESS, "link-address": ar.link, "giaddr": giaddr or ar.giaddr}
        changed = {key.replace("_", "-"): value for key, value in dhcp4.items()}
        section = {"servers": servers, "remote-id": REMOTE_ID_OF_ALL, **changed}
        whole = {"access-interfaces": [link], "dhcp4": section, "user": "nobody"}
        self.domain.write_relay(ar, **whole)

    def close(self) -> None:
        self.at_server.close()
        self.at_mn.close()


@contextlib.contextmanager
def scene(access_routers: int = 1) -> Iterator[Dhcp4Scene]:
    with Network(access_routers=access_routers) as network, Processes() as processes:
        made = Dhcp4Scene(network, processes)
        with contextlib.closing(made):
            yield made


def _expect_named(ar: AccessRouter, at_server: Seen) -> None:
    """What a server sees of a message from this AR's access link."""
    message = at_server.message
    equal(at_server.source, ar.giaddr, "source of what the server got")
    equal((at_server.source_port, at_server.destination_port), (67, 67), "its ports")
    equal(message.giaddr, ar.giaddr, "giaddr")
    equal(message.hops, 1, "hops")
    equal(message.agent, {CIRCUIT_ID: ACCESS.encode(), REMOTE_ID: REMOTE_ID_OF_ALL.encode()}, "option 82")


def _expect_answer(at_mn: Seen, mac: str, address: str, broadcast: bool) -> None:
    """An OFFER or ACK as the client's link carries it."""
    check(AGENT not in at_mn.message.options, "the client sees no Relay Agent Information")
    equal(at_mn.message.yiaddr, address, "yiaddr")
    where = (TO_ALL, TO_ALL_FRAMES) if broadcast else (address, mac)
    equal((at_mn.destination, at_mn.to_frame), where, "where the answer went")
    equal((at_mn.source_port, at_mn.destination_port), (67, 68), "its ports")


def _obtains_a_lease(make: Callable[[Dhcp4Scene], Client4], broadcast: bool) -> None:
    with scene() as made:
        network, ar = made.network, made.network.ar(1)
        kea = Kea4(network, made.processes).start()
        begun = time.monotonic()
        address = make(made).start().wait_for_address()
        fact(f"{address} after {time.monotonic() - begun:.2f} s")
        equal(kea.leased_addresses(), {address}, "what Kea has leased")
        for kind in (DISCOVER, REQUEST):
            at_server = made.at_server.seen(kind)[0]
            equal(at_server.message.broadcast, broadcast, "the broadcast flag")
            _expect_named(ar, at_server)
        for kind in (OFFER, ACK):
            at_mn = made.at_mn.seen(kind)
            equal(len(at_mn), 1, "answers of this kind")
            _expect_answer(at_mn[0], network.mn.mac, address, broadcast)
        status = network.inside(ar).run("cat", f"/proc/{made.relay(ar).pid}/status").stdout
        equal(set(re.findall(r"Cap(?:Prm|Eff|Bnd):\t(\w+)", status)), {"0" * 16}, "capabilities")


@scenario("A8", "IPv4: dhclient obtains a lease through the relay agent, its answers by unicast without ARP")
def dhclient_unicast() -> None:
    _obtains_a_lease(lambda made: Dhclient4(made.network, made.processes), broadcast=False)


@scenario("A8", "IPv4: dhcpcd that asks for broadcasts gets them, through the relay agent")
def dhcpcd_broadcast() -> None:
    _obtains_a_lease(
        lambda made: Dhcpcd4(made.network, made.processes, broadcast=True), broadcast=True
    )


@scenario("A8", "IPv4: dhcpcd obtains a lease through the relay agent, its answers by unicast")
def dhcpcd_unicast() -> None:
    _obtains_a_lease(lambda made: Dhcpcd4(made.network, made.processes), broadcast=False)


@scenario("A8", "IPv4: the answer reaches a client that nobody could resolve: no ARP request for it")
def without_arp() -> None:
    with scene() as made:
        Kea4(made.network, made.processes).start()
        address = Dhclient4(made.network, made.processes).start().wait_for_address()
        made.at_mn.wait_for(ACK, "the ACK")
        check(address not in made.at_mn.asked_for(), "nobody asked who has the new address")


@scenario("A8", "IPv4: both servers get each message, and the client one lease")
def two_servers() -> None:
    with scene() as made:
        network = made.network
        halves = ("10.208.1.0 - 10.208.99.255", "10.208.100.0 - 10.208.199.255")
        keas = [
            Kea4(network, made.processes, node=node, pool=pool, name=f"kea4-{node.name}").start()
            for node, pool in zip((network.anchor, network.cn), halves)
        ]
        at_other = Tap(network.inside(network.cn), CORE)
        with contextlib.closing(at_other):
            address = Dhclient4(network, made.processes).start().wait_for_address()
            discover = made.at_server.wait_for(DISCOVER, "the first server's DISCOVER").message
            equal(
                at_other.wait_for(DISCOVER, "the second server's").message, discover, "both DISCOVERs"
            )
            request = made.at_server.wait_for(REQUEST, "the first server's REQUEST").message
            equal(at_other.wait_for(REQUEST, "the second server's").message, request, "both REQUESTs")
        server = ".".join(map(str, request.options[SERVER_ID]))
        chosen = next(kea for kea in keas if kea.address == server)
        equal(chosen.leased_addresses(), {address}, "leases of the server that the client chose")
        offers = {".".join(map(str, s.message.options[SERVER_ID])) for s in made.at_mn.seen(OFFER)}
        check(server in offers, "it had offered")
        fact(f"offers from {', '.join(sorted(offers))}; chosen {server}")


@scenario("A8", "IPv4: relay agent and server in one box, each with UDP port 67 of its own addresses")
def one_box() -> None:
    with scene() as made:
        ar = made.network.ar(1)
        made.relay(ar).stop()
        made.configure(ar, servers=["127.0.0.1"])
        kea = Kea4(made.network, made.processes, node=ar, listen=("lo", "127.0.0.1"), name="kea4-box")
        kea.start()
        wait_until_ready(made.relay(ar).start())
        address = Dhclient4(made.network, made.processes).start().wait_for_address()
        equal(kea.leased_addresses(), {address}, "what Kea has leased")


@scenario("A8", "IPv4: rebinding passes the relay agent and is answered at the client's address; renewing does not pass it")
def renewing() -> None:
    with scene() as made:
        network, ar = made.network, made.network.ar(1)
        times = Lifetimes(valid=120, renew=3, rebind=6)
        Kea4(network, made.processes, lifetimes=times).start()
        client = Dhclient4(network, made.processes)
        address = client.start().wait_for_address()
        before = made.at_server.count()
        # No route leads to the client yet, so the answer to what it sends directly gets lost.
        rebinding = made.at_server.wait_for(ACK, "the answer to what passed the relay", 20, before)
        while rebinding.destination != ar.giaddr:
            before += 1
            rebinding = made.at_server.wait_for(ACK, "the answer to REBINDING", 20, before)
        request = [s for s in made.at_server.seen(REQUEST) if s.message.ciaddr == address]
        _expect_named(ar, next(s for s in request if s.source == ar.giaddr))
        answer = [s for s in made.at_mn.seen(ACK) if s.message.ciaddr == address][0]
        _expect_answer(answer, network.mn.mac, address, broadcast=False)
        # With its routes it renews alone with the server.
        network.inside(ar).ip4(f"route add {address} dev {ACCESS}")
        network.inside(network.anchor).ip4(f"route add {address} via {ar.core4} dev {CORE}")
        seen = made.at_mn.count()
        renewed = made.at_mn.wait_for(ACK, "an ACK to a client that renews", 20, seen)
        equal(renewed.source, network.anchor.core4, "who answered")
        direct = [s for s in made.at_server.seen(REQUEST) if s.source == address][-1].message
        equal((direct.giaddr, direct.hops, AGENT in direct.options), ("0.0.0.0", 0, False), "renewing")
        equal(client.addresses(), [address], "the client's addresses")


def _moves(make: Callable[[Dhcp4Scene], Client4], restart: bool) -> None:
    with scene(access_routers=2) as made:
        network, (first, second) = made.network, made.network.access_routers
        kea = Kea4(network, made.processes).start()
        client = make(made)
        address = client.start().wait_for_address()
        if restart:
            client.stop()
        before, at_mn = made.at_server.count(), made.at_mn.count()
        network.port(network.mn).plug_in(second)
        begun = time.monotonic()
        if restart:
            client.start()
        request = made.at_server.wait_for(REQUEST, "the REQUEST of INIT-REBOOT", 20, before)
        _expect_named(second, request)
        check(SERVER_ID not in request.message.options, "INIT-REBOOT asks no particular server")
        asked = request.message.options[REQUESTED_ADDRESS]
        equal(".".join(map(str, asked)), address, "the address that it asks for")
        ack = made.at_mn.wait_for(ACK, "the ACK", 10, at_mn)
        fact(f"ACK {(time.monotonic() - begun) * 1000:.0f} ms after the link was up")
        _expect_answer(ack, network.mn.mac, address, broadcast=False)
        equal(ack.source, second.giaddr, "who passed it on")
        equal(client.wait_for_address(), address, "the client's address")
        equal(kea.leased_addresses(), {address}, "what Kea has leased")
        check(not [s for s in made.at_server.seen(DISCOVER) if s.message.giaddr == second.giaddr],
              "it did not have to begin anew")  # fmt: skip


@scenario("A8", "IPv4: INIT-REBOOT of dhclient through another relay agent keeps its address")
def dhclient_moves() -> None:
    _moves(lambda made: Dhclient4(made.network, made.processes), restart=True)


@scenario("A8", "IPv4: INIT-REBOOT of dhcpcd, whose link goes down and up, through another relay agent")
def dhcpcd_moves() -> None:
    _moves(lambda made: Dhcpcd4(made.network, made.processes), restart=False)
