# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The Debian packages as an operator meets them: installed, configured and started by the lines of their own
kea-config/README.md, and run by systemd, with Debian's own Kea and radvd."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ..agents import find_build
from ..booted_machine import BootedMachine, make_packages
from ..home import ACCESS_POINTS, Home
from ..instructions import blocks_below
from ..processes import Processes
from ..resident import Resident, left_in
from ..scenario import check, equal, fact, scenario
from ..waiting import LabError, wait_until

ROUTE, RELAY, KEA = "mobility-route-agent", "mobility-relay-agent", "kea-dhcp6-server"
_CAP_NET_ADMIN = f"{1 << 12:016x}"
_NONE = f"{0:016x}"
_GUIDE = "/usr/share/doc/kea-mobility-route-agent/kea-config/README.md"
_PAGES = (ROUTE, RELAY, "libdhcp_mobility", "mobility-check-kea-config", "mobility-make-certificates")
_MOST_EXPOSED = 2.1  # of 10, as `systemd-analyze security` counts; what is left is the network

_CRASHES = 6  # more than systemd forgives by default within 10 s

# An interface that is to come later is worth a warning, and no reason to refuse.
_EARLY_RELOAD = """
cd /etc/kea-mobility
for agent in route-agent relay-agent; do
    cp -p $agent.conf good
    sed -i 's/{ "name": "ap2"/{ "name": "ap9", "link-address": "2001:db8:1200:9::1" }, &/' $agent.conf
    systemctl reload mobility-$agent
    mv good $agent.conf
done
"""

# Refused, and said so by the command itself.
_BAD_RELOAD = f"""
cd /etc/kea-mobility
cp -p route-agent.conf good
echo '{{' >route-agent.conf
if systemctl reload {ROUTE}; then exit 9; fi
mv good route-agent.conf
"""

@scenario("A12 A13 B", "a home from Debian packages under systemd, as shipped: few rights; reload, restart, crash and upgrade lose nothing")
def packages() -> None:
    with Home() as home, Processes() as processes:
        made = make_packages(find_build(), processes.folder / "packages")
        with BootedMachine(processes, home.box, "box", made) as box:
            _not_started_by_installation(box)
            _manual(box)
            guide = box.run("cat", _GUIDE)
            _metro_is_accepted(box, guide)
            _type(box, blocks_below("A home, line by line", guide))
            wait_until(lambda: _sessions(box) == {"kea.home.example", "box.home.example"}, "sessions", 30)
            _few_rights(box)
            resident = Resident(home, processes)
            resident.move(ACCESS_POINTS[1])
            _reload(box)
            _nothing_lost(resident, box, "a restart", lambda: _another_life(box, "systemctl", "restart", ROUTE))
            _nothing_lost(resident, box, f"{_CRASHES} crashes", lambda: _crash(box))
            package = next(str(each) for each in made if "route-agent" in each.name)
            upgrade = ("dpkg", "--install", f"/tmp/packages/{Path(package).name}")
            _nothing_lost(resident, box, "an upgrade", lambda: _another_life(box, *upgrade))
            resident.move(ACCESS_POINTS[0])
            _removal(home, resident, box)


def _not_started_by_installation(box: BootedMachine) -> None:
    for unit in (ROUTE, RELAY):
        equal(box.run("systemctl", "is-enabled", unit, check=False).strip(), "disabled", unit)
        equal(box.main_process(unit), 0, f"{unit}'s process before anybody has started it")
        box.run("systemd-analyze", "verify", f"{unit}.service")


def _metro_is_accepted(box: BootedMachine, guide: str) -> None:
    """The lines of a metro domain, of all its nodes on this one machine; nothing is started."""
    _type(box, blocks_below("Certificates", guide))
    box.run("sh", "-e", "-c", "install -m 640 -g kea-mobility -t /etc/kea-mobility /root/pki/ar1.*")
    ask_route, ask_relay, ask_kea, _, ask_radvd = blocks_below("A home, line by line", guide)[1].splitlines()
    anchor, access_router = blocks_below("A metro domain", guide)
    _type(box, [anchor, ask_route, ask_kea, access_router, ask_route, ask_relay, ask_radvd])


