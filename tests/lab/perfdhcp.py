# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""perfdhcp on an access link, through our relay: many new clients at a constant rate, or one and its
Confirm from a template. docs/perfdhcp.md tells testers the same."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .dhcp4 import TO_ALL
from .namespaces import Namespace
from .network import MN_LINK, Network
from .waiting import LabError

# Microseconds after the last exchange has begun: an answer that comes within is late, not lost.
_PATIENCE = "5000000"
_ONE = ("-R", "1", "-b", "duid=000300010aa000000001")  # one client, the one of the templates
_ONE4 = ("-R", "1", "-b", "mac=02:00:00:00:00:01")
TEMPLATES = Path(__file__).resolve().parents[2] / "docs/perfdhcp"
# Its messages are those of a client only as templates, and their answers come by broadcast.
_CLIENT4 = ("-B", "-l", MN_LINK, "-L", "68")


@dataclass(frozen=True)
class Load:
    """What perfdhcp counted. An exchange is two messages: Solicit-Advertise, Request-Reply."""

    sent: int
    received: int
    dropped: int


def perfdhcp(
    network: Network, rate: int, seconds: int, clients: int | None = None, prefixes: bool = False
) -> tuple[Load, Load]:
    """Offers `rate` new clients a second, each with an address and, if asked for, a delegated prefix;
    returns what became of Solicits and of Requests."""
    inside = network.inside(network.mn)
    command = [
        "perfdhcp", "-6", "-l", MN_LINK, "-r", str(rate), "-p", str(seconds),
        "-R", str(clients or rate * seconds), "-W", _PATIENCE,
        "-e", "address-and-prefix" if prefixes else "address-only",
    ]  # fmt: skip
    return _offer(inside, command, seconds, "SOLICIT-ADVERTISE", "REQUEST-REPLY")


def add_ipv4_client(network: Network) -> None:
    """perfdhcp needs an address to send from, and hears nothing but what comes to that."""
    inside, address = network.inside(network.mn), network.anchor.host4(9)
    inside.ip4(f"address add {address}/32 dev {MN_LINK}")
    inside.run(
        "nft", "table ip perfdhcp { chain answers { type filter hook prerouting priority -300; "
        f"udp dport 68 ip daddr {TO_ALL} ip daddr set {address}; }}; }}",
    )  # fmt: skip


def perfdhcp4(network: Network, rate: int, seconds: int) -> tuple[Load, Load]:
    """The same with IPv4: what became of DISCOVERs and of REQUESTs."""
    command = [
        "perfdhcp", "-4", *_client4("discover4", "request4"), "-r", str(rate), "-p", str(seconds),
        "-R", str(rate * seconds), "-W", _PATIENCE,
    ]  # fmt: skip
    return _offer(network.inside(network.mn), command, seconds, "DISCOVER-OFFER", "REQUEST-ACK")


def attach_one(network: Network) -> None:
    """The templates' client gets an address and a prefix."""
    _perfdhcp(network.inside(network.mn), *_ONE, "-l", MN_LINK, "-e", "address-and-prefix",
              "-r", "1", "-n", "1")  # fmt: skip


def play_template(inside: Namespace, template: Path, number: int, *place: str) -> int:
    """Sends it so often, from an access link's interface as a client, or from an AR's address to a
    server as a relay; returns the number of answers: to perfdhcp, which sent no Request, orphans."""
    relayed = len(place) == 2
    offsets = ("-X", "39", "-O", "55", "-L", "547") if relayed else ("-X", "1", "-O", "17")
    report = _perfdhcp(inside, *_ONE, *offsets, "-T", str(template), "-r", "20", "-n", str(number),
                       "-l", *place)  # fmt: skip
    return _orphans(report)


def perfdhcp4_as_relay(inside: Namespace, giaddr: str, to: str, number: int) -> tuple[Load, Load]:
    """So many clients of its own behind a relay agent that it poses as: without templates it has no
    other way."""
    words = ("-B", "-r", "50", "-n", str(number), "-R", str(number), "-l", giaddr, to)
    report = _perfdhcp(inside, *words, family=4)
    return _load(report, "DISCOVER-OFFER"), _load(report, "REQUEST-ACK")


def attach_one4(network: Network) -> None:
    """The IPv4 template's client gets an address."""
    _perfdhcp(network.inside(network.mn), *_client4("discover4", "request4"), *_ONE4,
              "-r", "1", "-n", "1", family=4)  # fmt: skip


def play_template4(network: Network, name: str, number: int) -> int:
    """As play_template, as a client with IPv4."""
    report = _perfdhcp(network.inside(network.mn), *_client4(name), *_ONE4,
                       "-r", "20", "-n", str(number), family=4)  # fmt: skip
    return _orphans(report)


def _client4(*templates: str) -> list[str]:
    """The words that make it a client: a template for DISCOVER, or for DISCOVER and REQUEST."""
    words = [word for name in templates
             for word in ("-T", str(TEMPLATES / f"{name}.hex"), "-X", "4", "-O", "33")]  # fmt: skip
    of_request = ["-I", "240", "-S", "246", "-E", "8"] if len(templates) == 2 else []
    return [*_CLIENT4, *words, *of_request, TO_ALL]


def _offer(inside: Namespace, command: list[str], seconds: int, *exchanges: str) -> tuple[Load, Load]:
    with inside.entered():
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    first, second = (_load(done.stdout, name) for name in exchanges)
    return first, second


def _perfdhcp(inside: Namespace, *words: str, family: int = 6) -> str:
    """Its report. What it has no answer to when the last was sent, it waits for half a second."""
    return inside.run("perfdhcp", f"-{family}", "-W", "500000", *words, check=False).stdout


def _orphans(report: str) -> int:
    return sum(map(int, re.findall(r"^orphans: (\d+)$", report, re.MULTILINE)))


def _load(report: str, exchange: str) -> Load:
    section = report.partition(f"Statistics for: {exchange}")[2]
    numbers = {}
    for key in ("sent packets", "received packets", "drops"):
        found = re.search(rf"^{key}: (\d+)$", section, re.MULTILINE)
        if not found:
            raise LabError(f"perfdhcp reports no {key} of {exchange}:\n{report[-2000:]}")
        numbers[key] = int(found[1])
    return Load(numbers["sent packets"], numbers["received packets"], numbers["drops"])
