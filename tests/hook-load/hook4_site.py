# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The same site with a real kea-dhcp4 and two ARs that relay DHCPv4."""

from __future__ import annotations

from typing import Any

from lab.kea import Kea
from lab.network import CORE

import dhcp4_client
from dhcp4_client import Client, Relay
from hook_site import HookSite

_ONLY_DHCP6 = ("data-directory", "preferred-lifetime", "subnet6")


class Kea4(Kea):
    program = "kea-dhcp4"
    section = "Dhcp4"

    def configuration(self) -> dict[str, Any]:
        common = super().configuration()
        for key in _ONLY_DHCP6:
            common.pop(key, None)
        common["interfaces-config"] = {"interfaces": [CORE], "dhcp-socket-type": "udp"}
        return {**common, **self.options.extra}

    def leases(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.command("lease4-get-all").get("leases", [])
        return found

    def leased_addresses(self) -> set[str]:
        return {row["ip-address"] for row in self.leases() if row["state"] == 0}

    def delete_lease(self, address: str) -> None:
        self.command("lease4-del", **{"ip-address": address})


class Hook4Site(HookSite):
    server = Kea4
    relay = Relay
    mobile_node = Client
    subnets = "subnet4"
    lease_domain = "test/4"
    link_addresses = dhcp4_client.LINK_ADDRESSES

    def __enter__(self) -> Hook4Site:
        super().__enter__()
        dhcp4_client.add_ipv4(self.network)
        return self

    def start(self) -> Hook4Site:
        super().start()
        return self

    def domain(self) -> str:
        return dhcp4_client.DOMAIN

    def subnet(self, **changes: Any) -> dict[str, Any]:
        pools = [{"pool": dhcp4_client.POOL}]
        return {"id": 1, "subnet": dhcp4_client.SUBNET, "pools": pools, **changes}
