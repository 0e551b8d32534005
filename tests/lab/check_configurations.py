#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Checks that every configuration of kea-config is accepted, as it stands, by whom it is for.

Needs root (Kea looks for the interfaces that it is told of), and a build. Ends with the plain line
`configurations: ok`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lab import namespaces
from lab.agents import Build, find_build
from lab.namespaces import Namespace
from lab.processes import Processes, exit_on_signals

EXAMPLES = Path(__file__).resolve().parents[2] / "kea-config"
INSTALLED_HOOK = "/usr/lib/x86_64-linux-gnu/kea/hooks/libdhcp_mobility.so"


def main() -> None:
    exit_on_signals()
    build = find_build()
    namespaces.sweep()
    box = Namespace(f"km{os.getpid()}-box")
    with Processes() as processes:
        namespaces.create([box.name])
        try:
            box.ip("link set lo up", "link add eth0 up type veth peer name far")
            box.ip("link set far up", "address add 2001:db8:c::1/64 dev eth0 nodad")
            for example in ("metro", "home"):
                check_kea(box, build, EXAMPLES / example, processes.folder / example)
            check_agents(box, build)
            check_radvd(box, processes.folder)
        finally:
            namespaces.remove([box.name])
    print("configurations: ok")


def check_kea(box: Namespace, build: Build, example: Path, folder: Path) -> None:
    folder.mkdir()
    configuration = folder / "kea-dhcp6.conf"
    text = (example / "kea-dhcp6.conf").read_text()
    if INSTALLED_HOOK not in text:
        raise SystemExit(f"{example}: its hook library is not {INSTALLED_HOOK}")
    configuration.write_text(text.replace(INSTALLED_HOOK, str(build.hook)))
    box.run("kea-dhcp6", "-t", str(configuration))


def check_agents(box: Namespace, build: Build) -> None:
    route = ("metro/anchor.conf", "metro/access-router.conf", "home/route-agent.conf")
    relay = ("metro/relay-agent.conf", "home/relay-agent.conf")
    for agent, files in ((build.route_agent, route), (build.relay_agent, relay)):
        for file in files:
            box.run(str(agent), "--check", str(EXAMPLES / file))


def check_radvd(box: Namespace, folder: Path) -> None:
    """radvd insists on its own file's owner and mode, and on a folder that others cannot write."""
    configuration = folder / "radvd.conf"
    configuration.write_text((EXAMPLES / "metro/radvd.conf").read_text())
    box.run("radvd", "-c", "-m", "stderr", "-C", str(configuration))


if __name__ == "__main__":
    main()
