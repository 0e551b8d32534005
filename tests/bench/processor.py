# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""How much of the processor a daemon has used."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def seconds_used(pid: int) -> float:
    """User and system time of all its threads since its start."""
    fields = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK
