#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Runs the lab's scenarios, all or those whose id or sentence contains a word. Needs root."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lab import runner, scenario, scenarios
from lab.processes import exit_on_signals

_MOST = 4  # scenarios at a time: all namespaces of a kernel share one limit of neighbours


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("words", nargs="*", help="run only what contains one of these")
    options.add_argument("--list", action="store_true", help="print them and end")
    options.add_argument(
        "--at-a-time", type=int, default=min(os.cpu_count() or 1, _MOST), metavar="N"
    )
    wanted = options.parse_args()
    exit_on_signals()
    for module in sorted(each.name for each in pkgutil.iter_modules(scenarios.__path__)):
        importlib.import_module(f"lab.scenarios.{module}")
    chosen = [
        each
        for each in scenario.SCENARIOS
        if not wanted.words
        or any(word.lower() in f"{each.ids}: {each.sentence}".lower() for word in wanted.words)
    ]
    if wanted.list:
        print("\n".join(f"{each.ids}: {each.sentence}" for each in chosen))
        return 0
    if os.geteuid() != 0:
        print(f"skip   everything: the lab makes network namespaces, which needs root")
        print(f"0 passed, 0 failed, {len(chosen)} skipped")
        return 0
    passed, failed, skipped = runner.run(chosen, max(1, wanted.at_a_time))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
