# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""DHCPv6 messages of an MN as its AR relays them, and the answers: for tests of the hook library
against a real kea-dhcp6, byte by byte (RFC 9915)."""

from __future__ import annotations

import ipaddress
import itertools
import struct
import time
from dataclasses import dataclass, field

from lab.addresses import AccessRouter
from lab.network import Network
from lab.waiting import LabError

from relay_end import RelayEnd

SOLICIT, REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE = 1, 3, 4, 5, 6, 7, 8, 9
INFORMATION_REQUEST, RELAY_FORWARD, RELAY_REPLY = 11, 12, 13
ADDR_REG_INFORM, ADDR_REG_REPLY = 36, 37
CLIENT_ID, SERVER_ID, IA_NA, IA_ADDRESS, OPTION_REQUEST, ELAPSED = 1, 2, 3, 5, 6, 8
RELAY_MESSAGE, STATUS, RAPID_COMMIT, INTERFACE_ID, IA_PD, IA_PREFIX = 9, 13, 14, 18, 25, 26
CLIENT_LINK_LAYER, ADDR_REG_ENABLE = 79, 148
SUCCESS, NO_ADDRS_AVAIL, NO_BINDING, NOT_ON_LINK, NO_PREFIX_AVAIL = 0, 2, 3, 4, 6

_transactions = itertools.count(int(time.monotonic() * 1000) & 0x7FFFFF)


def option(code: int, content: bytes) -> bytes:
    return struct.pack("!HH", code, len(content)) + content


def options(data: bytes) -> dict[int, list[bytes]]:
    found: dict[int, list[bytes]] = {}
    while data:
        code, length = struct.unpack_from("!HH", data)
        found.setdefault(code, []).append(data[4 : 4 + length])
        data = data[4 + length :]
    return found


@dataclass
class Reply:
    at: float  # CLOCK_MONOTONIC seconds, when the kernel had it
    kind: int
    transaction: int
    options: dict[int, list[bytes]]
    interface_id: bytes
    peer: str

    @property
    def status(self) -> int | None:
        codes = self.options.get(STATUS)
        return struct.unpack_from("!H", codes[0])[0] if codes else None

    @property
    def text(self) -> str:
        """Of the message's own Status Code."""
        return self.options[STATUS][0][2:].decode()

    def refusals(self) -> dict[int, tuple[int, str]]:
        """Code and text of each IA (by IAID) that carries a Status Code and nothing else."""
        found = {}
        for kind in (IA_NA, IA_PD):
            for association in self.options.get(kind, []):
                inner = options(association[12:])
                if list(inner) == [STATUS]:
                    code = struct.unpack_from("!H", inner[STATUS][0])[0]
                    iaid = struct.unpack_from("!I", association)[0]
                    found[iaid] = (code, inner[STATUS][0][2:].decode())
        return found

    @property
    def server(self) -> bytes:
        return self.options[SERVER_ID][0]

    @property
    def addresses(self) -> list[str]:
        found = []
        for association in self.options.get(IA_NA, []):
            for address in options(association[12:]).get(IA_ADDRESS, []):
                found.append(str(ipaddress.IPv6Address(address[:16])))
        return found

    @property
    def prefixes(self) -> list[str]:
        found = []
        for association in self.options.get(IA_PD, []):
            for prefix in options(association[12:]).get(IA_PREFIX, []):
                found.append(f"{ipaddress.IPv6Address(prefix[9:25])}/{prefix[8]}")
        return found


