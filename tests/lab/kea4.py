# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""kea-dhcp4, stock, behind relay agents: its configuration, its life, its leases."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .addresses import AccessRouter, Anchor, CorrespondentNode
from .kea import LEASE_COMMANDS, Lifetimes, ask
from .network import CORE, Network
from .processes import Processes
from .waiting import LabError


class Kea4:
    """One server, at the anchor or at another node of the core, for the first anchor's subnet."""

    def __init__(
        self,
        network: Network,
        processes: Processes,
        node: Anchor | AccessRouter | CorrespondentNode | None = None,
        listen: tuple[str, str] | None = None,
        relays: Sequence[AccessRouter] | None = None,
        lifetimes: Lifetimes = Lifetimes(),
        pool: str | None = None,
        match_client_id: bool = True,
        name: str = "kea4",
        hook: Path | None = None,
        hook_parameters: Mapping[str, Any] | None = None,
        severity: str = "INFO",
        shortest: int | None = None,
    ) -> None:
        """`listen`: interface and address, where they are not those of the core. `severity`: of
        what it logs; WARN in production, with no line for each lease. `shortest`: so few seconds a
        client may ask for."""
        self._shortest = shortest or lifetimes.valid
        self._severity = severity
        self._subnet = network.anchor
        self._node = node or network.anchor
        self._relays = network.access_routers if relays is None else relays
        self._lifetimes = lifetimes
        self._pool = pool or self._subnet.pool4
        self._match_client_id = match_client_id
        self._hooks: list[dict[str, Any]] = [{"library": str(LEASE_COMMANDS)}]
        if hook:
            self._hooks.append({"library": str(hook), "parameters": dict(hook_parameters or {})})
        self._interface, self.address = listen or (CORE, self._node.core4)
        self.folder = processes.folder / name
        self.folder.mkdir()
        self.socket_path = self.folder / "control.sock"
        self.process = processes.add(
            name,
            network.inside(self._node),
            *("kea-dhcp4", "-c", self.folder / "kea-dhcp4.conf"),
            environment={
                "KEA_PIDFILE_DIR": str(self.folder),
                "KEA_LOCKFILE_DIR": str(self.folder),
            },
        )

    def start(self) -> Kea4:
        """Returns when this very process answers on its control socket."""
        configuration = {"Dhcp4": self._configuration()}
        (self.folder / "kea-dhcp4.conf").write_text(json.dumps(configuration, indent=2))
        self.process.start()
        self.process.wait_until(self._answers, "an answer on its control socket", limit=10)
        return self

    def leases(self) -> list[dict[str, Any]]:
        answer = ask(self.socket_path, "lease4-get-all", {})
        found: list[dict[str, Any]] = answer.get("arguments", {}).get("leases", [])
        return found

    def leased_addresses(self) -> set[str]:
        return {row["ip-address"] for row in self.leases() if row["state"] == 0}

    def delete_lease(self, address: str) -> None:
        ask(self.socket_path, "lease4-del", {"ip-address": address})

    def _answers(self) -> bool:
        try:
            answer = ask(self.socket_path, "status-get", {})
            return bool(answer["arguments"]["pid"] == self.process.pid)
        except (OSError, LabError):
            return False

    def _routes(self) -> bytes:
        """Classless static routes (RFC 3442): all by the gateway, the subnet too, whose halves are
        more specific than what an MN derives from its mask."""
        gateway = ipaddress.IPv4Address(self._subnet.gateway4).packed
        everything = ipaddress.IPv4Network("0.0.0.0/0")
        halves = ipaddress.IPv4Network(self._subnet.domain4).subnets()
        return b"".join(
            bytes([each.prefixlen])
            + each.network_address.packed[: (each.prefixlen + 7) // 8]
            + gateway
            for each in (everything, *halves)
        )

    def _configuration(self) -> dict[str, Any]:
        times = self._lifetimes
        return {
            # Only relay agents ask: no raw socket is needed.
            "interfaces-config": {
                "interfaces": [f"{self._interface}/{self.address}"],
                "dhcp-socket-type": "udp",
                "service-sockets-max-retries": 10,
                "service-sockets-retry-wait-time": 100,
            },
            "control-socket": {"socket-type": "unix", "socket-name": str(self.socket_path)},
            "lease-database": {
                "type": "memfile",
                "persist": True,
                "name": str(self.folder / "leases.csv"),
                "lfc-interval": 0,
            },
            "valid-lifetime": times.valid,
            "min-valid-lifetime": self._shortest,
            "renew-timer": times.renew,
            "rebind-timer": times.rebind,
            "authoritative": True,
            "match-client-id": self._match_client_id,
            "expired-leases-processing": {
                "reclaim-timer-wait-time": 1,
                "flush-reclaimed-timer-wait-time": 1,
                "hold-reclaimed-time": 0,
            },
            "hooks-libraries": self._hooks,
            "subnet4": [
                {
                    "id": 1,
                    "subnet": self._subnet.domain4,
                    "pools": [{"pool": self._pool}],
                    "relay": {"ip-addresses": [ar.giaddr for ar in self._relays]},
                    "option-data": [
                        {"name": "routers", "data": self._subnet.gateway4},
                        {"code": 121, "csv-format": False, "data": self._routes().hex()},
                    ],
                }
            ],
            "loggers": [{"name": "kea-dhcp4", "severity": self._severity, "output_options": [
                {"output": "stdout", "flush": True, "pattern": "%D{%H:%M:%S.%q} %p %m\n"}]}],
        }  # fmt: skip
