# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The twin of an anchor (anchor_twin): answers as a test says, and tells what it was told."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab.certificates import Credentials
from lab.namespaces import Namespace
from lab.waiting import wait_until

PORT = 4480
RELEASED, DECLINED, EXPIRED, DELETED = range(4)  # why a "remove" came
Message = dict[str, Any]


class AnchorTwin:
    def __init__(
        self, program: Path, inside: Namespace, own: Credentials, address: str, port: int = PORT
    ) -> None:
        self._command = [
            "setpriv", "--pdeathsig", "KILL", "--",
            *map(str, (program, own.certificate, own.key, own.authority, address, port)),
        ]
        self._inside = inside
        self.name = own.identity
        self.address = address
        self.messages: list[Message] = []
        self._life: subprocess.Popen[str] | None = None

    def start(self) -> AnchorTwin:
        with self._inside.entered():
            self._life = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        threading.Thread(target=self._read, args=(self._life.stdout,), daemon=True).start()
        self.wait_for("listening")
        return self

    def stop(self) -> None:
        if self._life:
            self._life.kill()
            self._life.wait()
            assert self._life.stdin and self._life.stdout
            self._life.stdin.close()
            self._life = None

    def say(self, command: str) -> None:
        assert self._life and self._life.stdin
        before = self.count("obeyed")
        self._life.stdin.write(command + "\n")
        self._life.stdin.flush()
        wait_until(lambda: self.count("obeyed") > before, f"the anchor to obey {command!r}", 5)

    def forget(self) -> None:
        self.messages.clear()

    def of(self, kind: str) -> list[Message]:
        return [message for message in list(self.messages) if message["message"] == kind]

    def count(self, kind: str) -> int:
        return len(self.of(kind))

    def wait_for(
        self, kind: str, test: Callable[[Message], bool] = lambda _: True, limit: float = 5
    ) -> Message:
        """The last message of this kind that passes the test."""
        return wait_until(
            lambda: next((m for m in reversed(self.of(kind)) if test(m)), None),
            f"the anchor to hear {kind!r}; it heard {self.messages[-5:]}",
            limit,
        )

    def setup_of(self, transaction: int, limit: float = 5) -> Message:
        return self.wait_for("setup", lambda m: m["transaction"] == transaction, limit)

    def listed(self) -> set[str]:
        """Prefixes of the last list that has ended."""
        found: set[str] = set()
        current: set[str] = set()
        for message in list(self.messages):
            if message["message"] == "list-begin":
                current = set()
            elif message["message"] == "page":
                current |= set(message["prefixes"])
            elif message["message"] == "list-end":
                found = current
        return found

    def _read(self, stream: Any) -> None:
        for line in stream:
            self.messages.append(json.loads(line))
        stream.close()
