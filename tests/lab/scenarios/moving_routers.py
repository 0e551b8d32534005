# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Stock clients on routers walk: the LAN behind them keeps its prefixes and its sessions."""

from __future__ import annotations

import statistics

from ..addresses import Anchor
from ..clients import Dhclient, Dhcpcd, Networkd
from ..network import LAN, MN_LINK
from ..scenario import check, equal, fact, scenario
from ..tables import installed
from ..walk import Walk
from ..walker import RouterWalker

_MOVES = 10


def _tell(router: RouterWalker, wanted: str) -> None:
    """Every move by that message, and nothing lost on its way to the router once it had its Reply."""
    lines, lost = router.timelines(), router.lost_after_reply()
    equal({line.message for line in lines}, {wanted}, "what the client asks with")
    replies = [(line.reply - line.at_relay) / 1e6 for line in lines if line.reply and line.at_relay]
    gaps = [(line.first_packet - line.at_relay) / 1e6 for line in lines
            if line.first_packet and line.at_relay]  # fmt: skip
    whole = router.stream.wire().loss()
    fact(
        f"{len(lines)} moves: {wanted} to Reply {statistics.median(replies):.2f} ms, to the first "
        f"packet at the router {statistics.median(gaps):.2f} ms (medians); longest gap of all, the "
        f"client's own waiting in it, {whole.longest_gap / 1e6:.0f} ms"
    )
    equal(lost, [0] * len(lines), "packets lost between CN and the router after each Reply")


def _walk(router: RouterWalker, moves: int) -> None:
    for number in range(moves):
        ar = router.network.ar(2 - number % 2)
        router.move(ar)
        router.ping()
        router.wait_until_at(ar)
    check(not router.transfer.broken, "the TCP connection with the host behind lives")


@scenario("A5", "a router (dhcpcd: IA_NA and IA_PD) moves ten times with Rebind; ping and TCP behind it go on")
def dhcpcd_router() -> None:
    with Walk(lans=1) as walk:
        router = walk.router()
        router.attach(walk.network.ar(1))
        _walk(router, _MOVES)
        _tell(router, "Rebind")
        fact(f"TCP: {router.transfer.finish() / 1e6:.1f} MB, every byte in its place")
        equal(router.release(), [], "left after the Release")


@scenario("A5", "the same with two IA_PD and a multi-threaded Kea: every prefix goes where the router goes")
def two_delegations() -> None:
    with Walk(lans=1, threads=2) as walk:
        router = walk.router()
        client = Dhcpcd(
            walk.network, walk.processes, router.node,
            delegated=[f"2/::/60 {LAN}/0/64", f"3/::/60 {LAN}/1/64"],
        )  # fmt: skip
        router.attach(walk.network.ar(1), client)
        equal(len(router.prefixes), 2, "prefixes of the router")
        _walk(router, 3)
        held = {*router.prefixes, *client.addresses()}
        for node in (walk.network.anchor, walk.network.ar(2)):
            equal(installed(walk.network.inside(node)).prefixes, held, f"what {node.name} has a way to")
        _tell(router, "Rebind")
        equal(router.release(), [], "left after the Release")


@scenario("A5", "a router with systemd-networkd moves with Solicit and Request; its LAN keeps its prefix")
def networkd_router() -> None:
    with Walk(lans=1) as walk:
        router = walk.router()
        client = Networkd(walk.network, walk.processes, router.node, delegated=True)
        router.attach(walk.network.ar(1), client)
        _walk(router, 3)
        _tell(router, "Solicit")
        for leased in (*client.addresses(), *router.prefixes):
            walk.kea.delete_lease(leased)
        equal(router.left_over(), [], "left after lease6-del")


@scenario("A5", "dhclient -P, a prefix and no address: it moves with Rebind when it is started again")
def dhclient_prefix_only() -> None:
    with Walk(lans=1) as walk:
        router = walk.router()
        client = Dhclient(walk.network, walk.processes, router.node, prefix_only=True)
        router.attach(walk.network.ar(1), client)
        equal(client.addresses(), [], "addresses of its own")
        _walk(router, 3)
        _tell(router, "Rebind")
        equal(router.release(), [], "left after the Release")


_ASKS_FOR_EXCLUDED = f"""\
option dhcp6.pd-exclude code 67 = string;
interface "{MN_LINK}" {{ also request dhcp6.pd-exclude; }}
"""


@scenario("A5", "a prefix that is excluded from delegation (RFC 6603) is the router's own link's, and leads to it too")
def prefix_exclude() -> None:
    prefix, length = Anchor(1).delegated.split("/")
    excluded = {"excluded-prefix": "2001:db8:d080:f::", "excluded-prefix-len": 64}
    pool = {"prefix": prefix, "prefix-len": int(length), "delegated-len": 60, **excluded}
    with Walk(lans=1, subnet={"pd-pools": [pool]}) as walk:
        router = walk.router()
        client = Dhclient(
            walk.network, walk.processes, router.node,
            prefix_only=True, configuration=_ASKS_FOR_EXCLUDED,
        )  # fmt: skip
        router.attach(walk.network.ar(1), client)
        told = "dhcp6.pd-exclude 40:f0"  # the /64 whose last four bits are f
        check(told in (client.folder / "leases").read_text(), "Kea's option came through our relay")
        uplink = "2001:db8:d080:f::1"
        for ar in (walk.network.ar(2), walk.network.ar(1)):
            router.move(ar)
            router.wait_until_at(ar)
            # Its script took away the link's own address when it began anew, and leaves it to us.
            client.inside.ip(f"address add {uplink}/64 dev {MN_LINK} nodad")
            walk.network.inside(walk.network.cn).run("ping", "-6", "-c", "1", "-W", "5", uplink)
            router.ping()
            equal(installed(walk.network.inside(ar)).prefixes, {router.prefix}, f"what {ar.name} routes")
        equal(router.release(), [], "left after the Release")


@scenario("A5 A10", "a router and a host walk in one domain, and cross each other's way")
def router_beside_host() -> None:
    with Walk(lans=1) as walk:
        router = walk.router()
        walk.attach(walk.network.ar(1))
        router.attach(walk.network.ar(2))
        for number in range(2):
            walk.move(walk.network.ar(2 - number % 2))
            router.move(walk.network.ar(1 + number % 2))
        walk.wait_until_at(walk.network.ar(1))
        router.wait_until_at(walk.network.ar(2))
        equal((walk.lost_after_reply(), router.lost_after_reply()), ([0, 0], [0, 0]), "lost after the Replies")
        walk.stream.stop()
        walk.mn.release()
        equal(router.release(), [], "left after both Releases")
