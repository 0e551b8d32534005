# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""processor time of an anchor for one move with 100 and with 100,000 bindings, and memory of a binding"""

from __future__ import annotations

import json
import subprocess

from lab.agents import find_build
from lab.waiting import LabError


def run() -> dict[str, float]:
    program = find_build().folder / "bin/session_bench"
    done = subprocess.run([program], capture_output=True, text=True, timeout=300)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise LabError(f"session_bench: {done.stdout[-500:]}{done.stderr[-500:]}")
    figures: dict[str, float] = json.loads(lines[-1])["figures"]
    return figures
