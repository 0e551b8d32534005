# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The relay agent's DHCPv4 between a client and servers that the test plays: what no stock one sends."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import signal
from collections.abc import Iterator
from dataclasses import replace

from ..dhcp4 import (
    ACK, AGENT, CIRCUIT_ID, CLIENT_ID, DISCOVER, NAK, OFFER, REMOTE_ID, REQUEST, REQUESTED_ADDRESS, TO_ALL,
    TO_ALL_FRAMES, Message, Socket, option,
)  # fmt: skip
from ..kea4 import Kea4
from ..links import wait_until_running
from ..namespaces import ip_batch
from ..network import ACCESS, CORE, MN_LINK
from ..processes import Process
from ..scenario import check, equal, scenario
from .relay4_agent import REMOTE_ID_OF_ALL, Dhcp4Scene, scene

_LOWER_RELAY = "198.51.100.77"
_OFFERED = "10.208.7.7"


class _Players:
    """A client without an address, and both servers."""

    def __init__(self, made: Dhcp4Scene) -> None:
        network = made.network
        self.made, self.ar = made, network.ar(1)
        self.client = Socket(network.inside(network.mn), "", 68, MN_LINK)
        self.servers = [
            Socket(network.inside(node), node.core4, 67) for node in (network.anchor, network.cn)
        ]

    @property
    def relay(self) -> Process:
        return self.made.relay(self.ar)

    def exchange(self, xid: int) -> Message:
        """A DISCOVER that must reach the servers, first of all, and its OFFER the client, by
        broadcast. Returns what the servers got."""
        discover = Message(1, DISCOVER, xid, broadcast=True, options={CLIENT_ID: b"\1\2\3"})
        self.client.send(discover)
        first, sender = self.servers[0].receive()
        equal(sender, (self.ar.giaddr, 67), "source of what the server got")
        equal((first.kind, first.xid), (DISCOVER, xid), "what the first server got")
        equal(self.servers[1].receive()[0], first, "what the second server got, and the first")
        self.servers[0].send(self.answer(first, OFFER), self.ar.giaddr)
        offer, sender = self.client.receive()
        equal((offer.kind, offer.xid, offer.yiaddr), (OFFER, xid, _OFFERED), "what the client got")
        equal(sender, (self.ar.giaddr, 67), "where it came from")
        check(AGENT not in offer.options, "the client sees no Relay Agent Information")
        return first

    def answer(self, request: Message, kind: int) -> Message:
        agent = {AGENT: request.options[AGENT]} if AGENT in request.options else {}
        return replace(request, op=2, kind=kind, hops=0, yiaddr=_OFFERED, options=agent)

    def counters(self) -> dict[str, int]:
        before = len(self.relay.output())
        self.relay.signal(signal.SIGUSR1)
        line = self.relay.wait_until(
            lambda: re.search("RELAY_DHCP4_COUNTERS (.*)\n", self.relay.output()[before:]), "counters"
        )
        return {name: int(n) for name, n in re.findall(r"([a-z0-9-]+) (\d+)", line[1])}

    def close(self) -> None:
        for each in (self.client, *self.servers):
            each.close()


@contextlib.contextmanager
def _players() -> Iterator[_Players]:
    with scene() as made, contextlib.closing(_Players(made)) as players:
        yield players


