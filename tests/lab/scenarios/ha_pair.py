# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Two kea-dhcp6 that share leases by HA (hot-standby), each a source of its own: what becomes of leases
and of addresses that hosts registered."""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack
from typing import Any

from ..addresses import Anchor
from ..agents import Domain, find_build, wait_until_ready
from ..kea import LEASE_COMMANDS, Kea
from ..network import Network
from ..placement import leads_to, left_over, wait_until_at
from ..player import Player
from ..processes import Processes
from ..scenario import equal, fact, scenario
from ..waiting import wait_until

_HA = LEASE_COMMANDS.with_name("libdhcp_ha.so")
_MADE, _LATER = (f"2001:db8:d000:0:6d:6eff:fe00:{mn}" for mn in (1, 2))  # by MN 1 and MN 2


class _OnCn(Anchor):
    """The first anchor's subnet, served by a Kea on CN."""

    name = "cn"  # type: ignore[assignment]
    core = "2001:db8:c::c"  # type: ignore[assignment]


class _Partner(Kea):
    """One of the two."""

    def _hooks(self) -> list[dict[str, Any]]:
        commands, ours = super()._hooks()
        return [commands, {"library": str(_HA), "parameters": self.ha()}, ours]

    def ha(self) -> dict[str, Any]:
        threads = {"enable-multi-threading": True, "http-dedicated-listener": True,
                   "http-listener-threads": 1, "http-client-threads": 1}  # fmt: skip
        peers = [
            {"name": "a", "url": "http://[2001:db8:c::1]:8005/", "role": "primary"},
            {"name": "b", "url": "http://[2001:db8:c::c]:8005/", "role": "standby"},
        ]
        mine = {"this-server-name": "b" if self.anchor.name == "cn" else "a", "mode": "hot-standby",
                "heartbeat-delay": 500, "max-response-delay": 2000, "max-unacked-clients": 0,
                "multi-threading": threads, "peers": peers}  # fmt: skip
        return {"high-availability": [mine]}

    def state(self) -> str:
        answer = self.try_command("status-get").get("arguments", {})
        return str(answer["high-availability"][0]["ha-servers"]["local"]["state"])

    def wait_for_state(self, wanted: str, limit: float = 40) -> None:
        self.process.wait_until(lambda: self.state() == wanted, f"HA state {wanted}", limit)


class _Pair:
    """A domain with both. A context manager."""

    def __enter__(self) -> _Pair:
        with ExitStack() as stack:
            self.network = network = stack.enter_context(Network())
            processes = stack.enter_context(Processes())
            self.domain = domain = Domain(network, processes, find_build()).start()
            (second,) = domain.authority.issue("kea-b")
            self._grant(second.identity)
            parameters = {"register-addresses": True}
            first = domain.kea_options(parameters, threads=2)
            own = {"certificate-file": str(second.certificate), "key-file": str(second.key),
                   "lease-domain": "lab-b/6"}  # fmt: skip
            other = domain.kea_options({**parameters, **own}, threads=2)
            self.a = _Partner(network, processes, first, name="kea").start()
            self.b = _Partner(network, processes, other, anchor=_OnCn(1), name="kea-b").start()
            for ar in network.access_routers:
                domain.write_relay(ar, servers=[network.anchor.core, network.cn.core])
                domain.relay(ar).stop()
                wait_until_ready(domain.relay(ar).start())
                network.inside(network.cn).ip(f"route add {ar.link}/64 via {ar.core}")
            self.a.wait_for_state("hot-standby")
            self.b.wait_for_state("hot-standby")
            domain.wait_until_associated()
            self.player = stack.enter_context(Player(network, processes, domain.build))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.__exit__(*exc)  # type: ignore[arg-type]

    def _grant(self, identity: str) -> None:
        """To the partner what the first server has, under another lease domain."""
        inventory = json.loads(self.domain.inventory_file.read_text())
        (first,) = inventory["sources"]
        inventory["sources"].append({**first, "identity": identity, "lease-domain": "lab-b/6"})
        self.domain.inventory_file.write_text(json.dumps(inventory))
        agent = self.domain.route_agent(self.network.anchor)
        agent.signal(signal.SIGHUP)
        agent.wait_for_line("RELOADED")

    def rows(self, address: str) -> list[int]:
        """How many valid ones each has of the address."""
        return [
            len([row for row in kea.leases() if row["ip-address"] == address and row["state"] == 0])
            for kea in (self.a, self.b)
        ]

    def owner(self, address: str) -> str | None:
        """The lease domain of its binding; None: there is none."""
        listed = self.domain.ask(self.network.anchor, "bindings")["bindings"]
        return next((b["owner"] for b in listed if b["prefix"] == f"{address}/128"), None)

    def register(self, mn: int, ar: int, address: str, **words: Any) -> None:
        answer = self.player.do("register", mn=mn, link=f"ar{ar}", address=address, **words)
        equal(answer["reply"], "Addr-reg-reply", f"the answer to MN {mn} at ar{ar}")

    def come_back(self) -> None:
        self.a.start()
        self.a.wait_for_state("hot-standby")
        self.b.wait_for_state("hot-standby")
        self.domain.wait_until_associated()


