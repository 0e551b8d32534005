# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Network namespaces: created in a group with the run's own prefix, entered, configured, removed.

A namespace's name starts with km<pid of the run>-, so that two runs stand side by side and a later
run can remove what a crashed one left behind.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import re
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

from .waiting import LabError, wait_until

_NETNS = Path("/run/netns")
_OWNED = re.compile(r"^km(\d+)-")
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def ip_batch(
    lines: Iterable[str], namespace: str | None = None, force: bool = False, family: int = 6
) -> None:
    """Runs the lines in one `ip -6 -batch`; without `force` the first that fails raises."""
    script = "\n".join(lines)
    command = [
        "ip",
        f"-{family}",
        *(["-n", namespace] if namespace else []),
        *(["-force"] if force else []),
    ]
    done = subprocess.run([*command, "-batch", "-"], input=script, capture_output=True, text=True)
    if done.returncode != 0 and not force:
        failed = re.search(r"Command failed -:(\d+)", done.stderr)
        line = script.splitlines()[int(failed[1]) - 1] if failed else script
        place = namespace or "the root namespace"
        raise LabError(f"ip in {place}: {line!r}: {done.stderr.strip()}")


class Namespace:
    """One existing network namespace. Entering it concerns only the calling thread."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def path(self) -> Path:
        return _NETNS / self.name

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Sockets opened, processes started and sysctls written inside belong to the namespace."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            inside = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                _set_namespace(inside)
            finally:
                os.close(inside)
            try:
                yield
            finally:
                _set_namespace(before)
        finally:
            os.close(before)

    def ip(self, *lines: str) -> None:
        ip_batch(lines, self.name)

    def ip4(self, *lines: str) -> None:
        ip_batch(lines, self.name, family=4)

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a short command inside, for its output; a failure raises with what it printed."""
        with self.entered():
            done = subprocess.run(command, capture_output=True, text=True)
        if check and done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            what = f"{self.name}: {' '.join(command)!r}"
            raise LabError(f"{what} ended with {done.returncode}: {said}")
        return done

    def sysctl(self, values: Mapping[str, str | int], family: int = 6) -> None:
        """Sets keys under net.ipv6 (or ipv4), e.g. {"conf/all/forwarding": 1}."""
        with self.entered():
            for key, value in values.items():
                Path(f"/proc/sys/net/ipv{family}", key).write_text(f"{value}\n")

    def pids(self) -> list[int]:
        """Every process that is inside now."""
        done = subprocess.run(["ip", "netns", "pids", self.name], capture_output=True, text=True)
        return [int(word) for word in done.stdout.split()]


class Group(ABC):
    """Namespaces built together. A context manager; they are also removed when the process ends."""

    def __enter__(self) -> Self:
        sweep()
        atexit.register(self.remove)
        try:
            self._build()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()

    def remove(self) -> None:
        remove(self._names())
        atexit.unregister(self.remove)

    @abstractmethod
    def _names(self) -> list[str]: ...

    @abstractmethod
    def _build(self) -> None:
        """Creates them and all that is in them."""


def create(names: Iterable[str]) -> None:
    ip_batch(f"netns add {name}" for name in names)


def remove(names: Iterable[str]) -> None:
    """Kills whatever still runs inside and removes them; those that are gone already are fine."""
    present = [name for name in names if (_NETNS / name).exists()]
    inside = {pid for name in present for pid in Namespace(name).pids()} - {os.getpid()}
    for pid in inside:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if inside:
        _wait_until_empty(present)
    ip_batch((f"netns del {name}" for name in present), force=True)


def sweep() -> list[str]:
    """Removes the namespaces of runs whose process is dead, and returns their names."""
    if not _NETNS.is_dir():
        return []
    found = ((entry.name, _OWNED.match(entry.name)) for entry in _NETNS.iterdir())
    stale = [name for name, owned in found if owned and not Path("/proc", owned[1]).exists()]
    remove(stale)
    return stale


def _wait_until_empty(names: list[str]) -> None:
    wait_until(
        lambda: not any(Namespace(name).pids() for name in names),
        f"killed processes to leave {', '.join(names)}",
        limit=5,
        every=0.02,
    )


def _set_namespace(descriptor: int) -> None:
    if _libc.setns(descriptor, _CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise LabError(f"setns: {os.strerror(number)} (the lab needs root)")