@scenario("B", "IPv4: malformed and forged messages go no further at the relay agent, and the log says why")
def hostile_messages() -> None:
    with _players() as players:
        client, ar = players.client, players.ar
        discover = Message(1, DISCOVER, 666, options={CLIENT_ID: b"\1\2\3"})
        whole = discover.packed()
        cuts = range(243)
        for size in cuts:
            client.send(whole[:size])
        circuit = option(CIRCUIT_ID, ACCESS.encode())
        client.send(replace(discover, options={AGENT: circuit}))
        client.send(replace(discover, giaddr=ar.giaddr))
        for hops in (17, 255):
            client.send(replace(discover, hops=hops))
        reply = Message(2, ACK, 666, broadcast=True, yiaddr=_OFFERED, giaddr=ar.giaddr)
        named = replace(reply, options={AGENT: circuit})
        client.send(named)
        client.send(replace(discover, kind=NAK))
        server = players.servers[0]
        for wrong in (
            replace(named, options={AGENT: option(CIRCUIT_ID, b"cellar")}),
            replace(named, giaddr=_LOWER_RELAY),
            replace(named, options={AGENT: option(REMOTE_ID, b"x")}),
            replace(named, broadcast=False, yiaddr="224.0.0.5"),
            discover,
        ):
            server.send(wrong, ar.giaddr)
        _from_elsewhere(players, named)
        _from_access(players, named)
        players.exchange(2)  # the first that any server and the client hear of
        _expect_discards(
            players,
            {
                "malformed": len(cuts),
                "foreign-agent-option": 1,
                "own-source-address": 1,
                "hop-limit": 2,
                "server-message-from-access": 3,
                "unknown-link": 3,
                "unusable-client-address": 1,
                "not-from-access-interface": 1,
                "reply-not-from-server": 1,
            },
        )


def _from_elsewhere(players: _Players, forged: Message) -> None:
    network = players.made.network
    inside = network.inside(network.cn)
    inside.ip4(f"address add 192.0.2.251/24 dev {CORE}")
    stranger = Socket(inside, "192.0.2.251", 67)
    stranger.send(forged, players.ar.giaddr)
    stranger.close()


def _from_access(players: _Players, forged: Message) -> None:
    """To giaddr as a server's answer comes, and from a server's address, but on an access link."""
    network, server = players.made.network, players.made.network.anchor.core4
    inside = network.inside(network.mn)
    inside.ip4(f"address add {server}/32 dev {MN_LINK}", f"route add {players.ar.giaddr} dev {MN_LINK}")
    liar = Socket(inside, server, 67)
    liar.send(forged, players.ar.giaddr)
    players.relay.wait_until(
        lambda: players.counters().get("discarded-server-message-from-access") == 3, "the forged reply"
    )
    liar.close()
    inside.ip4(f"address del {server}/32 dev {MN_LINK}")


def _expect_discards(players: _Players, expected: dict[str, int]) -> None:
    counters = players.counters()
    found = {
        name.removeprefix("discarded-"): count
        for name, count in counters.items()
        if name.startswith("discarded-")
    }
    equal(found, expected, "discards")
    equal(counters["client-messages-relayed"], 1, "client messages relayed")
    equal(counters["datagrams-sent"], 2, "datagrams sent")
    equal(counters["replies-relayed"], 1, "replies relayed")
    for word in ("MALFORMED", "FOREIGN_AGENT_OPTION", "LOOP", "HOP_LIMIT", "SERVER_MESSAGE_FROM_ACCESS",
                 "UNKNOWN_LINK", "UNUSABLE_ADDRESS", "NOT_FROM_ACCESS", "NOT_A_SERVER"):  # fmt: skip
        check(f"RELAY_DHCP4_{word} " in players.relay.output(), f"the log has a RELAY_DHCP4_{word}")
    lines = len(re.findall("RELAY_DHCP4_MALFORMED", players.relay.output()))
    check(lines <= 6, f"a flood writes few lines: {lines}")


@scenario("A8", "IPv4: what a lower relay agent says of the link stays, one hop is added, the server answers it")
def lower_relay() -> None:
    with _players() as players:
        network, ar = players.made.network, players.ar
        network.inside(network.mn).ip4(
            f"address add {_LOWER_RELAY}/32 dev {MN_LINK}", f"route add {ar.giaddr} dev {MN_LINK}"
        )
        network.inside(ar).ip4(f"route add {_LOWER_RELAY} dev {ACCESS}")
        network.inside(network.anchor).ip4(f"route add {_LOWER_RELAY} via {ar.core4} dev {CORE}")
        network.inside(network.mn).ip4(f"route add default via {ar.giaddr} dev {MN_LINK}")
        lower = Socket(network.inside(network.mn), _LOWER_RELAY, 67)
        agent = {AGENT: option(CIRCUIT_ID, b"cellar")}
        relayed = Message(1, DISCOVER, 3, hops=1, giaddr=_LOWER_RELAY, options=agent)
        lower.send(relayed, ar.giaddr)
        at_server, _ = players.servers[0].receive()
        equal(at_server, replace(relayed, hops=2), "what the server got")
        players.servers[0].send(players.answer(at_server, OFFER), at_server.giaddr)
        answer, sender = lower.receive()
        equal(answer.agent, {CIRCUIT_ID: b"cellar"}, "option 82 of the answer")
        equal(sender[0], network.anchor.core4, "where it came from")
        equal(players.counters()["relayed-messages-relayed"], 1, "relayed messages relayed")
        lower.close()


