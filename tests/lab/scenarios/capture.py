# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What an operator can read of the sessions: as docs/control-protocol.md says, to the letter."""

from __future__ import annotations

import ipaddress
import re
import shlex
import socket
import struct
import subprocess
from contextlib import ExitStack
from pathlib import Path

from .. import placement
from ..agents import ANCHOR_PORT, Domain, find_build
from ..kea import Kea
from ..network import CORE, Network
from ..player import Player
from ..processes import Processes
from ..scenario import equal, fact, scenario
from ..waiting import wait_until

_TREE = Path(__file__).resolve().parents[3]
_LIMIT = 60  # seconds, for tshark and protoc together
_MARK = 51_234  # a source port that no session has


def _documented() -> list[str]:
    """The commands of "Reading a capture"."""
    text = (_TREE / "docs/control-protocol.md").read_text().partition("## Reading a capture")[2]
    return re.findall(r"^```\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)


def _octets(address: str) -> bytes:
    return ipaddress.IPv6Address(address).packed


def _routing_setups(text: str) -> list[tuple[str, set[bytes]]]:
    """Of each Routing Setup in what was printed: who says it to whom, and the addresses in it."""
    found = []
    for message in text.split("--- session ")[1:]:
        who, _, body = message.partition("\n")
        if "routing_setup {" in body:
            quoted = re.findall(r'prefix \{\s*address: "((?:[^"\\]|\\.)*)"', body)
            octets = {each.encode().decode("unicode_escape").encode("latin-1") for each in quoted}
            found.append((who.partition(", ")[2], octets))
    return found


def _wait_for_what_was_sent(network: Network, capture: Path) -> None:
    """dumpcap asks the kernel for packets now and then, in order: it has all that came before a mark."""
    with network.inside(network.cn).entered():
        mark = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    with mark:
        mark.bind(("::", _MARK))
        mark.connect((network.anchor.core, ANCHOR_PORT))
    ports = struct.pack("!HH", _MARK, ANCHOR_PORT)
    wait_until(lambda: ports in capture.read_bytes(), "the mark in the capture", 10, every=0.05)


@scenario("B", "a captured session can be read with the key log: the Routing Setup of a move names the MN's address")
def captured_session() -> None:
    capture_command, read_command = _documented()
    with ExitStack() as stack:
        network = stack.enter_context(Network())
        processes = stack.enter_context(Processes())
        capture, keys = processes.folder / "core.pcapng", processes.folder / "keys.log"
        build = find_build()
        domain = Domain(network, processes, build, key_log_file=str(keys))

        def with_paths(command: str) -> list[str]:
            places = {"core.pcapng": str(capture), "keys.log": str(keys), "core": CORE}
            return [places.get(word, word) for word in shlex.split(command)]

        dumpcap = processes.add("dumpcap", network.inside(network.anchor), *with_paths(capture_command))
        dumpcap.start().wait_for_line("File:", limit=10)
        domain.start()
        Kea(network, processes, domain.kea_options()).start()
        domain.wait_until_associated()
        player = stack.enter_context(Player(network, processes, build))
        address = player.attach(1, network.ar(1))
        player.do("confirm", mn=1, link="ar2")
        placement.wait_until_at(network, address, network.ar(2), 5)
        _wait_for_what_was_sent(network, capture)
        dumpcap.stop()
        equal(keys.stat().st_mode & 0o077, 0, "rights of others on the key log")

        read = subprocess.run(
            with_paths(read_command), cwd=_TREE, capture_output=True, text=True, timeout=_LIMIT
        )
        equal(read.returncode, 0, f"status of {read_command} ({read.stderr[-300:]})")
        setups = _routing_setups(read.stdout)
        fact(f"{read.stdout.count('--- session ')} messages, {len(setups)} Routing Setups")
        for ar in (network.ar(1), network.ar(2)):
            told = [
                who for who, octets in setups
                if who.startswith(f"anchor -> [{ar.core}]:") and _octets(address) in octets
            ]  # fmt: skip
            equal(len(told), 1, f"Routing Setups to {ar.name} at {ar.core} that name {address}")

        without = subprocess.run(
            [*with_paths(read_command)[:-1], "/dev/null"], cwd=_TREE, capture_output=True, text=True, timeout=_LIMIT
        )
        equal(_routing_setups(without.stdout), [], "what can be read without the keys")
