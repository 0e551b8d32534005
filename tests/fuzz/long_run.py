#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Runs every fuzzer for a while with clang's libFuzzer: `./dev test fuzz --long MINUTES`, or this file with MINUTES [NAME...].

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
_MOST_MEMORY = 1024  # MiB of a process
_LARGEST_PIECE = 64  # MiB in one allocation


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


def run(fuzzer: Fuzzer, seconds: int) -> Ended:
    corpus, findings = BUILD / "corpus" / fuzzer.name, BUILD / "findings" / fuzzer.name
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    log = BUILD / "findings" / f"{fuzzer.name}.log"
    command = [
        "nice", "-n", "10", str(BUILD / "bin" / fuzzer.name),
        f"-max_total_time={seconds}", f"-max_len={_LONGEST_INPUT}", f"-timeout={_LONGEST_RUN}",
        f"-rss_limit_mb={_MOST_MEMORY}", f"-malloc_limit_mb={_LARGEST_PIECE}",
        f"-artifact_prefix={findings}/", "-print_final_stats=1", "-use_value_profile=1",
    ]  # fmt: skip
    if fuzzer.dictionary:
        command.append(f"-dict={fuzzer.dictionary}")
    # Kea's libraries are not ours to judge, and one of them keeps a lock file.
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=1", "KEA_LOCKFILE_DIR": "none"}
    with open(log, "w") as output:
        status = subprocess.run(
            [*command, str(corpus), *fuzzer.seeds], stdout=output, stderr=output, env=environment
        ).returncode
    return read(fuzzer.name, status, log, sorted(set(findings.iterdir()) - before))


def read(name: str, status: int, log: Path, findings: list[Path]) -> Ended:
    text = log.read_text(errors="replace")
    executions = re.findall(r"stat::number_of_executed_units:\s*(\d+)", text)
    executions = executions or re.findall(r"^#(\d+)\s", text, re.MULTILINE) or ["0"]
    coverage = re.findall(r"\bcov: (\d+)", text) or ["0"]
    why = re.search(r"does not hold: .*|ERROR: .*|runtime error: .*|Assertion .*", text)
    words = "" if status == 0 else why[0] if why else f"ended with status {status}: see {log}"
    return Ended(name, int(executions[-1]), int(coverage[-1]), findings, words)


def main(minutes: float, only: list[str]) -> int:
    begun = time.monotonic()
    if not build():
        print("0 passed, 1 failed")
        return 1
    chosen = [each for each in known() if not only or each.name in only]
    print(f"{'fuzzer':28} {'executions':>12} {'coverage':>9} {'findings':>9}", flush=True)
    failed = 0
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for ended in pool.map(lambda each: run(each, max(1, round(minutes * 60))), chosen):
            failed += bool(ended.words)
            print(
                f"{ended.name:28} {ended.executions:12} {ended.coverage:9} "
                f"{len(ended.findings):9} {ended.words}",
                flush=True,
            )
            for finding in ended.findings:
                print(f"{'':28} {finding}")
    print(f"{time.monotonic() - begun:.0f} s; coverage counts edges of the program")
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
