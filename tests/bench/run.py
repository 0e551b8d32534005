#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Benchmarks, each side by side with its peers in one run. Ratios count: machines are shared and noisy.

Prints a table and writes build/bench/NAME.json: {"name": NAME, "figures": {key: number}}.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests"))

from bench import forwarder, hold, moves, next_header, recovery, relay, relay4, resync, session
from lab.processes import exit_on_signals

BENCHMARKS: dict[str, Callable[[], dict[str, float]]] = {
    "relay": relay.run,
    "relay4": relay4.run,
    "hold": hold.run,
    "moves": moves.run,
    "forwarder": forwarder.run,
    "next-header": next_header.run,
    "session": session.run,
    "recovery": recovery.run,
    "resync": resync.run,
}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], metavar="NAME")
    exit_on_signals()
    for name in options.parse_args().names or BENCHMARKS:
        print(f"--- {name}: {sys.modules[BENCHMARKS[name].__module__].__doc__}", flush=True)
        figures = {key: round(value, 3) for key, value in BENCHMARKS[name]().items()}
        folder = TREE / "build/bench"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_text(json.dumps({"name": name, "figures": figures}) + "\n")
        for key, value in figures.items():
            print(f"  {key:44} {value:12g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
