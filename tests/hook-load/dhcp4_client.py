# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""DHCPv4 messages of an MN as its AR relays them (RFC 2131, RFC 3046), and the answers: for tests of
the hook library against a real kea-dhcp4, byte by byte."""

from __future__ import annotations

import ipaddress
import itertools
import select
import socket
import struct
import time
from dataclasses import dataclass

from lab.addresses import AccessRouter
from lab.network import ACCESS, CORE, Network
from lab.waiting import LabError

from relay_end import RelayEnd

DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE = range(1, 8)
REQUESTED_ADDRESS, MESSAGE_TYPE, SERVER_ID, TEXT, CLIENT_ID, AGENT = 50, 53, 54, 56, 61, 82
CIRCUIT_ID, LINK_SELECTION, SERVER_ID_OVERRIDE = 1, 5, 11
SERVER_PORT, CLIENT_PORT = 67, 68
_COOKIE = b"\x63\x82\x53\x63"
_HEADER = struct.Struct("!4B I 2H 4s4s4s4s 16s 64s 128s 4s")

SERVER = "192.0.2.1"  # of Kea, on the core link
DOMAIN = "10.213.0.0/16"
SUBNET = "10.213.0.0/16"
POOL = "10.213.1.0 - 10.213.200.255"
LINK_ADDRESSES = "198.51.100.0/24"

_transactions = itertools.count(int(time.monotonic() * 1000) & 0x7FFFFFFF)


def core_of(ar: AccessRouter) -> str:
    return f"192.0.2.{100 + ar.number}"


def link_of(ar: AccessRouter) -> str:
    """giaddr: the IPv4 address of its access interface."""
    return f"198.51.100.{ar.number}"


def add_ipv4(network: Network) -> None:
    """The addresses above, on the interfaces that are there."""
    anchor = network.inside(network.anchor)
    anchor.run("ip", "address", "add", f"{SERVER}/24", "dev", CORE)
    for ar in network.access_routers:
        inside = network.inside(ar)
        inside.run("ip", "address", "add", f"{core_of(ar)}/24", "dev", CORE)
        inside.run("ip", "address", "add", f"{link_of(ar)}/32", "dev", ACCESS)
        anchor.run("ip", "route", "add", f"{link_of(ar)}/32", "via", core_of(ar))


def option(code: int, content: bytes) -> bytes:
    return bytes([code, len(content)]) + content


def options(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while data and data[0] != 255:
        if data[0] == 0:
            data = data[1:]
            continue
        found[data[0]] = data[2 : 2 + data[1]]
        data = data[2 + data[1] :]
    return found


@dataclass
class Reply:
    at: float  # CLOCK_MONOTONIC seconds, when the kernel had it
    kind: int
    transaction: int
    flags: int
    address: str  # yiaddr
    client_address: str  # ciaddr
    giaddr: str
    options: dict[int, bytes]

    @property
    def text(self) -> str:
        return self.options[TEXT].decode()

    @classmethod
    def read(cls, data: bytes, at: float) -> Reply:
        header = _HEADER.unpack_from(data)
        found = options(data[_HEADER.size :])
        text = [str(ipaddress.IPv4Address(part)) for part in header[7:11]]
        return cls(
            at=at,
            kind=found[MESSAGE_TYPE][0],
            transaction=header[4],
            flags=header[6],
            address=text[1],
            client_address=text[0],
            giaddr=text[3],
            options=found,
        )


@dataclass
class Client:
    """One MN: number 1.. gives its MAC; with a DUID its client identifier is that of RFC 4361."""

    number: int
    identifier: bytes = b""
    server: bytes = b""
    address: str = "0.0.0.0"

    @property
    def mac(self) -> bytes:
        return b"\x02\x04" + self.number.to_bytes(4, "big")

    @property
    def duid(self) -> bytes:
        return b"\x00\x03\x00\x01" + self.mac

    @property
    def name(self) -> str:
        """As the anchor knows it."""
        if self.identifier[:1] == b"\xff":
            return self.identifier[5:].hex(":")
        return (self.identifier or b"\x01" + self.mac).hex(":")

    @property
    def held(self) -> set[str]:
        """Its lease, as the anchor names it."""
        return {f"{self.address}/32"}

    def with_duid(self, iaid: int) -> Client:
        self.identifier = b"\xff" + struct.pack("!I", iaid) + self.duid
        return self

    def message(
        self,
        kind: int,
        requested: str = "",
        ciaddr: str = "0.0.0.0",
        secs: int = 0,
        transaction: int | None = None,
        server: bytes | None = None,
    ) -> bytes:
        if transaction is None:
            transaction = next(_transactions) & 0xFFFFFFFF
        header = _HEADER.pack(
            1, 1, 6, 0, transaction, secs, 0, ipaddress.IPv4Address(ciaddr).packed,
            bytes(4), bytes(4), bytes(4), self.mac, b"", b"", _COOKIE,
        )  # fmt: skip
        body = option(MESSAGE_TYPE, bytes([kind]))
        if self.identifier:
            body += option(CLIENT_ID, self.identifier)
        if requested:
            body += option(REQUESTED_ADDRESS, ipaddress.IPv4Address(requested).packed)
        if server:
            body += option(SERVER_ID, server)
        return header + body

    def reboot(self, **changes: int) -> bytes:
        """A Request in state INIT-REBOOT: what a client says after a move."""
        return self.message(REQUEST, requested=self.address, **changes)

    def rebind(self, **changes: int) -> bytes:
        return self.message(REQUEST, ciaddr=self.address, **changes)


def transaction_of(message: bytes) -> int:
    return int.from_bytes(message[4:8], "big")


class Relay(RelayEnd[Reply]):
    """An AR's relay agent: what an MN broadcasts, and what the server answers."""

    def __init__(self, network: Network, ar: AccessRouter, circuit: bytes = b"access") -> None:
        super().__init__(network, ar, ("0.0.0.0", SERVER_PORT), (SERVER, SERVER_PORT))
        self.circuit = circuit
        self.says = b""  # more sub-options in each of its messages
        self.core, self.link = core_of(ar), link_of(ar)
        self._network = network

    def forward(self, message: bytes, link: str | None = None, more: bytes = b"") -> bytes:
        """hops and giaddr set, Relay Agent Information behind the client's options."""
        giaddr = ipaddress.IPv4Address(link or self.link).packed
        agent = option(AGENT, option(CIRCUIT_ID, self.circuit) + self.says + more)
        return message[:3] + b"\x01" + message[4:24] + giaddr + message[28:] + agent + b"\xff"

    def send(self, message: bytes, link: str | None = None, more: bytes = b"") -> float:
        return self.give(self.forward(message, link, more))

    def read(self, data: bytes, at: float) -> Reply:
        return Reply.read(data, at)

    def ask(self, message: bytes, limit: float = 3.0, link: str | None = None) -> Reply | None:
        self.send(message, link)
        return self.answers([transaction_of(message)], limit).get(transaction_of(message))

    def exchange(self, client: Client, message: bytes) -> Reply:
        """An answer that must come; the client learns what it holds."""
        reply = self.ask(message)
        if reply is None:
            raise LabError(f"no answer to client {client.number}: {message.hex()}")
        client.server = reply.options[SERVER_ID]
        if reply.kind == ACK:
            client.address = reply.address
        return reply

    def offer(self, client: Client) -> bytes:
        """The Request that follows on the server's Offer, not sent yet."""
        offered = self.exchange(client, client.message(DISCOVER))
        return client.message(
            REQUEST, offered.address, transaction=offered.transaction, server=client.server
        )

    def attach(self, client: Client) -> Reply:
        """Discover, Offer, Request, Ack: the client holds an address afterwards."""
        reply = self.exchange(client, self.offer(client))
        if reply.kind != ACK:
            raise LabError(f"client {client.number} was answered by type {reply.kind}")
        return reply

    def unicast(self, client: Client, message: bytes, limit: float = 3.0) -> Reply | None:
        """From the client's own address straight to the server, as in state RENEWING."""
        here, host = self._network.inside(self.ar), f"{client.address}/32"
        anchor = self._network.inside(self._network.anchor)
        here.run("ip", "address", "add", host, "dev", ACCESS)
        anchor.run("ip", "route", "replace", host, "via", self.core)
        try:
            with here.entered():
                own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            with own:
                own.bind((client.address, CLIENT_PORT))
                own.sendto(message + b"\xff", (SERVER, SERVER_PORT))
                ready, _, _ = select.select([own], [], [], limit)
                return Reply.read(own.recv(65536), time.monotonic()) if ready else None
        finally:
            here.run("ip", "address", "del", host, "dev", ACCESS)
            anchor.run("ip", "route", "del", host)
