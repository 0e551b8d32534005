# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A node that is a whole machine: systemd is its first process, and packages are installed on it.

Its file system is this machine's, and what it changes there nobody else sees (machine/boot).
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .agents import Build
from .namespaces import Namespace
from .processes import Processes
from .scenario import Skipped
from .waiting import LabError, wait_until

_BOOT = Path(__file__).with_name("machine") / "boot"
_LAST_TO_DIE = 60  # seconds: whoever of them is the last takes the machine's file systems down


def make_packages(build: Build, folder: Path) -> list[Path]:
    """The Debian packages of this build."""
    configuration = build.folder / "CPackConfig.cmake"
    made = subprocess.run(
        ["cpack", "--config", configuration, "-B", folder], capture_output=True, text=True
    )
    if made.returncode != 0:
        raise LabError(f"cpack: {made.stdout}{made.stderr}")
    return sorted(folder.glob("*.deb"))


class BootedMachine:
    """A context manager. It has the packages, and runs none of their services yet."""

    def __init__(
        self, processes: Processes, namespace: Namespace, name: str, packages: Sequence[Path]
    ) -> None:
        folder = processes.folder / f"{name}-machine"
        folder.mkdir()
        self._group = _own_control_group(name)
        command = (
            "sh", "-c", 'echo 0 >"$0"/cgroup.procs && exec "$@"', self._group,
            "unshare", "--fork", "--kill-child", "--pid", "--mount", "--uts", "--ipc", "--cgroup",
            _BOOT, folder, *packages,
        )  # fmt: skip
        self._process = processes.add(f"machine-{name}", namespace, *command)

    def __enter__(self) -> BootedMachine:
        try:
            self._process.start()
            self._process.wait_until(self._is_up, "systemd to serve", 30)
        except BaseException:
            self.__exit__(None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            with contextlib.suppress(LabError):
                print(self.run("journalctl", "--no-pager", "--lines=40"), file=sys.stderr)
        self._process.kill()  # and with it its first process, and with that all others
        for folder, _, _ in os.walk(self._group, topdown=False):
            wait_until(lambda: _is_removed(folder), f"{folder} to be empty", _LAST_TO_DIE)

    def run(self, *command: str, check: bool = True) -> str:
        """A short command on the machine: what it prints. A failure raises with that."""
        enter = ["nsenter", f"--target={self._first()}", "--all", "--root", "--wd"]
        done = subprocess.run([*enter, *command], capture_output=True, text=True)
        if check and done.returncode != 0:
            raise LabError(f"{' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def journal(self, unit: str) -> str:
        return self.run("journalctl", "--no-pager", "--output=cat", f"--unit={unit}")

    def main_process(self, unit: str) -> int:
        """Its process id as the machine counts; 0 while it does not run."""
        return int(self.run("systemctl", "show", "--property=MainPID", "--value", unit))

    def rights(self, unit: str) -> dict[str, str]:
        """Of the unit's main process, as proc(5) has them: Uid, CapEff, NoNewPrivs, ..."""
        status = self.run("cat", f"/proc/{self.main_process(unit)}/status")
        return dict(re.findall(r"^(\w+):\s*(\S*)", status, re.MULTILINE))

    def _first(self) -> int:
        """As seen from here."""
        parent = self._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if not children:
            raise LabError(f"{self._process.name} is not up\n{self._process.tail()}")
        return int(children[0])

    def _is_up(self) -> bool:
        with contextlib.suppress(LabError, FileNotFoundError):
            if Path(f"/proc/{self._first()}/comm").read_text() == "systemd\n":
                self.run("systemctl", "is-active", "lab.target")
                return True
        return False


def _own_control_group(name: str) -> Path:
    for line in Path("/proc/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        if kind != "cgroup2":
            continue
        group = Path(place) / f"km{os.getpid()}-{name}"
        try:
            group.mkdir()
        except OSError as error:
            raise Skipped(f"a machine needs a control group of its own: {error}") from error
        return group
    raise Skipped("a machine needs control groups of version 2, and none are mounted")


def _is_removed(folder: str) -> bool:
    with contextlib.suppress(OSError):
        os.rmdir(folder)
    return not os.path.exists(folder)
