# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Hundreds of access routers that are only sessions, played by one process (swarm/ar_swarm.cc)."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

from .agents import ANCHOR_PORT, Domain
from .network import Network
from .processes import Processes
from .waiting import LabError, wait_until

_GROUP = 100  # ARs that share a certificate, as in ar_swarm.cc


class Swarm:
    """`count` access routers, known to the anchor's inventory, not yet connected."""

    def __init__(
        self, network: Network, processes: Processes, domain: Domain, count: int
    ) -> None:
        self._count = count
        self._network = network
        self._domain = domain
        authority = domain.credentials["kea"].authority
        for group in range((count + _GROUP - 1) // _GROUP):
            self._certify(authority.parent, group)
        self.process = processes.add(
            "swarm",
            network.inside(network.cn),
            domain.build.folder / "bin/mobility-ar-swarm",
            *(authority.parent, authority),
            *(domain.credentials["anchor"].identity, network.anchor.core),
            *(str(ANCHOR_PORT), str(count)),
        )

    def start(self) -> Swarm:
        """Returns when the anchor has read who they are; they connect from then on."""
        inventory = json.loads(self._domain.inventory_file.read_text())
        inventory["access-routers"] += [
            {
                "identity": f"swarm{number}.lab.example",
                "addresses": [f"2001:db8:b::{number:x}"],
                "link-addresses": [f"2001:db8:b000:{number:x}::1"],
                "tunnel-address": f"2001:db8:5::b:{number:x}",
            }
            for number in range(1, self._count + 1)
        ]
        self._domain.inventory_file.write_text(json.dumps(inventory))
        anchor = self._domain.route_agent(self._network.anchor)
        told = anchor.output().count("ROUTE_RELOADED")
        anchor.signal(signal.SIGHUP)
        wait_until(
            lambda: anchor.output().count("ROUTE_RELOADED") > told, "the anchor's reload", limit=5
        )
        self.process.start()
        return self

    def associated(self) -> int:
        """How many have a session now."""
        lines = [line for line in self.process.output().splitlines() if line.startswith("assoc")]
        return int(lines[-1].split()[1]) if lines else 0

    def wait_until_associated(self, limit: float = 60) -> None:
        self.process.wait_until(
            lambda: self.associated() == self._count, f"{self._count} sessions", limit
        )

    @staticmethod
    def _certify(folder: Path, group: int) -> None:
        """One certificate with the names of a whole group, by the domain's authority."""
        first = group * _GROUP + 1
        names = (f"DNS:swarm{number}.lab.example" for number in range(first, first + _GROUP))
        command = [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "1", "-subj", "/CN=swarm"),
            *("-addext", f"subjectAltName={','.join(names)}"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
            *("-CA", folder / "ca.pem", "-CAkey", folder / "ca.key"),
            *("-keyout", folder / f"swarm-{group}.key", "-out", folder / f"swarm-{group}.pem"),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise LabError(f"openssl: {done.stderr.strip()}")
