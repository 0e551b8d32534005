# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""processor time of an anchor for one move with 100 and with 100,000 bindings, and memory of a binding"""

from __future__ import annotations

import json
import os
import subprocess

from lab.agents import find_build
from lab.waiting import LabError


_HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}  # docs/operating.md advises it


def run() -> dict[str, float]:
    figures = _measure({})
    with_huge_pages = _measure(_HUGE_PAGES)
    for key in ("cpu_us_per_move_at_100000", "ratio"):
        figures[f"{key}_with_huge_pages"] = with_huge_pages[key]
    return figures


def _measure(environment: dict[str, str]) -> dict[str, float]:
    program = find_build().folder / "bin/session_bench"
    done = subprocess.run(
        [program],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, **environment},
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise LabError(f"session_bench: {done.stdout[-500:]}{done.stderr[-500:]}")
    figures: dict[str, float] = json.loads(lines[-1])["figures"]
    return figures
