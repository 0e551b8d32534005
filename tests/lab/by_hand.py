# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Mobility programmed by hand with `ip`, as the route agents would: proves the lab without them.

Also the shortest complete description of the seg6 data plane. One address, any number of ARs.
"""

from __future__ import annotations

from .addresses import OUR_PROTOCOL, REVERSE_TABLE, AccessRouter, MobileNode
from .network import ACCESS, CORE, Network

_OURS = f"proto {OUR_PROTOCOL}"


class HandMadeDomain:
    def __init__(self, network: Network, mn: MobileNode, address: str) -> None:
        self._network = network
        self._mn = mn
        self._address = address

    def prepare(self) -> None:
        """Tunnel ends and the reverse path, which stay while MNs move."""
        anchor = self._network.anchor
        at_anchor = self._network.inside(anchor)
        at_anchor.ip(_decapsulate(anchor.tunnel))
        for ar in self._network.access_routers:
            at_anchor.ip(f"nexthop add id {ar.number} {_encapsulate(ar.tunnel)} dev {CORE} {_OURS}")
            self._network.inside(ar).ip(
                _decapsulate(ar.tunnel),
                f"route add default {_encapsulate(anchor.tunnel)} dev {CORE} {_OURS}"
                f" table {REVERSE_TABLE}",
                f"rule add from {anchor.domain} iif {ACCESS} lookup {REVERSE_TABLE}"
                f" protocol {OUR_PROTOCOL}",
            )

    def attach(self, ar: AccessRouter) -> None:
        """Inwards: the AR's host route and neighbour, then the anchor's route.
        When this returns no packet may be lost any more."""
        self._network.inside(ar).ip(
            f"neigh replace {self._address} lladdr {self._mn.mac} dev {ACCESS} nud permanent"
            f" protocol {OUR_PROTOCOL}",
            f"route replace {self._address} dev {ACCESS} {_OURS}",
        )
        self._network.inside(self._network.anchor).ip(
            f"route replace {self._address} nhid {ar.number} {_OURS}"
        )

    def forget(self, ar: AccessRouter) -> None:
        """The AR that the MN has left."""
        self._network.inside(ar).ip(
            f"route del {self._address} dev {ACCESS} {_OURS}",
            f"neigh del {self._address} dev {ACCESS}",
        )

    def clear(self) -> None:
        """Outwards: the anchor first, and every tunnel end with the last MN."""
        anchor = self._network.anchor
        self._network.inside(anchor).ip(
            f"route del {self._address} {_OURS}",
            *(f"nexthop del id {ar.number}" for ar in self._network.access_routers),
            f"route del {anchor.tunnel} {_OURS}",
        )
        for ar in self._network.access_routers:
            self._network.inside(ar).ip(
                f"rule del from {anchor.domain} iif {ACCESS} lookup {REVERSE_TABLE}",
                f"route del default table {REVERSE_TABLE}",
                f"route del {ar.tunnel} {_OURS}",
            )


def _encapsulate(tunnel: str) -> str:
    return f"encap seg6 mode encap.red segs {tunnel}"


def _decapsulate(tunnel: str) -> str:
    return f"route add {tunnel} encap seg6local action End.DT6 table 254 dev {CORE} {_OURS}"
