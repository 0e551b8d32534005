# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A real kea-dhcp6 with the hook library, an anchor that answers as told, and two ARs that relay:
namespaces of their own, built for one test program and removed with it."""

from __future__ import annotations

import os
import sys
import unittest
from pathlib import Path
from typing import Any

from lab.certificates import Authority, Credentials
from lab.kea import LEASE_COMMANDS, Kea, KeaOptions
from lab.network import Network
from lab.processes import Processes, exit_on_signals
from lab.addresses import LINK_ADDRESSES
from lab.waiting import wait_until

from anchor import PORT, AnchorTwin
from dhcp6_client import Client, Relay

HOOK = Path(os.environ.get("MOBILITY_HOOK", "")).resolve()
TWIN = Path(os.environ.get("MOBILITY_ANCHOR_TWIN", "")).resolve()
THREADS = int(os.environ.get("MOBILITY_KEA_THREADS", "0"))  # 0: a single-threaded server

# As an operator has every line of the library's in the log, also of what is limited.
_OUTPUT = [{"output": "stdout", "flush": True, "pattern": "%D{%H:%M:%S.%q} %p %m\n"}]
EACH_LINE: dict[str, Any] = {
    "loggers": [
        {"name": "kea-dhcp6", "severity": "INFO", "output_options": _OUTPUT},
        {"name": "kea-dhcp6.mobility-hooks", "severity": "DEBUG", "output_options": _OUTPUT},
    ]
}


class HookSite:
    """A context manager. `parameters` and `extra` change what the hook and Kea are given."""

    server: type[Kea] = Kea
    relay: type[Any] = Relay
    mobile_node: type[Any] = Client
    subnets = "subnet6"
    lease_domain = "test/6"
    link_addresses = LINK_ADDRESSES

    def __init__(
        self,
        threads: int = THREADS,
        parameters: dict[str, Any] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        self.network = Network(access_routers=2, mobile_nodes=0)
        self.threads = threads
        self._parameters = parameters or {}
        self._extra = extra or {}
        self._clients = 0
        self.twin_processes: list[AnchorTwin] = []

    def __enter__(self) -> HookSite:
        self.network.__enter__()
        self.processes = Processes().__enter__()
        authority = Authority(self.processes)
        identities = authority.issue("kea", "anchor", "other")
        self.kea_identity, self.anchor_identity, self.other_identity = identities
        self.anchor = self.add_anchor(self.anchor_identity)
        options = KeaOptions(
            hook=HOOK,
            hook_parameters=self.hook_parameters(**self._parameters),
            threads=self.threads,
            rapid_commit=True,
            extra={self.subnets: [self.subnet()], **self._extra},
        )
        self.kea = self.server(self.network, self.processes, options)
        self.ar1, self.ar2 = (self.relay(self.network, ar) for ar in self.network.access_routers)
        return self

    def __exit__(self, *problem: Any) -> None:
        for twin in self.twin_processes:
            twin.stop()
        for relay in (self.ar1, self.ar2):
            relay.close()
        self.processes.__exit__(*problem)
        self.network.__exit__(*problem)

    def add_anchor(self, identity: Credentials, port: int = PORT) -> AnchorTwin:
        inside = self.network.inside(self.network.anchor)
        twin = AnchorTwin(TWIN, inside, identity, self.network.anchor.core, port)
        self.twin_processes.append(twin)
        return twin

    def start(self) -> HookSite:
        self.anchor.start()
        self.kea.start()
        self.wait_until_listed()
        return self

    def wait_until_listed(self) -> None:
        """The session stands, the full list has ended, and Kea's threads know it."""
        self.anchor.wait_for("list-end", limit=10)
        wait_until(self._knows_the_anchor, "the hook to know the session", 5)

    def hook_parameters(self, **changes: Any) -> dict[str, Any]:
        parameters = {
            "certificate-file": str(self.kea_identity.certificate),
            "key-file": str(self.kea_identity.key),
            "trust-anchor": str(self.kea_identity.authority),
            "lease-domain": self.lease_domain,
            "anchors": [
                {
                    "name": self.anchor_identity.identity,
                    "address": self.network.anchor.core,
                    "port": PORT,
                    "prefixes": [self.domain()],
                }
            ],
            "link-addresses": [{"subnet-id": 1, "prefixes": [self.link_addresses]}],
            **changes,
        }
        return {key: value for key, value in parameters.items() if value is not None}

    def domain(self) -> str:
        return self.network.anchor.domain

    def subnet(self, **changes: Any) -> dict[str, Any]:
        anchor = self.network.anchor
        return {
            "id": 1,
            "subnet": anchor.subnet,
            "pools": [{"pool": anchor.pool}],
            "pd-pools": [
                {
                    "prefix": anchor.delegated.split("/")[0],
                    "prefix-len": 48,
                    "delegated-len": 64,
                }
            ],
            "rapid-commit": True,
            **changes,
        }

    def client(self) -> Any:
        self._clients += 1
        return self.mobile_node(self._clients)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.kea.command("mobility-status")
        return found

    def _knows_the_anchor(self) -> bool:
        answer = self.kea.try_command("mobility-status")  # refused until the main loop goes on
        if answer["result"] != 0:
            return False
        return bool(answer["arguments"]["anchors"][0]["state"] == "associated")

    def counter(self, name: str) -> int:
        value: int = self.status()["counters"][name]
        return value

    def wait_for_counter(self, name: str, value: int) -> None:
        wait_until(lambda: self.counter(name) == value, f"the counter {name} to be {value}", 2)


class OnASite(unittest.TestCase):
    """One server for all tests of a class; each has a client of its own, and an anchor that says
    yes at once."""

    kind: type[HookSite] = HookSite
    parameters: dict[str, Any] = {}
    extra: dict[str, Any] = {}

    @classmethod
    def setUpClass(cls) -> None:
        cls.site = cls.kind(parameters=cls.parameters, extra=cls.extra).__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.site.start()

    def setUp(self) -> None:
        site = self.site
        self.anchor, self.ar1, self.ar2, self.kea = site.anchor, site.ar1, site.ar2, site.kea
        self.anchor.say("answer installed")
        self.anchor.say("delay 0")
        self.client = site.client()


def run() -> None:
    """The main of a test program: says why it is skipped where it cannot run."""
    exit_on_signals()
    if os.geteuid() != 0:
        print("skipped: needs root for network namespaces")
        sys.exit(77)
    for needed in (HOOK, TWIN, LEASE_COMMANDS):
        if not needed.is_file():
            print(f"skipped: {needed} is missing")
            sys.exit(77)
    unittest.main(verbosity=2)
