# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The configurations of kea-config as they are shipped: each is accepted, and a home is run with them.

Only the places of files (certificates, inventory, sockets, the hook library) are changed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import namespaces
from ..agents import Build, find_build, wait_until_ready
from ..home import ACCESS_POINTS, Home
from ..instructions import blocks_below
from ..namespaces import Namespace
from ..processes import Processes, with_mounts
from ..radvd import run_radvd
from ..resident import Resident
from ..scenario import check, fact, scenario
from ..waiting import LabError

_EXAMPLES = Path(__file__).resolve().parents[3] / "kea-config"
_HOOK = "/usr/lib/x86_64-linux-gnu/kea/hooks/libdhcp_mobility.so"
_PLACES = ("/etc/kea/mobility", "/etc/kea-mobility", "/run/kea-mobility", "/run/kea", "/var/lib/kea-mobility")
_ROUTE_AGENTS = (
    "metro/anchor.conf",
    "metro/access-router.conf",
    "metro/authority.conf",
    "home/route-agent.conf",
)
_RELAY_AGENTS = ("metro/relay-agent.conf", "home/relay-agent.conf")


def _install(example: str, folder: Path, build: Build) -> Path:
    """Copies an example with its places changed; every one of them must occur. Makes certificates."""
    folder.mkdir()
    places = {_HOOK: str(build.hook), **{place: str(folder) for place in _PLACES}}
    unseen = set(places)
    for source in (_EXAMPLES / example).iterdir():
        text = source.read_text()
        for place, here in places.items():
            unseen -= {place} if place in text else set()
            text = text.replace(place, here)
        (folder / source.name).write_text(text)
    if unseen:
        raise LabError(f"{example} does not mention {', '.join(unseen)}")
    names = [f"{node}={node}.{example}.example" for node in ("kea", "anchor", "ar1", "aaa", "box")]
    make = [_EXAMPLES / "make-certificates", "--folder", folder, *names]
    subprocess.run(make, check=True, capture_output=True)
    return folder


@scenario("A12", "every configuration that is shipped is accepted by the program that it is for")
def accepted() -> None:
    build = find_build()
    with Processes() as processes, _a_box() as box:
        here = processes.folder
        for example in ("metro", "home"):
            _install(example, here / example, build)
            box.run("kea-dhcp6", "-t", str(here / example / "kea-dhcp6.conf"))
            if (here / example / "kea-dhcp4.conf").exists():
                box.run("kea-dhcp4", "-t", str(here / example / "kea-dhcp4.conf"))
            box.run("radvd", "-c", "-m", "stderr", "-C", str(here / example / "radvd.conf"))
        for program, files in ((build.route_agent, _ROUTE_AGENTS), (build.relay_agent, _RELAY_AGENTS)):
            for file in files:
                box.run(str(program), "--check", str(here / file))
        _add_ipv4(here / "metro/relay-agent.conf")
        box.run(str(build.relay_agent), "--check", str(here / "metro/relay-agent.conf"))


def _add_ipv4(relay_agent: Path) -> None:
    """What its comments say."""
    text = relay_agent.read_text()
    commented = re.search(r'^    // "dhcp4": \{\n(.*\n)*?    // \},\n', text, re.MULTILINE)
    if not commented:
        raise LabError(f"{relay_agent.name} has no commented section dhcp4")
    section = re.sub(r"^    // ", "    ", commented[0], flags=re.MULTILINE)
    text = text.replace(commented[0], section)
    giaddr = '"link-address": "2001:db8:a000:1::1", "giaddr": "198.51.100.1"'
    relay_agent.write_text(text.replace('"link-address": "2001:db8:a000:1::1"', giaddr))


@contextmanager
def _a_box() -> Iterator[Namespace]:
    """With the interface that kea-dhcp6 looks for even when it only checks."""
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


@scenario("A12", "every line of kea-config/README.md about the network is taken as it stands")
def network_lines() -> None:
    blocks = blocks_below("What the network must have", (_EXAMPLES / "README.md").read_text())
    check(blocks, "there are lines")
    with _a_box() as box:
        box.ip("link add wlan0 type veth peer name station", "link set station up")
        for block in blocks:
            box.run("sh", "-e", "-c", block)
    fact(f"{len(blocks)} blocks, {sum(len(block.splitlines()) for block in blocks)} lines")


@scenario("A12 A13", "a home of one box and two access points, as shipped: dhcpcd moves, keeps its TCP session, leaves nothing")
def a_home() -> None:
    with Home() as home, Processes() as processes:
        folder = _install("home", processes.folder / "home", find_build())
        _start_box(home, processes, folder)
        resident = Resident(home, processes)
        for point in (ACCESS_POINTS[1], ACCESS_POINTS[0]):
            resident.move(point)
        resident.leave()


def _start_box(home: Home, processes: Processes, folder: Path) -> None:
    build = find_build()
    programs = {"route-agent": build.route_agent, "relay-agent": build.relay_agent}
    for name, program in programs.items():
        file = folder / f"{name}.conf"
        wait_until_ready(processes.add(name, home.box, program, "--config", file).start())
    leases = folder / "leases"
    leases.mkdir()
    kea = processes.add(
        "kea", home.box, *with_mounts({"/var/lib/kea": leases}), "kea-dhcp6", "-c", folder / "kea-dhcp6.conf",
        environment={"KEA_PIDFILE_DIR": str(folder), "KEA_LOCKFILE_DIR": str(folder)},
    )  # fmt: skip
    kea.start()
    both = {"kea.home.example", "box.home.example"}
    kea.wait_until(lambda: _associated(build, folder) == both, "sessions of Kea and the box", 10)
    run_radvd("radvd", processes, home.box, folder / "radvd.conf")


def _associated(build: Build, folder: Path) -> set[str]:
    ask = [build.route_agent, "--config", folder / "route-agent.conf", "--ask", "status"]
    answer = subprocess.run(ask, capture_output=True, text=True)
    if answer.returncode != 0:
        return set()
    return {each["identity"] for each in json.loads(answer.stdout)["anchor"]["sessions"]}
