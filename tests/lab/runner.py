# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Runs scenarios, a few at a time: each in a process, and so in namespaces, of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from .scenario import Scenario, Skipped

_LONGEST = 300  # s, of one scenario
_CLEANING_UP = 20  # s, for those that a signal ends
_PASSED, _FAILED, _SKIPPED = range(3)


class TooLong(BaseException):
    """Nothing in a scenario takes it for a failure that it may try again."""


@dataclass
class Running:
    scenario: Scenario
    output: IO[bytes]


def run(chosen: Sequence[Scenario], at_a_time: int) -> tuple[int, int, int]:
    """Prints of each what it has printed, once it has ended. Those that want to be alone come last.
    Returns how many passed, failed, were skipped."""
    counts = [0, 0, 0]
    waiting = sorted(chosen, key=lambda each: each.alone)
    running: dict[int, Running] = {}
    try:
        while waiting or running:
            while waiting and len(running) < (1 if waiting[0].alone else at_a_time):
                begun = waiting.pop(0)
                output = tempfile.TemporaryFile()
                running[_begin(begun, output)] = Running(begun, output)
            pid, status = os.wait()
            if pid in running:
                counts[_report(running.pop(pid), os.waitstatus_to_exitcode(status))] += 1
    finally:
        _end(running)
    return counts[_PASSED], counts[_FAILED], counts[_SKIPPED]


def _begin(scenario: Scenario, output: IO[bytes]) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        outcome = _FAILED
        try:
            os.setpgid(0, 0)  # Ctrl-C is the runner's: it ends each once
            os.dup2(output.fileno(), sys.stdout.fileno())
            os.dup2(output.fileno(), sys.stderr.fileno())
            outcome = _play(scenario)
        finally:
            sys.stdout.flush()
            os._exit(outcome)
    return pid


def _play(scenario: Scenario) -> int:
    name = f"{scenario.ids}: {scenario.sentence}"
    begun = time.monotonic()
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(_LONGEST)
    try:
        scenario.run()
    except Skipped as reason:
        print(f"skip   {name}: {reason}")
        return _SKIPPED
    except (Exception, SystemExit, TooLong) as error:  # whatever it was
        print(f"FAILED {name}\n       {type(error).__name__}: {error}")
        return _FAILED
    print(f"ok     {name} ({time.monotonic() - begun:.1f} s)")
    return _PASSED


def _too_long(_number: int, _frame: object) -> None:
    signal.alarm(_CLEANING_UP)
    raise TooLong(f"not at its end after {_LONGEST} s")


def _report(ended: Running, status: int) -> int:
    ended.output.seek(0)
    print(ended.output.read().decode(errors="replace"), end="", flush=True)
    ended.output.close()
    if status not in (_PASSED, _FAILED, _SKIPPED):
        print(f"FAILED {ended.scenario.ids}: {ended.scenario.sentence}\n       ended with status {status}")
        return _FAILED
    return status


def _end(running: dict[int, Running]) -> None:
    """What this process leaves behind when it is told to end: nothing."""
    for end, limit in ((signal.SIGTERM, _CLEANING_UP), (signal.SIGKILL, 1)):
        deadline = time.monotonic() + limit
        for pid in list(running):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, end)
        while running and time.monotonic() < deadline:
            for pid in list(running):
                if _is_over(pid):
                    del running[pid]
            time.sleep(0.05)


def _is_over(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:  # it was waited for just before the signal came
        return True
