# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Ten thousand MNs of the player, and a cheap look at whether all tables are right."""

from __future__ import annotations

from .addresses import OUR_PROTOCOL, AccessRouter, Anchor
from .crowd import Crowd
from .scenario import check, equal
from .tables import installed

MANY = 10_000
PATIENT = {"retransmit": {"every_ms": 1000, "times": 5}, "timeout_ms": 8000}
_RATE = 500  # attachments a second


def attach_many(crowd: Crowd) -> None:
    """All at AR1."""
    attached = crowd.player.do(
        "load", exchange={"do": "attach", **PATIENT}, mns={"first": 1, "count": MANY},
        links=["ar1"], rate=_RATE, seconds=MANY // _RATE, limit=120,
    )  # fmt: skip
    equal(attached["failed"], 0, "MNs that could not attach")


def settled(crowd: Crowd) -> bool:
    """The anchor knows all that its source has, and has nothing left to write."""
    status = crowd.domain.ask(crowd.network.anchor)["anchor"]
    return bool(status["listed"] and status["kernel"]["idle"])


def routes(crowd: Crowd, router: Anchor | AccessRouter) -> set[str]:
    """The MNs' prefixes in its kernel: as tables.installed, of 10,000 ten times as fast."""
    words = ("ip", "-6", "-N", "route", "show", "table", "main", "proto", str(OUR_PROTOCOL))
    lines = crowd.network.inside(router).run(*words).stdout.splitlines()
    return {line.split(maxsplit=1)[0] for line in lines if "seg6local" not in line}


def kernels_hold(crowd: Crowd, leased: set[str]) -> bool:
    """The anchor's just these addresses, and each of them at one AR."""
    if routes(crowd, crowd.network.anchor) != leased:
        return False
    places = [routes(crowd, ar) for ar in crowd.network.access_routers]
    return sum(map(len, places)) == len(leased) and set().union(*places) == leased


def check_kernels(crowd: Crowd) -> None:
    """All at AR1, every thing of ours looked at."""
    leased = crowd.kea.leased_addresses()
    equal(len(leased), MANY, "leases")
    for router in (crowd.network.anchor, crowd.network.ar(1)):
        found = installed(crowd.network.inside(router)).prefixes
        check(found == leased, f"the kernel of {router.name} has just the leased addresses")
