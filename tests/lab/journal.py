# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The anchor's journal in the lab: kept from now on, read beside the agent, on a disk that can be full."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from .agents import Domain, wait_until_ready
from .network import Network
from .processes import Processes
from .waiting import wait_until


class Disk:
    """A small file system that only its guests see; it is gone when the run is."""

    def __init__(self, network: Network, processes: Processes, megabytes: int) -> None:
        self.folder = processes.folder / "disk"
        self.folder.mkdir()
        mount = f"mount -t tmpfs -o size={megabytes}m tmpfs {self.folder}"
        self._holder = processes.add(
            "disk", network.inside(network.anchor), "unshare", "--mount",
            "sh", "-e", "-c", f"{mount}; echo mounted; exec sleep infinity",
        )  # fmt: skip
        self._holder.start().wait_for_line("^mounted$")

    @property
    def from_outside(self) -> Path:
        return Path(f"/proc/{self._holder.pid}/root{self.folder}")

    @property
    def entrance(self) -> list[str]:
        """The beginning of a guest's command."""
        return ["nsenter", f"--mount=/proc/{self._holder.pid}/ns/mnt", "--"]

    def fill(self) -> None:
        """To the last octet."""
        with open(self._ballast, "wb", buffering=0) as ballast:
            while size := min(self.free(), 1 << 16):
                ballast.write(bytes(size))

    def make_room(self) -> None:
        self._ballast.unlink()

    def free(self) -> int:
        left = os.statvfs(self.from_outside)
        return left.f_bavail * left.f_bsize

    @property
    def _ballast(self) -> Path:
        return self.from_outside / "ballast"


def keep_journal(
    network: Network, domain: Domain, user: str | None = None, disk: Disk | None = None
) -> Path:
    """Restarts the anchor's agent with a journal; returns the file, as it is seen from here."""
    agent = domain.route_agent(network.anchor)
    agent.stop()
    if disk:
        folder, seen = disk.folder, disk.from_outside
        agent.command[:0] = disk.entrance
    else:
        folder = seen = domain.folder / "journal"
        folder.mkdir()
    if user:
        shutil.chown(folder, user)
    domain.write_anchor(network.anchor, **{"journal-file": str(folder / "anchor.journal")})
    agent.start()
    wait_until_ready(agent)
    domain.wait_until_associated()
    return seen / "anchor.journal"


def entries(journal: Path) -> int:
    """-1: there is no journal just now."""
    try:
        with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as database:
            count: int = database.execute("SELECT count(*) FROM binding").fetchone()[0]
    except sqlite3.OperationalError:
        return -1
    return count


def wait_for_entries(journal: Path, count: int) -> None:
    wait_until(lambda: entries(journal) == count, f"{count} entries in the journal", 10, every=0.05)
