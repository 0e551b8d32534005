# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Certificates of a run, made by the script that operators use; also expired and foreign ones."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from .processes import Processes
from .waiting import LabError

_MAKE = Path(__file__).resolve().parents[2] / "kea-config/make-certificates"


@dataclass(frozen=True)
class Credentials:
    """What a node needs for its sessions. `identity` is the one name in the certificate."""

    identity: str
    authority: Path
    certificate: Path
    key: Path


class Authority:
    """One certificate authority. A second one of another name is a foreign one."""

    def __init__(self, processes: Processes, name: str = "certificates") -> None:
        self._folder = processes.folder / name

    def issue(self, *names: str, domain: str = "lab.example", days: int = 365) -> list[Credentials]:
        """Makes, or renews, the certificate of NAME.DOMAIN for each name; -1 day: expired."""
        identities = [f"{name}.{domain}" for name in names]
        pairs = [f"{name}={identity}" for name, identity in zip(names, identities)]
        command = [str(_MAKE), "--folder", str(self._folder), "--days", str(days), *pairs]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise LabError(f"make-certificates: {done.stderr.strip()}")
        return [
            Credentials(
                identity=identity,
                authority=self._folder / "ca.pem",
                certificate=self._folder / f"{name}.pem",
                key=self._folder / f"{name}.key",
            )
            for name, identity in zip(names, identities)
        ]
