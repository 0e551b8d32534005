#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Proves the lab itself, without route agents and without the hook library.

An MN that is moved by hand loses nothing once its route is replaced; and stock clients get their
addresses from a plain Kea, through our relay agents if they are built, and keep them on the move.
Needs root. Ends with the plain line `lab self-test: ok`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lab.addresses import MobileNode
from lab.agents import Build, Domain, find_build
from lab.by_hand import HandMadeDomain
from lab.capture import Event, Observation
from lab.clients import Client, Dhclient, Dhcpcd, Networkd
from lab.kea import Kea, KeaOptions
from lab.links import Move
from lab.namespaces import sweep
from lab.network import MN_LINK, Network
from lab.processes import Processes, exit_on_signals
from lab.radvd import start_radvd
from lab.tables import Decapsulation, Route, installed, leftovers
from lab.traffic import Loss, Stream, Transfer
from lab.waiting import LabError, wait_until

SETTLED = 200_000_000  # ns of stream between two moves, all of which must arrive


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--moves", type=int, default=10)
    moves = options.parse_args().moves
    build = find_build()
    exit_on_signals()
    begun = time.monotonic()
    with Network(mobile_nodes=4) as network, Processes() as processes:
        names = network.prefix
        say(f"built in {time.monotonic() - begun:.2f} s")
        kea_answers(network, processes)
        hosts_move(network, processes, moves)
        if build.relay_agent.exists():
            clients_attach(network, processes, build)
        else:
            say(f"no clients were tried: {build.relay_agent} is not built")
        folder = processes.folder
    nothing_remains(names, folder)
    say(f"ended after {time.monotonic() - begun:.1f} s")
    print("lab self-test: ok")


def kea_answers(network: Network, processes: Processes) -> None:
    kea = Kea(network, processes, KeaOptions(relays=network.access_routers)).start()
    check(kea.leases() == [], "a new Kea has no leases")
    check(kea.reload()["result"] == 0, "Kea loads its configuration again")
    first = kea.process.pid
    kea.process.kill()
    kea.start()
    check(kea.process.pid != first, "a killed Kea comes back as another process")
    kea.process.stop()


def hosts_move(network: Network, processes: Processes, moves: int) -> None:
    mn, address = network.mn, network.anchor.host(0x5E1F)
    for ar in network.access_routers:
        start_radvd(network, processes, ar)
    observation = Observation(network, processes).start()
    domain = HandMadeDomain(network, mn, address)
    domain.prepare()
    attach_by_hand(network, mn, address)
    domain.attach(network.ar(1))
    check_tables(network, address)

    stream = Stream(network, processes, mn, address).start()
    transfer = Transfer(network, processes, mn, address).start()
    stream.wait_for_packet(after=0)
    transfer.wait_for_progress()
    replaced = [move_by_hand(network, domain, stream, number) for number in range(moves)]
    transfer.wait_for_progress()
    say(f"TCP: {transfer.finish() / 1e6:.1f} MB, every byte in its place")
    stream.stop()
    report(stream, replaced)

    events = observation.events()
    replacements = [e for e in events if e.node == "anchor" and e.our_route(address, added=True)]
    check(len(replacements) == moves + 1, "the observer saw every replacement at the anchor")
    domain.forget(network.ar(1 + moves % 2))
    domain.clear()
    check_leftovers(network)


def clients_attach(network: Network, processes: Processes, build: Build) -> None:
    """Three clients at once; networkd, which knows no Confirm, sends Solicit."""
    Domain(network, processes, build).start_relays()
    kea = Kea(
        network, processes, KeaOptions(relays=network.access_routers), name="plain-kea"
    ).start()
    mns = network.mobile_nodes[1:]
    kinds = (Dhcpcd, Networkd, Dhclient)
    clients = [kind(network, processes, mn) for kind, mn in zip(kinds, mns)]
    observation = Observation(network, processes, name="clients").start()
    for client in clients:
        client.without_duplicate_address_detection()
        network.port(client.mn).plug_in(network.ar(1))
        client.start()
    addresses = [client.wait_for_address() for client in clients]
    check(kea.leased_addresses() == set(addresses), "Kea has exactly the clients' leases")
    for client in clients:
        move_client(network, client, observation)
    check([client.wait_for_address() for client in clients] == addresses, "no address changes")
    for client in clients:
        client.stop()


