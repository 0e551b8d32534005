# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Stock DHCPv4 clients on an MN, unmodified, each with its files in the run's folder."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

from .addresses import MobileNode
from .network import MN_LINK, Hosts
from .processes import Process, Processes, with_mounts


class Client4:
    process: Process

    def __init__(
        self, network: Hosts, processes: Processes, kind: str, mn: MobileNode | None = None
    ) -> None:
        self.mn = mn or network.mn
        self.inside = network.inside(self.mn)
        self.folder: Path = processes.folder / f"{kind}4-{self.mn.name}"
        self.folder.mkdir()

    def start(self) -> Client4:
        self.process.start()
        return self

    def stop(self) -> None:
        """Ends the client without a DHCPRELEASE: the lease stays."""
        self.process.stop()

    def addresses(self) -> list[str]:
        listed = self.inside.run("ip", "-4", "-j", "address", "show", "dev", MN_LINK).stdout
        return [
            info["local"]
            for interface in json.loads(listed or "[]")
            for info in interface.get("addr_info", [])
        ]

    def wait_for_address(self, limit: float = 20) -> str:
        what = f"an IPv4 address of {self.process.name}"
        return self.process.wait_until(self.addresses, what, limit)[0]


class Dhclient4(Client4):
    """dhclient: notices no carrier; after a restart it is in INIT-REBOOT with the lease in its file.
    It never asks for answers by broadcast."""

    def __init__(self, network: Hosts, processes: Processes) -> None:
        super().__init__(network, processes, "dhclient")
        self.process = processes.add(
            f"dhclient4-{self.mn.name}",
            self.inside,
            *("dhclient", "-4", "-d", "-v"),
            *("-cf", "/dev/null", "-lf", self.folder / "leases", "-pf", self.folder / "pid"),
            MN_LINK,
        )

    def wait_for_address(self, limit: float = 20) -> str:
        """Also for the lease in its file."""
        self.process.wait_for_line("^bound to ", limit)
        return super().wait_for_address(limit)


class Dhcpcd4(Client4):
    """dhcpcd: when its link comes up again it is in INIT-REBOOT. It asks nobody whether its address
    is another's too, every address is the server's; unless it `asks_around`, as it does by default.
    `broadcast`: it asks for answers by broadcast.
    `duid`: its client identifier is that of RFC 4361, else its MAC."""

    def __init__(
        self,
        network: Hosts,
        processes: Processes,
        broadcast: bool = False,
        mn: MobileNode | None = None,
        duid: bool = False,
        asks_around: bool = False,
    ) -> None:
        super().__init__(network, processes, "dhcpcd", mn)
        state, run = self.folder / "state", self.folder / "run"
        state.mkdir()
        run.mkdir()
        configuration = self.folder / "dhcpcd.conf"
        configuration.write_text(
            f"ipv4only\nnoipv4ll\n{'duid' if duid else 'clientid'}\n"
            + "option routers, classless_static_routes\n"
            + "broadcast\n" * broadcast
            + "noarp\n" * (not asks_around)
        )
        script = self.folder / "event"
        script.write_text('#!/bin/sh\necho "event: $reason"\n')
        script.chmod(0o755)
        self.process = processes.add(
            f"dhcpcd4-{self.mn.name}",
            self.inside,
            *with_mounts({"/var/lib/dhcpcd": state, "/run/dhcpcd": run}),
            *("dhcpcd", "-4", "-B", "-d", "-f", configuration, "-c", script, MN_LINK),
        )

    def release(self) -> None:
        self.process.signal(signal.SIGALRM)
        self.process.wait_for_exit()


class Networkd4(Client4):
    """systemd-networkd: when its link comes up again it is in INIT-REBOOT (seen with 252)."""

    def __init__(
        self, network: Hosts, processes: Processes, mn: MobileNode | None = None
    ) -> None:
        super().__init__(network, processes, "networkd", mn)
        run = self.folder / "run"
        network_files, own = run / "systemd/network", run / "systemd/netif"
        for folder in (network_files, own):
            folder.mkdir(parents=True)
        shutil.chown(own, "systemd-network", "systemd-network")
        (network_files / "mn.network").write_text(
            f"[Match]\nName={MN_LINK}\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=no\n"
            "[DHCPv4]\nClientIdentifier=mac\nUseDomains=no\nSendRelease=no\n"
        )
        self.process = processes.add(
            f"networkd4-{self.mn.name}",
            self.inside,
            *with_mounts({"/run": run}, read_only_sys=True),
            "/lib/systemd/systemd-networkd",
            environment={"SYSTEMD_LOG_LEVEL": "debug", "SYSTEMD_LOG_TARGET": "console"},
        )
