# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A machine whose kernel has no memory now and then, or whose wall clock is wrong, for chosen daemons.

Neither can be had of a namespace: machine/faulty_machine.cc, preloaded, shares four numbers with us.
"""

from __future__ import annotations

import mmap
import struct

from .agents import Build
from .processes import Process, Processes

_NUMBERS = struct.Struct("qqqq")  # in the order of faulty_machine.cc


class FaultyMachine:
    """Sound until it is told otherwise. What it `runs` has to be started afterwards."""

    def __init__(self, processes: Processes, build: Build, name: str) -> None:
        path = processes.folder / f"{name}.machine"
        path.write_bytes(bytes(_NUMBERS.size))
        with open(path, "r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _NUMBERS.size)
        self._environment = {
            "LD_PRELOAD": str(build.folder / "lib/libmobility_lab_machine.so"),
            "MOBILITY_MACHINE": str(path),
            "ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0",
        }

    def runs(self, process: Process) -> None:
        process.set_environment(self._environment)

    def step_clock(self, seconds: int) -> None:
        """From what is right, not from where it is."""
        self._set(0, seconds)

    def refuse(self, of_1000: int) -> None:
        """So many of the requests to change the kernel's tables: ENOMEM."""
        self._set(1, of_1000)

    def writes_refused(self) -> int:
        return self._get(2)

    def wrong_times_told(self) -> int:
        return self._get(3)

    def _set(self, index: int, value: int) -> None:
        struct.pack_into("q", self._shared, 8 * index, value)

    def _get(self, index: int) -> int:
        found: int = struct.unpack_from("q", self._shared, 8 * index)[0]
        return found
