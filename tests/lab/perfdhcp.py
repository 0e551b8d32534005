# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""perfdhcp on an access link, through our relay: many new clients at a constant rate, or one and its
Confirm from a template. docs/perfdhcp.md tells testers the same."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .namespaces import Namespace
from .network import MN_LINK, Network
from .waiting import LabError

# Microseconds after the last exchange has begun: an answer that comes within is late, not lost.
_PATIENCE = "5000000"
_ONE = ("-R", "1", "-b", "duid=000300010aa000000001")  # one client, the one of the templates


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
    with inside.entered():
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    solicits, requests = (_load(done.stdout, name) for name in ("SOLICIT-ADVERTISE", "REQUEST-REPLY"))
    return solicits, requests


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
    return sum(map(int, re.findall(r"^orphans: (\d+)$", report, re.MULTILINE)))


def _perfdhcp(inside: Namespace, *words: str) -> str:
    """Its report. What it has no answer to when the last was sent, it waits for half a second."""
    return inside.run("perfdhcp", "-6", "-W", "500000", *words, check=False).stdout


def _load(report: str, exchange: str) -> Load:
    section = report.partition(f"Statistics for: {exchange}")[2]
    numbers = {}
    for key in ("sent packets", "received packets", "drops"):
        found = re.search(rf"^{key}: (\d+)$", section, re.MULTILINE)
        if not found:
            raise LabError(f"perfdhcp reports no {key} of {exchange}:\n{report[-2000:]}")
        numbers[key] = int(found[1])
    return Load(numbers["sent packets"], numbers["received packets"], numbers["drops"])
