# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""our relay's DHCPv4 beside ISC's dhcrelay: processor time for a DISCOVER and its OFFER, and OFFERs lost

perfdhcp cannot ask from an access link: over IPv4 it always plays a relay agent itself. So a loop here
sends the DISCOVERs of new clients, which want their answers by broadcast.
"""

from __future__ import annotations

import socket
import time

from lab.agents import Domain, find_build, wait_until_ready
from lab.dhcp4 import CLIENT_ID, DISCOVER, TO_ALL, Message
from lab.ipv4 import add_ipv4
from lab.kea4 import Kea4
from lab.network import ACCESS, CORE, MN_LINK, Network
from lab.processes import Process, Processes

from .processor import seconds_used

_RATES = (500, 1000)
_SECONDS = 5
_PATIENCE = 2  # seconds for the last OFFER


def run() -> dict[str, float]:
    figures: dict[str, float] = {}
    for rate in _RATES:
        for name in ("ours", "dhcrelay"):
            with Network(access_routers=1) as network, Processes() as processes:
                add_ipv4(network)
                Kea4(network, processes).start()
                relay = _ours(network, processes) if name == "ours" else _dhcrelay(network, processes)
                network.port(network.mn).plug_in(network.ar(1))
                before = seconds_used(relay.pid)
                sent, received = _ask(network, rate)
                used = seconds_used(relay.pid) - before
            figures[f"{name}_us_per_exchange_at_{rate}"] = used / max(received, 1) * 1e6
            figures[f"{name}_lost_at_{rate}"] = sent - received
        figures[f"ratio_at_{rate}"] = figures[f"ours_us_per_exchange_at_{rate}"] / max(
            figures[f"dhcrelay_us_per_exchange_at_{rate}"], 0.001
        )
    return figures


def _ask(network: Network, rate: int) -> tuple[int, int]:
    """How many DISCOVERs were sent, and how many of them answered."""
    with network.inside(network.mn).entered():
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, MN_LINK.encode())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    client.bind(("", 68))
    client.setblocking(False)
    answered: set[bytes] = set()
    begun = time.monotonic()
    count = rate * _SECONDS
    for number in range(count):
        client.sendto(_discover(number), (TO_ALL, 67))
        _take(client, answered)
        time.sleep(max(0.0, begun + (number + 1) / rate - time.monotonic()))
    deadline = time.monotonic() + _PATIENCE
    while len(answered) < count and time.monotonic() < deadline:
        time.sleep(0.01)
        _take(client, answered)
    client.close()
    return count, len(answered)


def _discover(number: int) -> bytes:
    mac = bytes([2, 1]) + number.to_bytes(4, "big")
    options = {CLIENT_ID: b"\1" + mac}
    return Message(1, DISCOVER, number + 1, broadcast=True, mac=mac.hex(":"), options=options).packed()


def _take(client: socket.socket, answered: set[bytes]) -> None:
    """Their transaction-ids."""
    while True:
        try:
            answered.add(client.recv(2048)[4:8])
        except BlockingIOError:
            return


def _ours(network: Network, processes: Processes) -> Process:
    domain, ar = Domain(network, processes, find_build()), network.ar(1)
    link = {"name": ACCESS, "link-address": ar.link, "giaddr": ar.giaddr}
    section = {"servers": [network.anchor.core4]}
    domain.write_relay(ar, **{"access-interfaces": [link], "dhcp4": section})
    relay = domain.relay(ar).start()
    wait_until_ready(relay)
    return relay


def _dhcrelay(network: Network, processes: Processes) -> Process:
    relay = processes.add(
        "dhcrelay", network.inside(network.ar(1)), "dhcrelay", "-4", "-d", "--no-pid", "-a",
        "-i", ACCESS, "-i", CORE, network.anchor.core4,
    )  # fmt: skip
    relay.start().wait_for_line("Listening on|Sending on", limit=5)
    return relay
