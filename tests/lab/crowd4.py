# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A living domain with IPv4, and on the access link of its MN clients that are played by hand."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

from .agents import Domain, find_build
from .dhcp4 import (
    ACK, CLIENT_ID, DECLINE, DISCOVER, LEASE_TIME, OFFER, RELEASE, REQUEST, REQUESTED_ADDRESS,
    SERVER_ID, Message, Socket,
)  # fmt: skip
from .ipv4 import add_ipv4
from .kea import Kea
from .kea4 import Kea4
from .network import MN_LINK, Network
from .parts import MadeOfParts
from .processes import Processes
from .waiting import LabError


class Crowd4(MadeOfParts):
    """Network, kea-dhcp6 and kea-dhcp4 with the hook, agents and relays; the MN is at AR1. A context
    manager."""

    def __init__(self, **kea4: Any) -> None:
        """`kea4`: options of Kea4."""
        super().__init__()
        self._kea4 = kea4

    def _start(self) -> None:
        self.network = self._stack.enter_context(Network())
        processes = self._stack.enter_context(Processes())
        add_ipv4(self.network)
        self.domain = Domain(self.network, processes, find_build(), ipv4=True).start()
        Kea(self.network, processes, self.domain.kea_options()).start()
        hook = {"hook": self.domain.build.hook, "hook_parameters": self.domain.hook4_parameters()}
        self.kea4 = Kea4(self.network, processes, relays=(), **hook, **self._kea4).start()
        self.domain.wait_until_associated()
        self.network.port(self.network.mn).plug_in(self.network.ar(1))


@dataclass
class PlayedClient:
    """One of any number of clients behind one interface, told apart by chaddr and client identifier.
    It asks for answers by broadcast."""

    socket: Socket
    number: int
    address: str = ""
    lease_time: int | None = None
    _server: bytes = b""
    _transactions: int = 0

    def attach(self) -> str:
        """DISCOVER and REQUEST."""
        offer = self._ask(self._message(DISCOVER, self._wish), OFFER)
        self.address, self._server = offer.yiaddr, offer.options[SERVER_ID]
        named = {REQUESTED_ADDRESS: self._packed, SERVER_ID: self._server}
        self._ask(self._message(REQUEST, {**self._wish, **named}), ACK)
        return self.address

    def reboot(self) -> None:
        """INIT-REBOOT, as after a move."""
        named = {REQUESTED_ADDRESS: self._packed}
        self._ask(self._message(REQUEST, {**self._wish, **named}), ACK)

    def rebind(self) -> None:
        """To all, for the address that it has. The answer goes to that address and to chaddr, neither
        of which the interface has: only a tap sees it."""
        message = self._message(REQUEST, self._wish)
        message.ciaddr = self.address
        self.socket.send(message)

    def release(self) -> None:
        message = self._message(RELEASE, {SERVER_ID: self._server})
        message.ciaddr = self.address
        self.socket.send(message)

    def decline(self) -> None:
        named = {REQUESTED_ADDRESS: self._packed, SERVER_ID: self._server}
        self.socket.send(self._message(DECLINE, named))

    @property
    def _wish(self) -> dict[int, bytes]:
        time = self.lease_time
        return {} if time is None else {LEASE_TIME: time.to_bytes(4, "big")}

    @property
    def _packed(self) -> bytes:
        return ipaddress.IPv4Address(self.address).packed

    def _message(self, kind: int, options: dict[int, bytes]) -> Message:
        self._transactions += 1
        mac = f"02:00:00:04:{self.number >> 8:02x}:{self.number & 0xFF:02x}"
        identity = b"\1" + bytes.fromhex(mac.replace(":", ""))
        xid = self.number << 16 | self._transactions
        options = {CLIENT_ID: identity, **options}
        return Message(1, kind, xid, broadcast=True, mac=mac, options=options)

    def _ask(self, message: Message, kind: int) -> Message:
        self.socket.send(message)
        while (answer := self.socket.receive()[0]).xid != message.xid:
            pass
        if answer.kind != kind:
            raise LabError(f"client {self.number} expected {kind} and heard {answer}")
        return answer


def play_clients(network: Network, number: int) -> list[PlayedClient]:
    socket = Socket(network.inside(network.mn), "", 68, MN_LINK)
    return [PlayedClient(socket, each) for each in range(1, number + 1)]
