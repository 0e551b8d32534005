#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Runs every fuzzer for a while with clang's libFuzzer: `./dev test fuzz --long MINUTES`, or this file
with MINUTES [NAME...]. A minute is one of processor time: on a busy machine it only lasts longer.

What it learns stays in build/fuzz/corpus; what it finds, in build/fuzz/findings, one file each: the program
alone with that file shows it again. The last line is the sum.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
BUILD = TREE / "build/fuzz"
AT_A_TIME = 2
_LONGEST_INPUT = 4096  # octets
_LONGEST_RUN = 10  # seconds for one input
_LONGEST_WAIT = 300  # seconds by the clock, for the same on a busy machine
_MOST_MEMORY = 1024  # MiB of a process
_LARGEST_PIECE = 64  # MiB in one allocation
_SHORTEST_TURN = 10  # seconds of the clock
_MOST_TURNS = 1000


@dataclass
class Fuzzer:
    name: str
    dictionary: str
    seeds: list[str]


@dataclass
class Ended:
    name: str
    executions: int
    coverage: int
    processor: float  # seconds
    findings: list[Path]
    words: str  # of the first finding, or why it did not run


def build() -> bool:
    environment = {**os.environ, "CCACHE_BASEDIR": str(TREE), "CCACHE_NOHASHDIR": "1"}
    for command in (["cmake", "--preset", "fuzz"], ["cmake", "--build", "--preset", "fuzz"]):
        done = subprocess.run(command, cwd=TREE, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stdout[-4000:] + done.stderr[-4000:])
            return False
    return True


def known() -> list[Fuzzer]:
    found = []
    for path in sorted((BUILD / "fuzzers").iterdir()):
        dictionary, *seeds = path.read_text().splitlines()
        found.append(Fuzzer(path.name, dictionary, [folder for folder in seeds if folder]))
    return found


def run(fuzzer: Fuzzer, seconds: float) -> Ended:
    """Turns as long by the clock as processor time is missing, until none is or one finds something."""
    corpus, findings = BUILD / "corpus" / fuzzer.name, BUILD / "findings" / fuzzer.name
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    log = BUILD / "findings" / f"{fuzzer.name}.log"
    executions = coverage = 0
    processor, words = 0.0, ""
    for _ in range(_MOST_TURNS):
        turn = max(_SHORTEST_TURN, round(seconds - processor))
        status, spent = _turn(fuzzer, turn, corpus, findings, log)
        text = log.read_text(errors="replace")
        executions += _last(r"stat::number_of_executed_units:\s*(\d+)", text) or _last(r"^#(\d+)\s", text)
        coverage = _last(r"\bcov: (\d+)", text)
        processor += spent
        if _drop_delays(fuzzer, set(findings.iterdir()) - before):
            continue
        if status != 0:
            why = re.search(r"does not hold: .*|ERROR: .*|runtime error: .*|Assertion .*", text)
            words = why[0] if why else f"ended with status {status}: see {log}"
        if status != 0 or seconds - processor < 1:
            break
    return Ended(
        fuzzer.name, executions, coverage, processor, sorted(set(findings.iterdir()) - before), words
    )


def _turn(fuzzer: Fuzzer, seconds: int, corpus: Path, findings: Path, log: Path) -> tuple[int, float]:
    """The exit status, and the seconds of processor time that it took."""
    command = [
        "nice", "-n", "10", _program(fuzzer),
        f"-max_total_time={seconds}", f"-max_len={_LONGEST_INPUT}", f"-timeout={_LONGEST_RUN}",
        f"-rss_limit_mb={_MOST_MEMORY}", f"-malloc_limit_mb={_LARGEST_PIECE}",
        f"-artifact_prefix={findings}/", "-print_final_stats=1", "-use_value_profile=1",
    ]  # fmt: skip
    if fuzzer.dictionary:
        command.append(f"-dict={fuzzer.dictionary}")
    with open(log, "w") as output:
        child = subprocess.Popen(
            [*command, str(corpus), *fuzzer.seeds], stdout=output, stderr=output, env=_environment()
        )
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_utime + usage.ru_stime


def _drop_delays(fuzzer: Fuzzer, found: set[Path]) -> bool:
    """libFuzzer's limit is one of the clock. What is slow on a busy machine only is no finding; true: that
    was all there was."""
    slow = {each for each in found if each.name.startswith(("timeout-", "slow-unit-"))}
    delays = {each for each in slow if not _takes_too_long(fuzzer, each)}
    for each in delays:
        each.unlink()
    return bool(delays) and found == delays


def _takes_too_long(fuzzer: Fuzzer, finding: Path) -> bool:
    command = ["prlimit", f"--cpu={_LONGEST_RUN}", _program(fuzzer), str(finding)]
    try:
        alone = subprocess.run(command, capture_output=True, env=_environment(), timeout=_LONGEST_WAIT)
    except subprocess.TimeoutExpired:
        return True
    return alone.returncode != 0


def _program(fuzzer: Fuzzer) -> str:
    return str(BUILD / "bin" / fuzzer.name)


def _environment() -> dict[str, str]:
    # Kea's libraries are not ours to judge, and one of them keeps a lock file.
    return {**os.environ, "ASAN_OPTIONS": "detect_leaks=1", "KEA_LOCKFILE_DIR": "none"}


def _last(pattern: str, text: str) -> int:
    found = re.findall(pattern, text, re.MULTILINE)
    return int(found[-1]) if found else 0


def main(minutes: float, only: list[str]) -> int:
    begun = time.monotonic()
    if not build():
        print("0 passed, 1 failed")
        return 1
    chosen = [each for each in known() if not only or each.name in only]
    print(f"{'fuzzer':28} {'executions':>12} {'coverage':>9} {'minutes':>8} {'findings':>9}", flush=True)
    failed = 0
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for ended in pool.map(lambda each: run(each, minutes * 60), chosen):
            failed += bool(ended.words)
            print(
                f"{ended.name:28} {ended.executions:12} {ended.coverage:9} "
                f"{ended.processor / 60:8.1f} {len(ended.findings):9} {ended.words}",
                flush=True,
            )
            for finding in ended.findings:
                print(f"{'':28} {finding}")
    print(
        f"{time.monotonic() - begun:.0f} s by the clock; minutes are of processor time; "
        "coverage counts edges of the program"
    )
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
