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
    subnets = "subnet4"

    def __enter__(self) -> Hook4Site:
        super().__enter__()
        dhcp4_client.add_ipv4(self.network)
        return self

    def _open_relays(self) -> None:
        self.ar1, self.ar2 = (Relay(self.network, ar) for ar in self.network.access_routers)

    def start(self) -> Hook4Site:
        super().start()
        return self

    def hook_parameters(self, **changes: Any) -> dict[str, Any]:
        parameters = super().hook_parameters()
        parameters["lease-domain"] = "test/4"
        parameters["anchors"][0]["prefixes"] = [dhcp4_client.DOMAIN]
        aggregates = [{"subnet-id": 1, "prefixes": [dhcp4_client.LINK_ADDRESSES]}]
        parameters["link-addresses"] = aggregates
        parameters.update(changes)
        return {key: value for key, value in parameters.items() if value is not None}

    def subnet(self, **changes: Any) -> dict[str, Any]:
        pools = [{"pool": dhcp4_client.POOL}]
        return {"id": 1, "subnet": dhcp4_client.SUBNET, "pools": pools, **changes}

    def client(self) -> Client:
        self._clients += 1
        return Client(self._clients)
