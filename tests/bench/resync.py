# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""a million bindings listed, resynchronised and removed: the longest call that a move waits for"""

from __future__ import annotations

import json
import subprocess

from lab.agents import find_build
from lab.waiting import LabError


def run() -> dict[str, float]:
    program = find_build().folder / "bin/resync_bench"
    done = subprocess.run([program], capture_output=True, text=True, timeout=900)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise LabError(f"resync_bench: {done.stdout[-500:]}{done.stderr[-500:]}")
    figures: dict[str, float] = json.loads(lines[-1])["figures"]
    return figures
