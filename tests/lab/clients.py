# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Stock DHCPv6 clients on an MN, unmodified, each with its files in the run's folder.

They write to fixed places (/var/lib, /run): each runs in a mount namespace of its own in which
those places are folders of the run.
"""

from __future__ import annotations

import contextlib
import ipaddress
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

from .addresses import MobileNode
from .network import LAN, LAN_GATEWAY, MN_LINK, Hosts
from .processes import Process, Processes, with_mounts
from .waiting import LabError, wait_until

_TENTATIVE = 0x40  # IFA_F_TENTATIVE


class Client:
    """One client on one MN. Its identity (DUID-LL from the MAC) is the same in every life."""

    process: Process

    def __init__(self, network: Hosts, processes: Processes, mn: MobileNode, kind: str) -> None:
        self.mn = mn
        self.inside = network.inside(mn)
        self.duid = f"00:03:00:01:{mn.mac}"
        self.folder = processes.folder / f"{kind}-{mn.name}"
        self.folder.mkdir()
        self.inside.sysctl({f"conf/{MN_LINK}/accept_ra": 2})  # also where the MN is a router

    def start(self) -> Client:
        self.process.start()
        return self

    def notice_new_link(self) -> None:
        """What the user of a client does that notices no carrier."""

    def release(self) -> None:
        """Has the client send a Release and ends it."""
        raise LabError(f"{self.process.name} never sends a Release")

    def stop(self) -> None:
        """Ends the client without a Release: the lease stays."""
        self.process.stop()

    def without_duplicate_address_detection(self) -> None:
        """For an MN whose addresses are all the server's. Call it before `start`."""
        values = {f"conf/{MN_LINK}/{key}": 0 for key in ("accept_dad", "dad_transmits")}
        self.inside.sysctl(values)

    def addresses(self) -> list[str]:
        """The global addresses that can be used now (not those still under detection)."""
        return self._usable(scope="00")

    def wait_for_address(self, limit: float = 10) -> str:
        """Waits until there is one, and returns it."""
        what = f"an address of {self.process.name}"
        return self.process.wait_until(self.addresses, what, limit)[0]

    def _usable(self, scope: str) -> list[str]:
        """A line of if_inet6 is: address, index, prefix length, scope, flags (all hex), device."""
        with self.inside.entered():
            lines = Path("/proc/thread-self/net/if_inet6").read_text().splitlines()
        found = [line.split() for line in lines]
        return [
            str(ipaddress.IPv6Address(bytes.fromhex(address)))
            for address, _, _, its_scope, flags, device in found
            if device == MN_LINK and its_scope == scope and not int(flags, 16) & _TENTATIVE
        ]

    def wait_for_no_address(self, limit: float = 10) -> None:
        wait_until(lambda: not self.addresses(), f"{self.mn.name} to have no address", limit)


class Dhcpcd(Client):
    """dhcpcd: Confirm about 1 s after link-up. What it noticed is in its log, reason by reason."""

    def __init__(
        self,
        network: Hosts,
        processes: Processes,
        mn: MobileNode | None = None,
        rapid_commit: bool = False,
        delegated: Sequence[str] = (),
    ) -> None:
        """`delegated`: an MN that is a router asks for these too, each written as behind `ia_pd`."""
        mn = mn or network.mn
        super().__init__(network, processes, mn, "dhcpcd")
        state, run = _folders(self.folder, "state", "run")
        (state / "duid").write_text(f"{self.duid}\n")
        configuration = self.folder / "dhcpcd.conf"
        configuration.write_text(
            "duid\nipv6only\nnoipv4ll\nnoipv6rs\n"
            + ("option rapid_commit\n" * rapid_commit)
            + f"interface {MN_LINK}\nipv6rs\nia_na 1\n"
            + "".join(f"ia_pd {each}\n" for each in delegated)
        )
        script = self.folder / "event"
        script.write_text('#!/bin/sh\necho "event: $reason"\n')
        script.chmod(0o755)
        self.process = processes.add(
            f"dhcpcd-{mn.name}",
            self.inside,
            *with_mounts({"/var/lib/dhcpcd": state, "/run/dhcpcd": run}),
            *("dhcpcd", "-6", "-B", "-d", "-f", configuration, "-c", script, MN_LINK),
            *((LAN,) if delegated else ()),
        )

    def release(self) -> None:
        for _ in range(2):  # now and then it does not hear the signal: then once more
            self.process.signal(signal.SIGALRM)
            with contextlib.suppress(LabError):
                self.process.wait_for_exit(limit=3)
                return
        self.process.signal(signal.SIGALRM)
        self.process.wait_for_exit()


