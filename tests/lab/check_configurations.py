#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Checks that every configuration of kea-config is accepted by the program that it is for.

Only the places of certificates, of the inventory and of the hook library are changed. Needs root
(Kea looks for the interfaces that it is told of) and a build. Ends with the plain line
`configurations: ok`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lab import namespaces
from lab.agents import Build, find_build
from lab.namespaces import Namespace
from lab.processes import Processes, exit_on_signals

EXAMPLES = Path(__file__).resolve().parents[2] / "kea-config"
ROUTE_AGENTS = ("metro/anchor.conf", "metro/access-router.conf", "home/route-agent.conf")
RELAY_AGENTS = ("metro/relay-agent.conf", "home/relay-agent.conf")


def main() -> None:
    exit_on_signals()
    build = find_build()
    if build.missing:
        sys.exit(f"not built yet: {', '.join(map(str, build.missing))}")
    with Processes() as processes, a_box() as box:
        for example, domain in (("metro", "metro.example"), ("home", "home.example")):
            folder = processes.folder / example
            install(example, folder, build)
            make_certificates(folder, domain)
        installed = processes.folder
        for file in ("metro/kea-dhcp6.conf", "home/kea-dhcp6.conf"):
            accepted(box, "kea-dhcp6", "-t", installed / file)
        for file in ROUTE_AGENTS:
            accepted(box, build.route_agent, "--check", installed / file)
        for file in RELAY_AGENTS:
            accepted(box, build.relay_agent, "--check", installed / file)
        accepted(box, "radvd", "-c", "-m", "stderr", "-C", installed / "metro/radvd.conf")
    print("configurations: ok")


@contextmanager
def a_box() -> Iterator[Namespace]:
    namespaces.sweep()
    box = Namespace(f"km{os.getpid()}-box")
    namespaces.create([box.name])
    try:
        box.ip(
            "link set lo up",
            "link add eth0 up type veth peer name far",
            "link set far up",
            "address add 2001:db8:c::1/64 dev eth0 nodad",
        )
        yield box
    finally:
        namespaces.remove([box.name])


def install(example: str, folder: Path, build: Build) -> None:
    """Copies an example with its places changed; every one of them must occur."""
    folder.mkdir()
    places = {
        "/usr/lib/x86_64-linux-gnu/kea/hooks/libdhcp_mobility.so": str(build.hook),
        "/etc/kea/mobility": str(folder),
        "/etc/kea-mobility": str(folder),
    }
    unseen = set(places)
    for source in (EXAMPLES / example).iterdir():
        text = source.read_text()
        for place, here in places.items():
            unseen -= {place} if place in text else set()
            text = text.replace(place, here)
        (folder / source.name).write_text(text)
    if unseen:
        sys.exit(f"{example} does not mention {', '.join(unseen)}")


def make_certificates(folder: Path, domain: str) -> None:
    nodes = ("kea", "anchor", "ar1", "box")
    names = [f"{node}={node}.{domain}" for node in nodes]
    subprocess.run([EXAMPLES / "make-certificates", "--folder", folder, *names], check=True)


def accepted(box: Namespace, *command: str | Path) -> None:
    box.run(*map(str, command))
    print(f"  {Path(command[0]).name} accepts {'/'.join(Path(command[-1]).parts[-2:])}", flush=True)


if __name__ == "__main__":
    main()