def _type(box: BootedMachine, blocks: Sequence[str]) -> None:
    check(blocks, "there are lines")
    for block in blocks:
        box.run("sh", "-e", "-c", block)


def _manual(box: BootedMachine) -> None:
    for page in _PAGES:
        told = box.run("man", page)
        check("SEE ALSO" in told, f"man {page}: {told[:200]}")


def _few_rights(box: BootedMachine) -> None:
    account = box.run("id", "--user", "kea-mobility").strip()
    for unit, capabilities in ((ROUTE, _CAP_NET_ADMIN), (RELAY, _NONE)):
        rights = box.rights(unit)
        equal((rights["Uid"], rights["CapEff"]), (account, capabilities), f"account and rights of {unit}")
        equal((rights["NoNewPrivs"], rights["Seccomp"]), ("1", "2"), f"what confines {unit}")
        told = box.run("systemd-analyze", "security", "--no-pager", f"{unit}.service")
        exposed = re.search(r"exposure level for \S+: ([0-9.]+)", told)
        check(exposed and float(exposed[1]) <= _MOST_EXPOSED, f"{unit} is confined: {exposed}")
        fact(f"{unit}: uid {rights['Uid']}, capabilities {rights['CapEff']}, exposure {exposed and exposed[1]} of 10")


def _reload(box: BootedMachine) -> None:
    box.run("sh", "-e", "-c", _EARLY_RELOAD)
    for unit in (ROUTE, RELAY):
        wait_until(lambda: '"ap9" does not exist' in box.journal(unit), f"a warning in the journal of {unit}", 5)
    for unit, told in ((ROUTE, "ROUTE_RELOADED"), (RELAY, "RELAY_RELOADED")):
        box.run("systemctl", "reload", unit)
        wait_until(lambda: told in box.journal(unit), f"{told} in the journal of {unit}", 5)
    box.run("sh", "-e", "-c", _BAD_RELOAD)


def _another_life(box: BootedMachine, *command: str) -> None:
    before = box.main_process(ROUTE)
    box.run(*command)
    wait_until(lambda: box.main_process(ROUTE) not in (0, before), f"another life after {command}", 10)


def _crash(box: BootedMachine) -> None:
    for _ in range(_CRASHES):
        _another_life(box, "systemctl", "kill", "--signal=KILL", ROUTE)


def _nothing_lost(resident: Resident, box: BootedMachine, what: str, happen: Callable[[], None]) -> None:
    moment = time.monotonic_ns()
    happen()
    wait_until(lambda: len(_sessions(box)) == 2, f"sessions after {what}", 15)
    lost = resident.lost_since(moment)
    fact(f"{what}: {lost} packets lost in {(time.monotonic_ns() - moment) / 1e9:.1f} s")
    equal(lost, 0, f"packets lost by {what}")


def _removal(home: Home, resident: Resident, box: BootedMachine) -> None:
    """Stopped and removed, the agent leaves the routes; it takes them away where it is asked to."""
    moment = time.monotonic_ns()
    box.run("systemctl", "stop", ROUTE)
    equal(resident.lost_since(moment), 0, "packets lost by stopping")
    resident.end_talking()
    there = left_in(home)
    removed = box.run(ROUTE, "--remove-all").strip()
    fact(f"--remove-all: {removed}, of {len(there)} things in the kernel")
    check(there and not left_in(home), "all are gone")
    box.run("systemctl", "stop", KEA, "radvd")
    box.run("dpkg", "--purge", "kea-mobility-hook", "kea-mobility-route-agent", "kea-mobility-relay-agent")
    equal(box.main_process(RELAY), 0, "the relay's process after its removal")
    wanted = box.run("ls", "/etc/systemd/system/multi-user.target.wants")
    check("mobility" not in wanted, f"nothing would start after the next installation: {wanted}")


def _sessions(box: BootedMachine) -> set[str]:
    try:
        status = json.loads(box.run(ROUTE, "--ask", "status"))
    except LabError:
        return set()
    return {each["identity"] for each in status["anchor"]["sessions"]}
