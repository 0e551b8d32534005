# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""How two MNs of a domain reach each other: straight, or wrapped through the anchor."""

from __future__ import annotations

import re

from .addresses import AccessRouter
from .agents import Domain, wait_until_ready
from .namespaces import Namespace
from .network import Network
from .scenario import equal
from .waiting import wait_until

PINGS = 100
BOTH_WAYS = 2 * PINGS
_COUNT_WRAPPED = (
    "table ip6 seen { chain arriving { type filter hook prerouting priority -300; "
    "ip6 nexthdr { 4, 41 } counter; }; }"
)


class Crossing:
    """Counts what is wrapped and arrives at the anchor."""

    def __init__(self, network: Network, domain: Domain) -> None:
        self._network, self._domain = network, domain
        self._anchor = network.inside(network.anchor)
        self._anchor.run("nft", _COUNT_WRAPPED)

    def through_anchor(self, first: Namespace, target: str) -> int:
        """How many wrapped packets the anchor sees while `first` pings the target: none may be lost."""
        ping = ("ping", "-6" if ":" in target else "-4")
        # The very first answer may wait for neighbour discovery.
        wait_until(lambda: not first.run(*ping, "-c1", "-W1", target, check=False).returncode,
                   f"an answer from {target}", 20)  # fmt: skip
        before = self._wrapped()
        said = first.run(*ping, "-c", str(PINGS), "-i", "0.01", "-W", "1", target, check=False).stdout
        answers = re.search(r"(\d+) received", said)
        equal(int(answers[1]) if answers else 0, PINGS, f"answers to {PINGS} echo requests")
        return self._wrapped() - before

    def switch(self, ar: AccessRouter, way: str, family: int = 6) -> None:
        """Restarts the AR's agent with this "mn-to-mn"."""
        agent = self._domain.route_agent(ar)
        self._domain.write_access_router(ar, **{"mn-to-mn": way})
        agent.stop()
        agent.start()
        wait_until_ready(agent)
        self._domain.wait_until_associated()
        # What was installed before goes when the anchor has told its full state.
        wait_until(
            lambda: self._has_direct_path(ar, family) == (way == "direct"), f"rules of mn-to-mn {way}", 10
        )

    def _has_direct_path(self, ar: AccessRouter, family: int) -> bool:
        rules = self._network.inside(ar).run("ip", f"-{family}", "rule", "show").stdout
        return "suppress_prefixlength" in rules

    def _wrapped(self) -> int:
        listing = self._anchor.run("nft", "list", "table", "ip6", "seen")
        found = re.search(r"packets (\d+)", listing.stdout)
        return int(found[1]) if found else 0
