# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The project's own programs on the lab's network: who they are, their configuration, their lives.

    domain = Domain(network, processes, find_build())
    domain.start()                                   # route agents on all routers, relays on ARs
    Kea(network, processes, domain.kea_options()).start()
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .addresses import CORE_MTU, LINK_ADDRESSES, AccessRouter, Anchor
from .certificates import Authority, Credentials
from .kea import KeaOptions
from .network import ACCESS, Network
from .processes import Process, Processes
from .waiting import LabError, wait_until

ANCHOR_PORT = 4480
LEASE_DOMAIN = "lab/6"
LEASE_DOMAIN4 = "lab/4"
_TREE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Build:
    """Where the programs are."""

    folder: Path

    @property
    def route_agent(self) -> Path:
        return self.folder / "bin/mobility-route-agent"

    @property
    def relay_agent(self) -> Path:
        return self.folder / "bin/mobility-relay-agent"

    @property
    def hook(self) -> Path:
        return self.folder / "lib/libdhcp_mobility.so"

    @property
    def missing(self) -> list[Path]:
        """What has to be built before a domain can be started."""
        programs = (self.route_agent, self.relay_agent, self.hook)
        return [program for program in programs if not program.exists()]


def find_build() -> Build:
    """The folder that MOBILITY_BUILD names, else build/dev of this tree."""
    return Build(Path(os.environ.get("MOBILITY_BUILD", _TREE / "build/dev")))


