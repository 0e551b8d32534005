# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A hook that tells its clients of refusals tells them nothing of what no relay attests: the word may
be late, or the message is somebody else's, and they keep their addresses."""

from __future__ import annotations

from ..clients4 import Dhcpcd4
from ..crowd import Crowd
from ..dhcp4 import NAK
from ..scenario import check, equal, scenario
from ..waiting import wait_until
from ..walk import Walk

_TOLD = {"on-refused": "status"}
_CODE = "not-attested"


@scenario("B", "attestation, on-refused status: what an AR without its agent relays is answered by silence")
def no_status() -> None:
    with Crowd(agents={"attestation": "required"}, parameters=_TOLD) as crowd:
        player, network = crowd.player, crowd.network
        address = player.attach(1, network.ar(1))
        crowd.wait_until_at(address, network.ar(1))
        agent = crowd.domain.route_agent(network.ar(2))
        agent.kill()
        for word in ("confirm", "rebind", "renew"):
            answer = player.do(word, mn=1, link="ar2", timeout_ms=600)
            equal(answer["reply"], None, f"the answer to a {word} while the AR's agent is down")
        refusals = crowd.domain.ask(network.anchor)["anchor"]["refusals"]
        check(refusals[_CODE] >= 3, f"each is refused by this code: {refusals}")
        crowd.wait_until_at(address, network.ar(1))
        agent.start()
        crowd.domain.wait_until_associated()
        player.do("confirm", mn=1, link="ar2")
        crowd.wait_until_at(address, network.ar(2))


@scenario("A8 B", "attestation, IPv4, on-refused status: dhcpcd at an AR without its agent hears no DHCPNAK, keeps its address, and is served when the agent is back")
def no_nak() -> None:
    with Walk(ipv4={"parameters": _TOLD}, agents={"attestation": "required"}) as walk:
        first, second = walk.network.access_routers
        host = walk.host4(lambda walker: Dhcpcd4(walker.network, walker.processes, mn=walker.node))
        address = host.attach_ipv4(first)
        host.wait_until_at(first)
        agent = walk.domain.route_agent(second)
        agent.kill()
        walk.network.port(host.node).plug_in(second)

        def refused() -> int:
            found: int = walk.domain.ask(walk.network.anchor)["anchor"]["refusals"][_CODE]
            return found

        wait_until(lambda: refused() > 0, "a refusal at the anchor", 15)
        agent.start()
        walk.domain.wait_until_associated()
        host.wait_until_at(second, limit=30)
        equal(len(host.tap.seen(NAK)), 0, "DHCPNAKs that the MN has seen")
        equal(host.address, address, "its address")
        check(not host.transfer.broken, "the TCP connection lives")
