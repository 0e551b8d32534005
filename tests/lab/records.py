# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Files that a program of the lab is still writing: each look reads only what is new.

A run that waits looks a hundred times a second, on the same two processors that it measures.
"""

from __future__ import annotations

import struct
from pathlib import Path


class Growing:
    """A file that only grows, and may not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0

    def more(self, whole: int = 1) -> bytes:
        """What came since the last call, in multiples of `whole` bytes."""
        try:
            with open(self.path, "rb") as file:
                file.seek(self._read)
                data = file.read()
        except FileNotFoundError:
            return b""
        data = data[: len(data) - len(data) % whole]
        self._read += len(data)
        return data

    def more_lines(self) -> list[bytes]:
        """The whole lines that came since the last call."""
        before = self._read
        lines, end, _ = self.more().rpartition(b"\n")
        self._read = before + len(lines) + len(end)
        return lines.splitlines()


class Entries:
    """A growing file of entries of one size: `all()` has those that are whole."""

    def __init__(self, path: Path, entry: struct.Struct) -> None:
        self.path = path
        self._file = Growing(path)
        self._entry = entry
        self._entries: list[tuple[int, ...]] = []

    def all(self) -> list[tuple[int, ...]]:
        self._entries += self._entry.iter_unpack(self._file.more(self._entry.size))
        return self._entries
