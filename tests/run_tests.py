#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Runs the tests by label and counts them: `./dev test [LABEL...]`. The last line is the sum.

A label is a set of ctest programs (unit, sim, hook-load, fuzz) or of the lab's scenarios (lab).
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from pathlib import Path

from fuzz import long_run

TREE = Path(__file__).resolve().parents[1]
PROGRAMS = ("unit", "sim", "hook-load", "fuzz")
LABELS = ("unit", "sim", "hook-load", "fuzz", "lab", "vm")


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    why_skipped: list[str] = field(default_factory=list)

    def add(self, other: Count) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.why_skipped += other.why_skipped

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("labels", nargs="*", choices=[[], *LABELS, "all"], metavar="LABEL")
    options.add_argument("--build", type=Path, default=TREE / "build/dev", help="build folder")
    options.add_argument(
        "--long", type=float, metavar="MINUTES", help="with label fuzz: each fuzzer for so long"
    )
    chosen = options.parse_args()
    if chosen.long is not None:
        if chosen.labels != ["fuzz"]:
            options.error("--long belongs to the label fuzz alone")
        return long_run.main(chosen.long, [])
    labels = LABELS if not chosen.labels or "all" in chosen.labels else chosen.labels
    total = Count()
    for label in labels:
        begun = time.monotonic()
        count = RUN[label](label, chosen.build.resolve())
        print(f"{label:10} {count}  ({time.monotonic() - begun:.0f} s)", flush=True)
        for reason in sorted(set(count.why_skipped)):
            print(f"{'':10} skipped: {reason}")
        total.add(count)
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.failed or not total.passed else 0


def run_programs(label: str, build: Path) -> Count:
    """The ctest programs of a label. GoogleTest's own reports are counted; a program that left none
    (it crashed, or is no GoogleTest) counts as one."""
    reports = build / "reports" / label
    subprocess.run(["rm", "-rf", reports], check=True)
    reports.mkdir(parents=True)
    log = build / "reports" / f"{label}.log"
    with open(log, "w") as output:
        subprocess.run(
            ["ctest", "--test-dir", build, "-L", f"^{label}$", "--output-on-failure", "-j2"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "GTEST_OUTPUT": f"xml:{reports}/", "MOBILITY_BUILD": str(build)},
        )
    text = log.read_text()
    count = Count()
    for report in reports.glob("*.xml"):
        count.add(count_report(report))
    by_ctest = re.findall(r"Test\s+#\d+: (\S+) \.*\s*(\*\*\*\S+|Passed|Failed)", text)
    reported = {report.stem for report in reports.glob("*.xml")}
    failures = 0
    for name, result in by_ctest:
        if result == "***Skipped":
            why = re.search(rf"{re.escape(name)} .*\n(?:.*\n){{0,3}}?(skipped: .*)", text)
            count.add(Count(skipped=1, why_skipped=[why[1] if why else f"{name} says no reason"]))
            continue
        passed = result == "Passed"
        failures += not passed
        if name not in reported:
            count.add(Count(passed=int(passed), failed=int(not passed)))
        elif not passed and not count.failed:
            count.failed += 1  # it failed in a way that its report does not know
    if not by_ctest:
        count.failed += 1
        print(f"{label}: no test ran")
    if count.failed:
        print(text[-20000:])
        print(f"{label}: the whole log is {log}")
    return count


def count_report(report: Path) -> Count:
    count = Count()
    for case in xml.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None:
            count.failed += 1
        elif skipped is not None or case.get("result") == "skipped":
            count.skipped += 1
            text = (skipped.get("message") or "") if skipped is not None else ""
            count.why_skipped.append(text.strip().splitlines()[-1] if text.strip() else "no reason")
        elif case.get("status") == "run":
            count.passed += 1
    return count


def run_lab(label: str, build: Path) -> Count:
    """The scenarios; they print as they go and end with the plain line."""
    environment = {**os.environ, "MOBILITY_BUILD": str(build)}
    command = ["/usr/bin/python3", str(TREE / "tests/lab/run_scenarios.py")]
    tail = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout
        for line in running.stdout:
            print(f"  {line}", end="", flush=True)
            tail = line
    count = run_programs(label, build)  # those that need root: the forwarder's contract
    plain = re.match(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?", tail)
    count.add(
        Count(int(plain[1]), int(plain[2]), int(plain[3] or 0)) if plain else Count(failed=1)
    )
    return count


def no_vm(label: str, build: Path) -> Count:
    return Count(
        skipped=1,
        why_skipped=["vm: what needs a stock kernel (ip6tnl, VRF, 802.11) is not part of this version"],
    )


RUN = {**{label: run_programs for label in PROGRAMS}, "lab": run_lab, "vm": no_vm}

if __name__ == "__main__":
    sys.exit(main())