@scenario("A7", "HA: a registered address is a row at both servers, keeps its path over a failover, and ends at both")
def registered_in_a_pair() -> None:
    with _Pair() as pair:
        network = pair.network
        pair.register(1, 1, _MADE)
        wait_until(lambda: pair.rows(_MADE) == [1, 1], "a row at both", 5)
        wait_until_at(network, _MADE, network.ar(1))
        pair.a.process.kill()
        equal(leads_to(network, _MADE), "ar1", "where it is while its server is dead")
        pair.register(1, 2, _MADE)
        wait_until_at(network, _MADE, network.ar(2))
        equal(pair.owner(_MADE), "lab-b/6", "the owner while the first server is dead")
        pair.register(2, 1, _LATER)
        pair.come_back()
        equal((pair.rows(_MADE), pair.rows(_LATER)), ([1, 1], [1, 1]), "rows when it is back")
        wait_until_at(network, _MADE, network.ar(2))
        wait_until_at(network, _LATER, network.ar(1))
        pair.register(1, 2, _MADE, valid=0)
        pair.register(2, 1, _LATER, valid=0)
        wait_until(lambda: pair.rows(_MADE) + pair.rows(_LATER) == [0] * 4, "no row at either", 5)
        equal(left_over(network), [], "left on any node")


@scenario("A3 A6", "HA: a leased address moves through the standby while the first server is dead, and is released when it is back")
def leased_in_a_pair() -> None:
    with _Pair() as pair:
        network = pair.network
        address = pair.player.attach(3, network.ar(1))
        wait_until(lambda: pair.rows(address) == [1, 1], "the lease at both", 5)
        wait_until_at(network, address, network.ar(1))
        pair.a.process.kill()
        pair.b.wait_for_state("partner-down")
        answer = pair.player.do("rebind", mn=3, link="ar2")
        equal((answer["reply"], answer["status"]), ("Reply", "Success"), "the standby's answer")
        wait_until_at(network, address, network.ar(2))
        equal(pair.owner(address), "lab-b/6", "the owner while the first server is dead")
        pair.come_back()
        wait_until_at(network, address, network.ar(2))
        fact(f"owner when both are there: {pair.owner(address)}")
        # A Release is for the server that the client last heard of, and the standby is deaf now.
        equal(pair.player.do("rebind", mn=3, link="ar1")["status"], "Success", "the first server's answer")
        wait_until_at(network, address, network.ar(1))
        pair.player.do("release", mn=3, link="ar1")
        wait_until(lambda: pair.rows(address) == [0, 0], "no lease at either", 5)
        equal(left_over(network), [], "left on any node")