@scenario("A8", "IPv4: a client that asks for what it cannot have hears the server's DHCPNAK, by broadcast")
def refused_by_the_server() -> None:
    with scene() as made:
        network = made.network
        Kea4(network, made.processes).start()
        client = Socket(network.inside(network.mn), "", 68, MN_LINK)
        elsewhere = ipaddress.IPv4Address("172.16.7.7").packed
        options = {CLIENT_ID: b"\1\2\3", REQUESTED_ADDRESS: elsewhere}
        client.send(Message(1, REQUEST, 9, options=options))
        nak = made.at_mn.wait_for(NAK, "the DHCPNAK")
        equal((nak.destination, nak.to_frame), (TO_ALL, TO_ALL_FRAMES), "where it went")
        check(AGENT not in nak.message.options, "the client sees no Relay Agent Information")
        client.close()


@scenario("B", "IPv4: a reload that would need privileges is refused in words; another is in force")
def reload() -> None:
    with _players() as players:
        made, ar = players.made, players.ar
        agent = players.exchange(1).agent
        equal(agent[REMOTE_ID], REMOTE_ID_OF_ALL.encode(), "Remote ID")
        for changed, words in (
            ({"giaddr": "198.51.100.99"}, "address 198.51.100.99 was not configured at the start"),
            ({"servers": ["2001:db8::1"]}, 'dhcp4.servers.0.: "2001:db8::1" is not a server'),
            ({"hop_limit": 3}, "dhcp4.hop-limit: 3 is out of range"),
        ):
            made.configure(ar, **changed)
            players.relay.signal(signal.SIGHUP)
            players.relay.wait_for_line(f"RELAY_RELOAD_REFUSED {words}")
        made.domain.write_relay(ar, user="nobody")
        players.relay.signal(signal.SIGHUP)
        players.relay.wait_for_line("RELAY_RELOAD_REFUSED section dhcp4 is gone")
        equal(players.exchange(2).agent, agent, "option 82 after refused reloads")
        made.configure(ar, remote_id="floor 2")
        players.relay.signal(signal.SIGHUP)
        players.relay.wait_for_line("RELAY_RELOADED")
        equal(players.exchange(3).agent[REMOTE_ID], b"floor 2", "Remote ID")


@scenario("A8", "IPv4: an access interface and its giaddr that vanish and come back are served again")
def interface_comes_back() -> None:
    with _players() as players:
        players.exchange(1)
        network, ar = players.made.network, players.ar
        network.inside(ar).ip(f"link del {ACCESS}")
        players.relay.wait_for_line(f"RELAY_INTERFACE_LOST {ACCESS}:")
        players.relay.wait_for_line(f"RELAY_DHCP4_ADDRESS_ABSENT {ar.giaddr}")
        ip_batch(
            [
                f"link add {ACCESS} netns {network.inside(ar).name}"
                f" type veth peer name {ar.name}-up netns {network.access_switch.name}"
            ]
        )
        network.access_switch.ip(f"link set {ar.name}-up master {ar.name} up")
        network.inside(ar).ip(f"link set {ACCESS} up")
        network.inside(ar).ip4(f"address add {ar.giaddr}/32 dev {ACCESS}")
        players.relay.wait_until(
            lambda: players.relay.output().count("RELAY_INTERFACE_PRESENT") == 2, "the interface"
        )
        wait_until_running(network.inside(ar), ACCESS)
        wait_until_running(network.access_switch, f"{ar.name}-up")
        players.counters()  # answered when all of this turn of its loop is done
        players.exchange(2)