def move_client(network: Network, client: Client, observation: Observation) -> None:
    move = network.port(client.mn).plug_in(network.ar(2))
    if isinstance(client, Dhclient):  # it notices no carrier
        client.stop()
        client.start()
    first = "Solicit" if isinstance(client, Networkd) else "Confirm"

    def heard(event: Event) -> bool:
        ours = event.details.get("source") == client.mn.link_local
        return event.node == "ar2" and ours and event.dhcp(first, outgoing=False)

    def answered(event: Event) -> bool:
        return event.node == client.mn.name and event.dhcp("Reply", outgoing=False)

    asked = observation.wait_for(heard, f"{client.process.name}'s {first} at AR2", move.unplugged)
    reply = observation.wait_for(answered, f"a Reply to {client.process.name}", asked.at)
    after, took = (asked.at - move.running) / 1e6, (reply.at - asked.at) / 1e6
    say(f"{client.process.name}: {first} {after:.0f} ms after link-up, Reply {took:.1f} ms later")


def attach_by_hand(network: Network, mn: MobileNode, address: str) -> None:
    inside = network.inside(mn)
    inside.sysctl({f"conf/{MN_LINK}/accept_ra": 1})
    inside.ip(f"address add {address}/128 dev {MN_LINK} nodad")
    network.port(mn).plug_in(network.ar(1))
    wait_until(
        lambda: "default via fe80::200:5eff:fe00:5213" in inside.run("ip", "-6", "route").stdout,
        "the MN's default route from a router advertisement",
        limit=5,
        every=0.05,
    )


def move_by_hand(
    network: Network, domain: HandMadeDomain, stream: Stream, number: int
) -> tuple[Move, int]:
    """Returns the move, and when its route had been replaced (ns)."""
    old, new = network.ar(1 + number % 2), network.ar(1 + (number + 1) % 2)
    move = network.port(network.mn).plug_in(new)
    domain.attach(new)
    replaced = time.monotonic_ns()
    domain.forget(old)
    stream.wait_for_packet(after=replaced + SETTLED)
    return move, replaced


def check_tables(network: Network, address: str) -> None:
    anchor, ar = network.anchor, network.ar(1)
    at_anchor = installed(network.inside(anchor))
    way = Route(address, device="core", nexthop=ar.number, segments=(ar.tunnel,))
    check(at_anchor.route(address) == way, f"the anchor's route is {way}")
    check(at_anchor.prefixes == {address}, "the anchor holds this address and no other")
    served = Decapsulation(anchor.tunnel, "End.DT6", 254)
    check(at_anchor.decapsulations == {served}, "the anchor serves its tunnel address")
    at_ar = installed(network.inside(ar))
    check(at_ar.prefixes == {address}, "AR1 holds this address and no other")
    check(len(at_ar.neighbours) == 1, "AR1 has one neighbour")
    check(len(at_ar.rules) == 1, "AR1 has one rule")
    check(not installed(network.inside(network.ar(2))).prefixes, "AR2 holds no address")


def report(stream: Stream, replaced: list[tuple[Move, int]]) -> None:
    wire, application = stream.wire(), stream.application()
    losses: list[Loss] = []
    for index, (move, from_here) in enumerate(replaced):
        until = replaced[index + 1][0].unplugged if index + 1 < len(replaced) else None
        losses.append(wire.loss(move.unplugged, until))
        missing = wire.lost(from_here, until) + application.lost(from_here, until)
        check(
            not missing, f"move {index + 1} loses no packet sent after its replacement: {missing}"
        )
    whole = wire.loss()
    gaps = [loss.longest_gap / 1e6 for loss in losses]
    check(wire.duplicates == 0, f"no packet is doubled: {wire.duplicates}")
    check(wire.reordered() == 0, f"no packet is reordered: {wire.reordered()}")
    say(f"UDP: {whole.sent} sent, {whole.lost} lost while the MN was on its way")
    say(f"gap per move: median {statistics.median(gaps):.1f} ms, longest {max(gaps):.1f} ms")


def check_leftovers(network: Network) -> None:
    left = leftovers(map(network.inside, network.routers))
    check(not left, f"nothing of ours is left: {left}")


def nothing_remains(prefix: str, folder: Path) -> None:
    names = [entry.name for entry in Path("/run/netns").iterdir()]
    check(not [name for name in names if name.startswith(prefix)], "the namespaces are gone")
    check(not folder.exists(), "the folder of a good run is gone")
    check(sweep() == [], "nothing stale is found")


def check(holds: bool, sentence: str) -> None:
    if not holds:
        raise LabError(f"not so: {sentence}")


def say(fact: str) -> None:
    print(f"  {fact}", flush=True)


if __name__ == "__main__":
    main()
