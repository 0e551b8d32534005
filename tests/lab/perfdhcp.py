# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""perfdhcp on an access link: many new clients at a constant rate, through our relay."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

from .network import MN_LINK, Network
from .waiting import LabError

# Microseconds after the last exchange has begun: an answer that comes within is late, not lost.
_PATIENCE = "5000000"


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


def _load(report: str, exchange: str) -> Load:
    section = report.partition(f"Statistics for: {exchange}")[2]
    numbers = {}
    for key in ("sent packets", "received packets", "drops"):
        found = re.search(rf"^{key}: (\d+)$", section, re.MULTILINE)
        if not found:
            raise LabError(f"perfdhcp reports no {key} of {exchange}:\n{report[-2000:]}")
        numbers[key] = int(found[1])
    return Load(numbers["sent packets"], numbers["received packets"], numbers["drops"])
