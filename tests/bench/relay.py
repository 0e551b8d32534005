# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""our relay beside ISC's dhcrelay: processor time for a four-way exchange, and exchanges lost

The clients are fewer than the kernel's neighbour table takes by default (gc_thresh3, 1,024): with more of
them dhcrelay's Replies wait for neighbour discovery in vain, while ours need none. The last rows show that.
"""

from __future__ import annotations

from lab.agents import Domain, find_build
from lab.kea import Kea, KeaOptions
from lab.network import ACCESS, CORE, Network
from lab.player import Player
from lab.processes import Process, Processes

from .processor import seconds_used

_RATES = (1000, 2000)
_SECONDS = 5
_FEW, _MANY = 800, 5000  # clients


def run() -> dict[str, float]:
    figures: dict[str, float] = {}
    for rate, clients in [*((rate, _FEW) for rate in _RATES), (_RATES[0], _MANY)]:
        what = f"at_{rate}_of_{clients}"
        for name in ("ours", "dhcrelay"):
            with Network() as network, Processes() as processes:
                domain = Domain(network, processes, find_build())
                Kea(network, processes, KeaOptions(relays=network.access_routers)).start()
                relay = _ours(domain, network) if name == "ours" else _dhcrelay(network, processes)
                with Player(network, processes, domain.build) as player:
                    before = seconds_used(relay.pid)
                    done = player.do(
                        "load", exchange={"do": "attach"}, links=["ar1"], rate=rate,
                        mns={"first": 1, "count": clients}, seconds=_SECONDS, limit=60,
                    )  # fmt: skip
                    used = seconds_used(relay.pid) - before
            exchanges = max(done["succeeded"], 1)
            figures[f"{name}_us_per_exchange_{what}"] = used / exchanges * 1e6
            figures[f"{name}_lost_{what}"] = done["failed"]
        figures[f"ratio_{what}"] = (
            figures[f"ours_us_per_exchange_{what}"]
            / max(figures[f"dhcrelay_us_per_exchange_{what}"], 0.001)
        )  # fmt: skip
    return figures


def _ours(domain: Domain, network: Network) -> Process:
    domain.start_relays()
    return domain.relay(network.ar(1))


def _dhcrelay(network: Network, processes: Processes) -> Process:
    relay = processes.add(
        "dhcrelay", network.inside(network.ar(1)), "dhcrelay", "-6", "-d", "--no-pid", "-I",
        "-l", ACCESS, "-u", f"{network.anchor.core}%{CORE}",
    )  # fmt: skip
    relay.start().wait_for_line("Listening on|Sending on|Server", limit=5)
    return relay
