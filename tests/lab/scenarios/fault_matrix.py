# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""tests/fault_matrix.json with real processes and kernels: each row by all its moments, each row in a
network of its own. Afterwards tables = bindings = leases, and who rested has lost nothing that kernels kept.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from ..faults import FAULTS, Fault
from ..scenario import Skipped, check, equal, fact, scenario
from ..storm import Storm

_MATRIX = json.loads((Path(__file__).resolve().parents[2] / "fault_matrix.json").read_text())
_INTO = 0.2  # seconds from the crowd's first word to the fault


def _play(storm: Storm, fault: Fault, moment: str, kept: bool, message: str = "") -> None:
    """`message`: by which MNs move; without one nobody says anything."""
    storm.busy = bool(message)
    if storm.busy:
        storm.prepare_crowd()
    since = storm.resting.receives()
    if "resynchronisation" in moment:
        check(storm.cut_sessions() == len(storm.ars) + 1, "all sessions were cut")
    stirred = storm.stir(message) if storm.busy else []
    time.sleep(_INTO if stirred else 0)
    with fault.broken(storm):
        time.sleep(fault.lasts)
    repeated = storm.calm(stirred)
    settled = storm.settle()
    storm.resting.receives()
    loss = storm.resting.loss(since)
    fact(
        f"{moment}: 0 differences {settled:.1f} s after it was mended; at rest {loss.lost} of"
        f" {loss.sent} packets lost, longest gap {loss.longest_gap / 1e6:.0f} ms;"
        f" {repeated} retransmissions of the others"
    )
    if kept:
        equal(loss.lost, 0, "packets lost by an MN that did not move")
    if storm.busy:
        if not fault.forgets:
            equal(storm.astray(), [], "MNs that are not where they last spoke")
        storm.everybody_renews()
        storm.reset_crowd()


def _row(name: str, row: dict[str, Any]) -> None:
    if "lab" in row:
        raise Skipped(row["lab"])
    fault, kept = FAULTS[name], row["kernels"] == "kept"
    with Storm() as storm:
        fault.prepare(storm)
        storm.begin()
        _play(storm, fault, "at rest", kept)
        _play(storm, fault, "during attachments, moves and releases", kept, "confirm")
        _play(storm, fault, "the same during a resynchronisation", kept, "rebind")


def _register(name: str, row: dict[str, Any]) -> None:
    @scenario("B", f"fault matrix, {name}: {row['text']}")
    def play() -> None:
        _row(name, row)


for _name, _entry in _MATRIX["faults"].items():
    _register(_name, _entry)