@dataclass
class Client:
    """One MN: number 1.. gives DUID, MAC and link-local."""

    number: int
    server: bytes = b""
    addresses: list[str] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)

    @property
    def mac(self) -> bytes:
        return b"\x02\x00" + self.number.to_bytes(4, "big")

    @property
    def duid(self) -> bytes:
        return b"\x00\x03\x00\x01" + self.mac

    @property
    def duid_text(self) -> str:
        return self.duid.hex(":")

    @property
    def held(self) -> set[str]:
        """Its leases, as the anchor names them."""
        return {f"{address}/128" for address in self.addresses} | set(self.prefixes)

    @property
    def link_local(self) -> str:
        return f"fe80::ff:{self.number:x}"

    def na(self, *addresses: str, iaid: int = 1) -> bytes:
        inner = b"".join(
            option(IA_ADDRESS, ipaddress.IPv6Address(a).packed + struct.pack("!II", 0, 0))
            for a in addresses
        )
        return option(IA_NA, struct.pack("!III", iaid, 0, 0) + inner)

    def pd(self, *prefixes: str, iaid: int = 2) -> bytes:
        inner = b""
        for text in prefixes:
            net = ipaddress.IPv6Network(text)
            content = struct.pack("!IIB", 0, 0, net.prefixlen) + net.network_address.packed
            inner += option(IA_PREFIX, content)
        return option(IA_PD, struct.pack("!III", iaid, 0, 0) + inner)

    def registration(
        self, address: str, *parts: bytes, valid: int = 3600, preferred: int | None = None
    ) -> bytes:
        """ADDR-REG-INFORM; `parts` are more than it should have."""
        lifetimes = struct.pack("!II", min(valid, 1800) if preferred is None else preferred, valid)
        own = option(IA_ADDRESS, ipaddress.IPv6Address(address).packed + lifetimes)
        return self.message(ADDR_REG_INFORM, own, *parts)

    def message(
        self,
        kind: int,
        *parts: bytes,
        elapsed: int = 0,
        transaction: int | None = None,
        server: bytes | None = None,
    ) -> bytes:
        """`elapsed` in hundredths of a second."""
        if transaction is None:
            transaction = next(_transactions) & 0xFFFFFF
        body = option(CLIENT_ID, self.duid) + option(ELAPSED, struct.pack("!H", elapsed))
        if server is None and kind in (REQUEST, RENEW, RELEASE, DECLINE):
            server = self.server
        if server:
            body += option(SERVER_ID, server)
        return bytes([kind]) + transaction.to_bytes(3, "big") + body + b"".join(parts)

    def learn(self, reply: Reply) -> Reply:
        self.server = reply.server
        self.addresses = reply.addresses or self.addresses
        self.prefixes = reply.prefixes or self.prefixes
        return reply


def transaction_of(message: bytes) -> int:
    return int.from_bytes(message[1:4], "big")


class Relay(RelayEnd[Reply]):
    """An AR's relay agent: wraps what an MN says, and receives what the server answers."""

    def __init__(self, network: Network, ar: AccessRouter, interface: bytes = b"access") -> None:
        super().__init__(network, ar, (ar.core, 547), (network.anchor.core, 547))
        self.interface = interface

    def forward(
        self, client: Client, message: bytes, link: str | None = None, peer: str | None = None
    ) -> bytes:
        header = bytes([RELAY_FORWARD, 0]) + ipaddress.IPv6Address(link or self.ar.link).packed
        header += ipaddress.IPv6Address(peer or client.link_local).packed
        beside = option(INTERFACE_ID, self.interface)
        beside += option(CLIENT_LINK_LAYER, struct.pack("!H", 1) + client.mac)
        return header + beside + option(RELAY_MESSAGE, message)

    def send(
        self, client: Client, message: bytes, link: str | None = None, peer: str | None = None
    ) -> float:
        return self.give(self.forward(client, message, link, peer))

    def read(self, data: bytes, at: float) -> Reply:
        outer = options(data[34:])
        inner = outer[RELAY_MESSAGE][0]
        return Reply(
            at=at,
            kind=inner[0],
            transaction=transaction_of(inner),
            options=options(inner[4:]),
            interface_id=outer.get(INTERFACE_ID, [b""])[0],
            peer=str(ipaddress.IPv6Address(data[18:34])),
        )

    def ask(self, client: Client, message: bytes, limit: float = 3.0) -> Reply | None:
        self.send(client, message)
        return self.answers([transaction_of(message)], limit).get(transaction_of(message))

    def ask_from(self, peer: str, client: Client, message: bytes, limit: float) -> Reply | None:
        """As `ask`, from another of the client's addresses than its link-local one."""
        self.send(client, message, peer=peer)
        return self.answers([transaction_of(message)], limit).get(transaction_of(message))

    def exchange(self, client: Client, message: bytes) -> Reply:
        """An answer that must come; the client learns what it holds."""
        reply = self.ask(client, message)
        if reply is None:
            raise LabError(f"no answer to message type {message[0]} of client {client.number}")
        return client.learn(reply)

    def attach(self, client: Client, *parts: bytes) -> Reply:
        """Solicit with Rapid Commit: the client holds an address afterwards."""
        wanted = parts or (client.na(),)
        return self.exchange(client, client.message(SOLICIT, option(RAPID_COMMIT, b""), *wanted))
