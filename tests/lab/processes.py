# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Daemons of a run: started inside a namespace, awaited, stopped, killed, restarted, and read.

Each writes to a log in the run's folder. Whatever a test leaves running is ended with the group;
when the run fails, the end of every log is printed and the folder is kept.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from .namespaces import Namespace
from .waiting import LabError, wait_until

T = TypeVar("T")


class Process:
    """One daemon, which may live several times: `pid` is that of its present life."""

    def __init__(
        self,
        name: str,
        namespace: Namespace,
        command: Sequence[str | Path],
        log: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.namespace = namespace
        self.command = [str(word) for word in command]
        self.log = log
        self._environment = {**os.environ, **(environment or {})}
        self._life: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int:
        if self._life is None:
            raise LabError(f"{self.name} was not started")
        return self._life.pid

    def maps(self) -> str:
        """What is in its memory now, the files by name (proc(5), /proc/PID/maps)."""
        return Path("/proc", str(self.pid), "maps").read_text()

    @property
    def alive(self) -> bool:
        return self._life is not None and self._life.poll() is None

    def start(self) -> Process:
        """Starts a new life; the log goes on behind the former ones."""
        if self.alive:
            raise LabError(f"{self.name} runs already, as process {self.pid}")
        with open(self.log, "ab") as log, self.namespace.entered():
            self._log_start = log.tell()
            # The daemon dies with the run even when that is killed (unless it changes its user,
            # which cancels the wish: then the sweep of the next run ends it).
            self._life = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        return self

    def set_environment(self, values: Mapping[str, str]) -> None:
        """For its lives from the next one on; a preloaded library comes before those it had."""
        before = self._environment.get("LD_PRELOAD")
        self._environment.update(values)
        if before and "LD_PRELOAD" in values:
            self._environment["LD_PRELOAD"] = f"{values['LD_PRELOAD']} {before}"

    def output(self) -> str:
        """What this life has written so far."""
        with open(self.log, "rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def wait_until(self, condition: Callable[[], T | None], what: str, limit: float = 5) -> T:
        """As waiting.wait_until, but the daemon's death ends the wait, and its log explains."""

        value: T | None = None

        def holds_or_died() -> bool:
            nonlocal value
            died = not self.alive  # asked first: what it said before it died still counts
            value = condition()
            return bool(value) or died

        with contextlib.suppress(LabError):
            wait_until(holds_or_died, what, limit)
        if value:
            return value
        fate = f"waited {limit:g} s" if self.alive else "it ended: waited"
        raise LabError(f"{self.name}: {fate} in vain for {what}\n{self.tail()}")

    def wait_for_line(self, pattern: str, limit: float = 5) -> re.Match[str]:
        """Waits until a line that this life has written matches."""
        regex = re.compile(pattern, re.MULTILINE)

        what = f"{pattern!r} in its log"
        return self.wait_until(lambda: regex.search(self.output()), what, limit)

    def wait_for_exit(self, limit: float = 5) -> int:
        """Returns the exit status; a negative one is the signal that ended it."""
        assert self._life
        try:
            return self._life.wait(limit)
        except subprocess.TimeoutExpired:
            raise LabError(f"{self.name} still runs after {limit:g} s\n{self.tail()}") from None

    def stop(self, limit: float = 5) -> None:
        """SIGTERM; a daemon that does not obey within the limit is killed, and that is an error."""
        if self.alive:
            self.signal(signal.SIGTERM)
            try:
                self.wait_for_exit(limit)
            except LabError:
                self.kill()
                raise

    def kill(self) -> None:
        """kill -9; it is gone when this returns."""
        if self.alive:
            self.signal(signal.SIGKILL)
            self.wait_for_exit()

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def tail(self, lines: int = 20) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        last = text.splitlines()[-lines:]
        return "\n".join([f"--- {self.name}: {self.log}", *(f"  {line}" for line in last)])


class Processes:
    """All daemons of one run, and its folder. A context manager; ended also by a crash."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix=f"kea-mobility-{os.getpid()}-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._ours_to_remove = folder is None
        self._all: list[Process] = []

    def __enter__(self) -> Processes:
        atexit.register(self.end)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            for process in self._all:
                print(process.tail(), file=sys.stderr)
            print(f"--- the run's folder is kept: {self.folder}", file=sys.stderr)
        self.end()
        if kind is None and self._ours_to_remove:
            shutil.rmtree(self.folder)

    def add(
        self,
        name: str,
        namespace: Namespace,
        *command: str | Path,
        environment: Mapping[str, str] | None = None,
    ) -> Process:
        """A daemon that belongs to the run; it is not started yet."""
        if any(process.name == name for process in self._all):
            raise LabError(f"this run has a process called {name} already")
        process = Process(name, namespace, command, self.folder / f"{name}.log", environment)
        self._all.append(process)
        return process

    def add_program(self, name: str, namespace: Namespace, *arguments: str | Path) -> Process:
        """One of the lab's own programs; the first argument is its module in lab/programs."""
        module, *rest = arguments
        command = [sys.executable, "-m", f"{__package__}.programs.{module}", *rest]
        package_parent = str(Path(__file__).resolve().parent.parent)
        return self.add(name, namespace, *command, environment={"PYTHONPATH": package_parent})

    def end(self) -> None:
        """Ends the youngest first; one that hangs is killed."""
        for process in reversed(self._all):
            with contextlib.suppress(LabError):
                process.stop(limit=3)
        atexit.unregister(self.end)


def with_mounts(places: Mapping[str, Path], read_only_sys: bool = False) -> list[str]:
    """The beginning of a command that sees these folders at those places, and nobody else does."""
    steps = [
        f"mkdir -p {place} && mount --bind {folder} {place}" for place, folder in places.items()
    ]
    if read_only_sys:
        steps.append("mount -t sysfs -o ro sysfs /sys")
    return ["unshare", "--mount", "sh", "-e", "-c", "; ".join([*steps, 'exec "$@"']), "sh"]


def exit_on_signals() -> None:
    """For programs: let SIGTERM and SIGHUP end the run as Ctrl-C does, with everything removed."""

    def leave(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
