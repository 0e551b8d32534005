# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""mobility-dhcp-player on the lab's access links: exact exchanges as many MNs behind any AR.

It has an interface of its own on every access bridge; an MN of its moves by speaking through another.
dhcp-player/README.md describes the commands.
"""

from __future__ import annotations

import json
import select
import subprocess
import time
from typing import Any

from .addresses import AccessRouter
from .agents import Build
from .links import wait_until_running
from .network import Network
from .processes import Processes
from .waiting import LabError

Answer = dict[str, Any]


class Player:
    """A running player with one access link per AR, each named as its AR. A context manager."""

    def __init__(self, network: Network, processes: Processes, build: Build) -> None:
        self._network = network
        self._log = open(processes.folder / "player.log", "wb")
        self._program = build.folder / "bin/mobility-dhcp-player"
        self._number = 0
        self._ahead: dict[int, Answer] = {}

    def __enter__(self) -> Player:
        switch = self._network.access_switch
        for ar in self._network.access_routers:
            own, peer = f"crowd-{ar.name}", f"crowd-{ar.name}-up"
            switch.ip(
                f"link add {own} mtu 1500 type veth peer name {peer} mtu 1500",
                f"link set {peer} master {ar.name} up",
                f"link set {own} up",
            )
        for ar in self._network.access_routers:
            wait_until_running(switch, f"crowd-{ar.name}")
        with switch.entered():
            self._life = subprocess.Popen(
                [self._program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log
            )
        for ar in self._network.access_routers:
            self.do("access_link", name=ar.name, interface=f"crowd-{ar.name}")
        return self

    def __exit__(self, *exc: object) -> None:
        assert self._life.stdin
        self._life.stdin.close()
        try:
            self._life.wait(5)
        except subprocess.TimeoutExpired:
            self._life.kill()
            self._life.wait(5)
        self._log.close()

    def do(self, what: str, limit: float = 30, **words: Any) -> Answer:
        """One command and its answer."""
        return self.answer(self.begin(what, **words), limit)

    def begin(self, what: str, **words: Any) -> int:
        """Begins a command that others may overtake; `answer` waits for it."""
        self._number += 1
        line = {"do": what, "id": self._number, **words}
        assert self._life.stdin
        self._life.stdin.write(json.dumps(line).encode() + b"\n")
        self._life.stdin.flush()
        return self._number

    def answer(self, number: int, limit: float = 30) -> Answer:
        deadline = time.monotonic() + limit
        while number not in self._ahead:
            self._read_one(deadline, number)
        found = self._ahead.pop(number)
        if "error" in found and "mn" not in found:
            raise LabError(f"the player refuses: {found['error']}")
        return found

    def attach(self, mn: int, ar: AccessRouter, **words: Any) -> str:
        """Solicit and Request; returns the address."""
        answer = self.do("attach", mn=mn, link=ar.name, **words)
        if not answer["addresses"]:
            raise LabError(f"MN {mn} got no address at {ar.name}: {answer}")
        address: str = answer["addresses"][0]
        return address

    def _read_one(self, deadline: float, number: int) -> None:
        assert self._life.stdout
        ready = select.select([self._life.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]
        line = self._life.stdout.readline() if ready else b""
        if not line:
            raise LabError(f"the player did not answer command {number}")
        answer = json.loads(line)
        self._ahead[answer.get("id", number)] = answer
