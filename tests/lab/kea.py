# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""kea-dhcp6 in an anchor's namespace: its configuration, its life, its control commands."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .addresses import AccessRouter, Anchor
from .network import CORE, Network
from .processes import Processes
from .waiting import LabError

_HOOKS = Path("/usr/lib") / f"{os.uname().machine}-linux-gnu" / "kea/hooks"
LEASE_COMMANDS = _HOOKS / "libdhcp_lease_cmds.so"
_SUCCESS, _NOTHING_FOUND = 0, 3  # result codes of Kea's control channel


def _sanitizer() -> dict[str, str]:
    """A hook built with AddressSanitizer needs its runtime in a server that was built without."""
    runtime = os.environ.get("MOBILITY_KEA_PRELOAD")
    if not runtime:
        return {}
    return {"LD_PRELOAD": runtime, "ASAN_OPTIONS": "detect_leaks=0:detect_odr_violation=0"}


@dataclass(frozen=True)
class Lifetimes:
    """Seconds, as a client gets them."""

    valid: int = 3600
    preferred: int = 1800
    renew: int = 900
    rebind: int = 1440


@dataclass
class KeaOptions:
    """What a test may want different. `relays`: the ARs that plain Kea shall know the subnet by;
    with the hook none are needed. `subnet` and `extra` replace or add keys of the subnet and of
    "Dhcp6"."""

    hook: Path | None = None
    hook_parameters: Mapping[str, Any] = field(default_factory=dict)
    relays: Sequence[AccessRouter] = ()
    threads: int = 0  # 0: single-threaded
    rapid_commit: bool = False
    lifetimes: Lifetimes = Lifetimes()
    subnet: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


def ask(socket_path: Path, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Sends one command to a control socket of Kea's: the whole answer."""
    request: dict[str, Any] = {"command": name}
    if arguments:
        request["arguments"] = arguments
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(socket_path))
        connection.sendall(json.dumps(request).encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    if not answer:
        raise LabError(f"kea: {name}: the connection ended without an answer")
    decoded: dict[str, Any] = json.loads(answer)
    return decoded


class Kea:
    """One server and its files: run folder/<name>/{kea-dhcp6.conf, control.sock, leases.csv}."""

    program = "kea-dhcp6"
    section = "Dhcp6"

    def __init__(
        self,
        network: Network,
        processes: Processes,
        options: KeaOptions | None = None,
        anchor: Anchor | None = None,
        name: str = "kea",
    ) -> None:
        self.anchor = anchor or network.anchor
        self.options = options or KeaOptions()
        self.folder = processes.folder / name
        self.folder.mkdir(exist_ok=True)
        self.socket_path = self.folder / "control.sock"
        self.configuration_file = self.folder / f"{self.program}.conf"
        self.process = processes.add(
            name,
            network.inside(self.anchor),
            self.program,
            "-c",
            self.configuration_file,
            environment={
                "KEA_PIDFILE_DIR": str(self.folder),
                "KEA_LOCKFILE_DIR": str(self.folder),
                **_sanitizer(),
            },
        )

    def start(self) -> Kea:
        """Returns when this very process answers on its control socket."""
        self.write_configuration()
        self.process.start()
        self.process.wait_until(self._answers, "an answer on its control socket", limit=10)
        return self

    def write_configuration(self) -> None:
        self.configuration_file.write_text(json.dumps({self.section: self.configuration()}, indent=2))

    def configuration(self) -> dict[str, Any]:
        options, times = self.options, self.options.lifetimes
        return {
            "data-directory": str(self.folder),
            "interfaces-config": {
                "interfaces": [f"{CORE}/{self.anchor.core}"],
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
            "multi-threading": {
                "enable-multi-threading": options.threads > 0,
                **({"thread-pool-size": options.threads} if options.threads else {}),
            },
            "expired-leases-processing": {
                "reclaim-timer-wait-time": 1,
                "flush-reclaimed-timer-wait-time": 1,
                "hold-reclaimed-time": 0,
            },
            "valid-lifetime": times.valid,
            "preferred-lifetime": times.preferred,
            "renew-timer": times.renew,
            "rebind-timer": times.rebind,
            "hooks-libraries": self._hooks(),
            "subnet6": [self._subnet()],
            "loggers": [self._logger()],
            **options.extra,
        }

    def command(self, name: str, /, **arguments: Any) -> Any:
        """Sends one control command and returns its arguments; a refusal raises with Kea's text."""
        answer = self.try_command(name, **arguments)
        if answer["result"] not in (_SUCCESS, _NOTHING_FOUND):
            raise LabError(f"kea: {name}: {answer.get('text', answer)}")
        return answer.get("arguments", {})

    def try_command(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """The whole answer: {"result", "text", "arguments"}."""
        return ask(self.socket_path, name, arguments)

    def reload(self) -> dict[str, Any]:
        """Rewrites the configuration from the options and has Kea load it: the whole answer."""
        self.write_configuration()
        return self.try_command("config-reload")

    def leases(self) -> list[dict[str, Any]]:
        """Every lease row, also declined and expired ones (key "state")."""
        found: list[dict[str, Any]] = self.command("lease6-get-all").get("leases", [])
        return found

    def leased_addresses(self) -> set[str]:
        """The addresses of valid leases."""
        valid = (row for row in self.leases() if row["state"] == 0 and row["type"] == "IA_NA")
        return {row["ip-address"] for row in valid}

    def leased_prefixes(self) -> set[str]:
        """The delegated prefixes of valid leases."""
        valid = (row for row in self.leases() if row["state"] == 0 and row["type"] == "IA_PD")
        return {f"{row['ip-address']}/{row['prefix-len']}" for row in valid}

    def delete_lease(self, leased: str) -> None:
        """Of an address, or of a delegated prefix."""
        address, _, length = leased.partition("/")
        kind = {"type": "IA_PD"} if length else {}
        self.command("lease6-del", **{"ip-address": address, **kind})

    def statistic(self, name: str) -> int:
        """The present value of one of Kea's counters, e.g. pkt6-receive-drop."""
        value: int = self.command("statistic-get", name=name)[name][0][0]
        return value

    def _answers(self) -> bool:
        try:
            return bool(self.try_command("status-get")["arguments"]["pid"] == self.process.pid)
        except (OSError, LabError):
            return False

    def _hooks(self) -> list[dict[str, Any]]:
        hooks: list[dict[str, Any]] = [{"library": str(LEASE_COMMANDS)}]
        if self.options.hook:
            parameters = dict(self.options.hook_parameters)
            hooks.append({"library": str(self.options.hook), "parameters": parameters})
        return hooks

    def prefix_pool(self) -> dict[str, Any]:
        """A /60 for each MN that is a router."""
        prefix, length = self.anchor.delegated.split("/")
        return {"prefix": prefix, "prefix-len": int(length), "delegated-len": 60}

    def _subnet(self) -> dict[str, Any]:
        return {
            "id": self.anchor.number,
            "subnet": self.anchor.subnet,
            "pools": [{"pool": self.anchor.pool}],
            "pd-pools": [self.prefix_pool()],
            "rapid-commit": self.options.rapid_commit,
            "relay": {"ip-addresses": [ar.link for ar in self.options.relays]},
            **self.options.subnet,
        }

    def _logger(self) -> dict[str, Any]:
        output = {"output": "stdout", "flush": True, "pattern": "%D{%H:%M:%S.%q} %p %m\n"}
        return {"name": self.program, "severity": "INFO", "output_options": [output]}
