# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""100,000 routes by our forwarder beside `ip -batch`: added, moved, removed"""

from __future__ import annotations

import json
import subprocess

from lab.agents import find_build
from lab.waiting import LabError


def run() -> dict[str, float]:
    program = find_build().folder / "bin/forwarder_bench"
    done = subprocess.run([program], capture_output=True, text=True, timeout=300)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise LabError(f"forwarder_bench: {done.stdout[-500:]}{done.stderr[-500:]}")
    figures: dict[str, float] = json.loads(lines[-1])["figures"]
    return figures