class Networkd(Client):
    """systemd-networkd: Solicit after link-up, then Request. Version 252 never sends a Release."""

    def __init__(
        self,
        network: Hosts,
        processes: Processes,
        mn: MobileNode | None = None,
        rapid_commit: bool = False,
        delegated: bool = False,
    ) -> None:
        """`delegated`: an MN that is a router asks for a prefix too, and numbers its LAN from it."""
        mn = mn or network.mn
        super().__init__(network, processes, mn, "networkd")
        (run,) = _folders(self.folder, "run")
        (network_files,) = _folders(run, "systemd/network")
        (own,) = _folders(run, "systemd/netif")
        shutil.chown(own, "systemd-network", "systemd-network")
        (network_files / "mn.network").write_text(
            f"[Match]\nName={MN_LINK}\n"
            "[Network]\nDHCP=ipv6\nIPv6AcceptRA=yes\n"
            "[DHCPv6]\nWithoutRA=solicit\nDUIDType=link-layer\nIAID=1\n"
            f"UseDelegatedPrefix={'yes' if delegated else 'no'}\n"
            f"RapidCommit={'yes' if rapid_commit else 'no'}\n"
            "[IPv6AcceptRA]\nDHCPv6Client=always\n"
        )
        if delegated:
            (network_files / "lan.network").write_text(
                f"[Match]\nName={LAN}\n"
                f"[Network]\nAddress={LAN_GATEWAY}/64\nIPv6AcceptRA=no\nDHCPPrefixDelegation=yes\n"
                f"[DHCPPrefixDelegation]\nUplinkInterface={MN_LINK}\nSubnetId=0\nAnnounce=no\n"
            )
        self.process = processes.add(
            f"networkd-{mn.name}",
            self.inside,
            *with_mounts({"/run": run}, read_only_sys=True),
            "/lib/systemd/systemd-networkd",
            environment={"SYSTEMD_LOG_LEVEL": "debug", "SYSTEMD_LOG_TARGET": "console"},
        )


class Dhclient(Client):
    """dhclient: notices no carrier; after a restart it sends Confirm for the lease in its file, or
    Rebind for a delegated prefix."""

    def __init__(
        self,
        network: Hosts,
        processes: Processes,
        mn: MobileNode | None = None,
        prefix_only: bool = False,
        configuration: str = "",
    ) -> None:
        mn = mn or network.mn
        super().__init__(network, processes, mn, "dhclient")
        (self.folder / "dhclient.conf").write_text(configuration)
        self._words = [
            *("-6", *(("-P",) if prefix_only else ()), "-v", "-D", "LL"),
            *("-cf", str(self.folder / "dhclient.conf")),
            *("-lf", str(self.folder / "leases"), "-pf", str(self.folder / "pid")),
        ]
        self.process = processes.add(
            f"dhclient-{mn.name}", self.inside, "dhclient", "-d", *self._words, MN_LINK
        )

    def start(self) -> Dhclient:
        """It cannot bind to a link-local address that is still under detection: wait for that."""
        wait_until(lambda: self._usable("20"), f"{self.mn.name}'s link-local address", limit=5)
        super().start()
        return self

    def notice_new_link(self) -> None:
        self.process.kill()
        self.start()

    def release(self) -> None:
        """Another dhclient sends it: one that runs cannot be told to."""
        self.process.stop()
        self.inside.run("dhclient", "-r", *self._words, MN_LINK)


def _folders(parent: Path, *names: str) -> list[Path]:
    made = [parent / name for name in names]
    for folder in made:
        folder.mkdir(parents=True)
    return made