class Domain:
    """All daemons of ours in one network, under one certificate authority."""

    def __init__(
        self,
        network: Network,
        processes: Processes,
        build: Build,
        log_level: str = "info",
        user: str | None = None,
        attestation: str | None = None,
        ipv4: bool = False,
        **route_agent: Any,
    ) -> None:
        """`user`: whose rights the agents keep once they serve, and whose the files here are.
        `attestation`: the anchors' policy; with one the relays attest what they relay.
        `ipv4`: the anchors own their IPv4 domains too, and a kea-dhcp4 is a source (see ipv4.py).
        `route_agent`: keys of every route agent's configuration, with _ for -."""
        self._network = network
        self._processes = processes
        self.build = build
        self._user = user
        self._attestation = attestation
        self._ipv4 = ipv4
        self._route_agent = {key.replace("_", "-"): value for key, value in route_agent.items()}
        self._common = {
            "log": {"output": "stderr", "level": log_level},
            **({"user": user} if user else {}),
        }
        self.folder = processes.folder / "domain"
        self.folder.mkdir()
        self.inventory_file = self.folder / "inventory.conf"
        self.authority = Authority(processes)
        names = [*self._sources, *(router.name for router in network.routers)]
        self.credentials = dict(zip(names, self.authority.issue(*names)))
        self.route_agents = {
            router.name: self._add_route_agent(router) for router in network.routers
        }
        self.relays = {ar.name: self._add_relay(ar) for ar in network.access_routers}

    def start(self) -> Domain:
        """Returns when every daemon says that it serves."""
        if missing := self.build.missing:
            raise LabError(f"not built yet: {', '.join(map(str, missing))}")
        if self._user:
            self._give_files_to(self._user)
        self.start_route_agents()
        self.start_relays()
        return self

    def start_route_agents(self) -> None:
        self.write_inventory(self._network.access_routers)
        for anchor in self._network.anchors:
            self.write_anchor(anchor)
        for ar in self._network.access_routers:
            self.write_access_router(ar)
        _start_all(self.route_agents.values())

    def start_relays(self) -> None:
        for ar in self._network.access_routers:
            self.write_relay(ar)
        _start_all(self.relays.values())

    def set_log_level(self, level: str) -> None:
        """Of every route agent, while it runs."""
        self._common = {**self._common, "log": {"output": "stderr", "level": level}}
        for anchor in self._network.anchors:
            self.write_anchor(anchor)
        for ar in self._network.access_routers:
            self.write_access_router(ar)
        for agent in self.route_agents.values():
            reloads = agent.output().count("ROUTE_RELOADED")
            agent.signal(signal.SIGHUP)
            agent.wait_until(
                lambda: agent.output().count("ROUTE_RELOADED") > reloads, "the level to be read"
            )

    def wait_until_associated(self, limit: float = 10) -> None:
        """Waits until every anchor has a session with Kea and with every AR, and both know it."""
        names = [*self._sources, *(ar.name for ar in self._network.access_routers)]
        expected = {self.credentials[name].identity for name in names}
        wait_until(
            lambda: all(self._sessions(anchor) >= expected for anchor in self._network.anchors),
            f"sessions at every anchor with {', '.join(sorted(expected))}",
            limit,
            every=0.02,
        )
        wait_until(
            lambda: all(map(self._is_associated, self._network.access_routers)),
            "every AR to be associated",
            limit,
            every=0.02,
        )

    def ask(self, node: Anchor | AccessRouter, question: str = "status") -> dict[str, Any]:
        """What a route agent answers its operator: status, bindings, confirm-removal DOMAIN."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(self._control_socket(node)))
            connection.sendall(f"{question}\n".encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        decoded: dict[str, Any] = json.loads(answer)
        return decoded

    def route_agent(self, node: Anchor | AccessRouter) -> Process:
        return self.route_agents[node.name]

    def relay(self, ar: AccessRouter) -> Process:
        return self.relays[ar.name]

    def kea_options(
        self, parameters: Mapping[str, Any] | None = None, **options: Any
    ) -> KeaOptions:
        """For a Kea with the hook; `parameters` are more of the hook's, `options` those of
        KeaOptions."""
        hook_parameters = {**self.hook_parameters(), **(parameters or {})}
        return KeaOptions(hook=self.build.hook, hook_parameters=hook_parameters, **options)

    def hook_parameters(self) -> dict[str, Any]:
        first = self._network.anchor
        return {
            **_tls(self.credentials["kea"]),
            "lease-domain": LEASE_DOMAIN,
            "anchors": [
                {**self._peer(anchor), "prefixes": [anchor.domain]}
                for anchor in self._network.anchors
            ],
            "link-addresses": [{"subnet-id": first.number, "prefixes": [LINK_ADDRESSES]}],
        }

    def hook4_parameters(self, **more: Any) -> dict[str, Any]:
        """The same for kea-dhcp4; `more` of them."""
        first = self._network.anchor
        giaddrs = [f"{ar.giaddr}/32" for ar in self._network.access_routers]
        return {
            **_tls(self.credentials["kea4"]),
            "lease-domain": LEASE_DOMAIN4,
            "anchors": [{**self._peer(first), "prefixes": [first.domain4]}],
            "link-addresses": [{"subnet-id": first.number, "prefixes": giaddrs}],
            **more,
        }

    def write_inventory(
        self,
        access_routers: Iterable[AccessRouter],
        prohibited_mns: Iterable[str] = (),
        closed: Mapping[str, str] | None = None,
        authorities: Iterable[str] = (),
    ) -> None:
        """The claims that the anchors grant; send a route agent SIGHUP to have it read again.
        `closed`: names of prohibited ARs, with the reason; `authorities`: their identities."""
        sources = [
            {
                "identity": self.credentials["kea"].identity,
                "lease-domain": LEASE_DOMAIN,
                "prefixes": [anchor.domain for anchor in self._network.anchors],
            }
        ]
        if self._ipv4:
            sources.append(
                {
                    "identity": self.credentials["kea4"].identity,
                    "lease-domain": LEASE_DOMAIN4,
                    "prefixes": [anchor.domain4 for anchor in self._network.anchors],
                }
            )
        routers = [
            {
                "identity": self.credentials[ar.name].identity,
                "addresses": [ar.core, *self._if_ipv4(ar.giaddr)],
                "link-addresses": [ar.link, *self._if_ipv4(ar.giaddr)],
                "tunnel-address": ar.tunnel,
                **(
                    {"prohibited": True, "reason": closed[ar.name]}
                    if closed and ar.name in closed
                    else {}
                ),
            }
            for ar in access_routers
        ]
        more = {
            "prohibited-mns": list(prohibited_mns),
            "authorities": [{"identity": identity} for identity in authorities],
        }
        _write(self.inventory_file, {"access-routers": routers, "sources": sources, **more})

    def write_anchor(self, anchor: Anchor, **changed: Any) -> None:
        """Writes an anchor's configuration; `changed` are keys of "anchor" to add or replace."""
        role = {
            "listen": {"address": anchor.core, "port": ANCHOR_PORT},
            "tunnel-address": anchor.tunnel,
            "prefixes": [anchor.domain, *self._if_ipv4(anchor.domain4)],
            "inventory-file": str(self.inventory_file),
            **({"attestation": self._attestation} if self._attestation else {}),
        }
        self._write_route_agent(anchor, {"anchor": {**role, **changed}})

    def write_access_router(self, ar: AccessRouter, **changed: Any) -> None:
        """The same for an AR and its "access"."""
        role = {
            "tunnel-address": ar.tunnel,
            "access-interfaces": [self._access_link(ar)],
            "anchors": [self._peer(anchor) for anchor in self._network.anchors],
            "core-mtu": CORE_MTU,
            **self._attested_at(ar),
        }
        self._write_route_agent(ar, {"access": {**role, **changed}})

    def add_authority(self, credentials: Credentials, mns: Path) -> Process:
        """A route agent on CN, which is on the core, that tells the anchors of the MNs in this file."""
        configuration = {
            "identity": credentials.identity,
            **_tls(credentials),
            "authority": {
                "anchors": [self._peer(anchor) for anchor in self._network.anchors],
                "authorized-mns-file": str(mns),
            },
            **self._common,
            **self._route_agent,
        }
        path = self.folder / "authority.conf"
        _write(path, configuration)
        command = (self.build.route_agent, "--config", path)
        return self._processes.add("authority", self._network.inside(self._network.cn), *command)

    def write_relay(self, ar: AccessRouter, **changed: Any) -> None:
        """The same for an AR's relay and the whole of its configuration."""
        configuration = {
            "access-interfaces": [self._access_link(ar)],
            **({"dhcp4": self._dhcp4()} if self._ipv4 else {}),
            "servers": [anchor.core for anchor in self._network.anchors[:1]],
            "source-address": ar.core,
            **self._attested_at(ar),
            **self._common,
        }
        _write(self._file("relay", ar), {**configuration, **changed})

    def _dhcp4(self) -> dict[str, Any]:
        first = self._network.anchor
        return {"servers": [first.core4], "server-identifier-override": first.gateway4}

    @property
    def _sources(self) -> list[str]:
        return ["kea", *self._if_ipv4("kea4")]

    def _if_ipv4(self, value: str) -> list[str]:
        return [value] if self._ipv4 else []

    def _access_link(self, ar: AccessRouter) -> dict[str, str]:
        giaddr = {"giaddr": ar.giaddr} if self._ipv4 else {}
        return {"name": ACCESS, "link-address": ar.link, **giaddr}

    def _attested_at(self, ar: AccessRouter) -> dict[str, str]:
        if not self._attestation:
            return {}
        return {"attestation-socket": str(self.folder / f"{ar.name}.attestation")}

    def _give_files_to(self, user: str) -> None:
        """The agents read certificates and inventory again at SIGHUP, when they are that user."""
        self._processes.folder.chmod(0o711)
        for folder in (self.folder, self.credentials["kea"].key.parent):
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, user)

    def _write_route_agent(self, node: Anchor | AccessRouter, role: Mapping[str, Any]) -> None:
        credentials = self.credentials[node.name]
        common = {
            "identity": credentials.identity,
            **_tls(credentials),
            "mode": "seg6",
            "control-socket": str(self._control_socket(node)),
            **self._common,
            **self._route_agent,
        }
        _write(self._file("route", node), {**common, **role})

    def _sessions(self, anchor: Anchor) -> set[str]:
        return {session["identity"] for session in self.ask(anchor)["anchor"]["sessions"]}

    def _is_associated(self, ar: AccessRouter) -> bool:
        return all(anchor["associated"] for anchor in self.ask(ar)["access"]["anchors"])

    def _control_socket(self, node: Anchor | AccessRouter) -> Path:
        return self.folder / f"{node.name}.sock"

    def _peer(self, anchor: Anchor) -> dict[str, Any]:
        """How a session to the anchor is described to those who dial it."""
        identity = self.credentials[anchor.name].identity
        return {"name": identity, "address": anchor.core, "port": ANCHOR_PORT}

    def _add_route_agent(self, node: Anchor | AccessRouter) -> Process:
        command = (self.build.route_agent, "--config", self._file("route", node))
        return self._processes.add(f"route-{node.name}", self._network.inside(node), *command)

    def _add_relay(self, ar: AccessRouter) -> Process:
        command = (self.build.relay_agent, "--config", self._file("relay", ar))
        return self._processes.add(f"relay-{ar.name}", self._network.inside(ar), *command)

    def _file(self, agent: str, node: Anchor | AccessRouter) -> Path:
        return self.folder / f"{agent}-{node.name}.conf"


def wait_until_ready(agent: Process, limit: float = 5) -> None:
    """Both our daemons say so in one line of their own."""
    agent.wait_for_line("^mobility-(route|relay)-agent ready$", limit)


def _start_all(agents: Collection[Process]) -> None:
    for agent in agents:
        agent.start()
    for agent in agents:
        wait_until_ready(agent)


def _tls(credentials: Credentials) -> dict[str, str]:
    return {
        "certificate-file": str(credentials.certificate),
        "key-file": str(credentials.key),
        "trust-anchor": str(credentials.authority),
    }


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """In one step, so that an agent that is told to read again never sees half of it."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(content, indent=2) + "\n")
    fresh.replace(path)
