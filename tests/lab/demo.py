#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A host walks through a city and keeps its address, beside it a router its prefix and a host with IPv4
its address: the whole path, on real parts."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lab.capture import Timeline
from lab.clients4 import Dhcpcd4
from lab.processes import exit_on_signals
from lab.waiting import LabError
from lab.walk import Walk
from lab.walker import RouterWalker, Walker
from lab.walker4 import Walker4

HANDOVER_MS = 70  # goal 1 of RFC 4831: what voice bears
DETECTION_MOVES = 2
TOGETHER = 4  # moves of the router, and of the host with IPv4

PICTURE = """
                                 Kea with the mobility hook
                                 |
   CN  ------- core ------- anchor ======= tunnel ======= AR1   AR2
 (talks)                                                    \\  /
                                                             MN   a stock dhcpcd, on foot
                                                              R ---- host   a router, on foot
                                                             M4   a dhcpcd with IPv4, on foot
"""

COLUMNS = """\
  who to   link up ... asks  says        AR route  anchor   Reply   first packet   lost after
                                           (ms after its message arrived)       the Reply"""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--moves", type=int, default=10, help="how often it moves (default 10)")
    options.add_argument("--json", type=Path, help="write the results to this file")
    chosen = options.parse_args()
    exit_on_signals()
    print(PICTURE)
    try:
        figures = walk(chosen.moves)
        figures |= walk_with_detection()
    except LabError as error:
        print(f"\nThe walk ended early: {error}")
        return 1
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return conclude(figures)


def walk(moves: int) -> dict[str, float]:
    print("Everything is real: Linux routers in namespaces, Kea, our daemons, radvd, dhcpcd.")
    with Walk(lans=1, mobile_nodes=2, ipv4={}) as domain:
        address = domain.attach(domain.network.ar(1))
        print(f"\nThe MN attaches at AR1 and gets {address}.")
        print("CN sends it 1,000 packets a second and fills a TCP connection. Now it walks:\n")
        go(domain, moves)
        figures_of_others = walk_others(domain)
        broken = int(domain.transfer.broken)
        lines, lost = domain.timelines(), domain.lost_after_reply()
        carried = 0 if broken else domain.transfer.finish()
        left = domain.release()
        print(f"\nAll three release what they have. Left of it on any router: {len(left) or 'nothing'}")
        for thing in left:
            print(f"  {thing}")
    print(
        f"TCP carried {carried / 1e6:.1f} MB to the MN through {len(lines)} moves, every byte in its place."
    )
    return {
        "moves": len(lines),
        "address_changes": 0,  # Walk.move refuses to go on with another one
        "broken_sessions": broken,
        "confirm_to_tables_ms_median": median(lines, tables),
        "confirm_to_reply_ms_median": median(lines, lambda line: line.reply),
        "confirm_to_first_packet_ms_median": median(lines, lambda line: line.first_packet),
        "packets_lost_after_reply_median": statistics.median(lost),
        "packets_lost_after_reply_most": max(lost),
        "leftovers": len(left),
        **figures_of_others,
    }


def go(walker: Walker, moves: int) -> None:
    """To and fro, a line for each move."""
    print(COLUMNS)
    for number in range(moves):
        walker.move(walker.network.ar(2 - number % 2))
        print(row("MN", walker), flush=True)


def walk_others(domain: Walk) -> dict[str, float]:
    """A router and a host with IPv4 in the same domain; the first MN stays where it is and must not notice."""
    network = domain.network
    router = domain.router()
    behind = router.attach(network.ar(1))
    begun = router.moves[0].running
    node = network.mobile_nodes[1]
    host = domain.host4(lambda walker: Dhcpcd4(network, domain.processes, mn=walker.node), node)
    address = host.attach_ipv4(network.ar(2))
    print(f"\nA router attaches at AR1 and is delegated {router.prefix}; CN talks to a host behind it,")
    print(f"{behind}. M4 attaches at AR2 and gets {address}: its packets cross the same")
    print("IPv6 core. Router and M4 walk at once and cross each other's way:\n")
    go_both(router, host)
    until = router.moves[-1].running
    print()
    figures = {
        "router_moves": len(router.timelines()),
        "router_prefix_changes": 0,  # RouterWalker.move refuses to go on with another one
        **told("router", "rebind", router),
        "ipv4_moves": len(host.timelines()),
        "ipv4_address_changes": 0,  # Walker4.settle refuses to go on with another one
        **told("ipv4", "init_reboot", host),
        "packets_lost_by_a_resting_mn": len(domain.stream.wire().lost(begun, until)),
    }
    router.mn.release()
    host.mn4.release()
    return figures


def go_both(router: RouterWalker, host: Walker4) -> None:
    print(COLUMNS)
    for number in range(TOGETHER):
        before = host.tap.count()
        ar = host.network.ar(1 + number % 2)
        host.depart(ar)
        router.move(host.network.ar(2 - number % 2))
        host.settle(before, ar)
        print(row("R", router), row("M4", host), sep="\n", flush=True)


def told(who: str, message: str, walker: Walker) -> dict[str, float]:
    """The figures of a walk that is over: its sessions end here."""
    broken = int(walker.transfer.broken)
    carried = 0 if broken else walker.transfer.finish()
    print(f"TCP carried {carried / 1e6:.1f} MB to {walker.address}, every byte in its place.")
    walker.stream.stop()
    lines, lost = walker.timelines(), walker.lost_after_reply()
    return {
        f"{who}_broken_sessions": broken,
        f"{who}_{message}_to_tables_ms_median": median(lines, tables),
        f"{who}_{message}_to_reply_ms_median": median(lines, lambda line: line.reply),
        f"{who}_{message}_to_first_packet_ms_median": median(lines, lambda line: line.first_packet),
        f"{who}_packets_lost_after_reply_median": statistics.median(lost),
        f"{who}_packets_lost_after_reply_most": max(lost),
    }


def walk_with_detection() -> dict[str, float]:
    """The same with the client's default duplicate address detection, whose wait is its own."""
    with Walk(detection=True) as domain:
        domain.attach(domain.network.ar(1))
        for number in range(DETECTION_MOVES):
            domain.move(domain.network.ar(2 - number % 2))
        lines = domain.timelines()
        domain.release()
    waiting = [(line.address_usable - line.reply) / 1e6 for line in lines
               if line.address_usable and line.reply]  # fmt: skip
    return {
        "default_dad_confirm_to_reply_ms_median": median(lines, lambda line: line.reply),
        "default_dad_client_waits_ms_median": statistics.median(waiting) if waiting else 0,
    }


def tables(line: Timeline) -> int | None:
    if line.ar_route is None or line.anchor_route is None:
        return None
    return max(line.ar_route, line.anchor_route)


def after(line: Timeline, moment: int | None) -> float:
    if moment is None or line.at_relay is None:
        raise LabError(f"a step of the move to {line.ar} was not seen: {line}")
    return (moment - line.at_relay) / 1e6


def median(lines: list[Timeline], step) -> float:  # type: ignore[no-untyped-def]
    return round(statistics.median(after(line, step(line)) for line in lines), 3)


def row(who: str, walker: Walker) -> str:
    """Its last move."""
    line, lost = walker.timelines()[-1], walker.lost_after_reply()[-1]
    asks = ((line.at_relay or 0) - line.link_up) / 1e9
    steps = (line.ar_route, line.anchor_route, line.reply, line.first_packet)
    cells = "".join(f"{after(line, step):9.2f}" for step in steps)
    return (
        f"  {who:3}{line.ar.upper():4} {asks:9.2f} s   {line.message or '?':11}{cells}    {lost:9}"
    )


def conclude(figures: dict[str, float]) -> int:
    print("\nIn short:")
    tell = [
        ("from its Confirm until both tables lead to the new place", "confirm_to_tables_ms_median"),
        ("from its Confirm until it has its answer", "confirm_to_reply_ms_median"),
        ("from its Confirm until packets arrive again", "confirm_to_first_packet_ms_median"),
        ("from the router's Rebind until packets arrive again", "router_rebind_to_first_packet_ms_median"),
        ("from M4's DHCPREQUEST until packets arrive again", "ipv4_init_reboot_to_first_packet_ms_median"),
    ]
    for sentence, key in tell:
        print(f"  {sentence:58} {figures[key]:8.2f} ms")
    print("  The rest of each gap is the client's own: dhcpcd waits about a second before it asks.")
    print("  With its default duplicate address detection it waits once more after the answer:")
    print(f"  {'':58} {figures['default_dad_client_waits_ms_median']:8.0f} ms")
    checks = {
        "the address never changed": figures["address_changes"] == 0,
        "no session broke": figures["broken_sessions"] == 0,
        "no packet was lost once the MN had its answer": figures["packets_lost_after_reply_median"] == 0,
        "nothing is left after the release": figures["leftovers"] == 0,
        f"packets arrive within {HANDOVER_MS} ms of the Confirm":
            figures["confirm_to_first_packet_ms_median"] < HANDOVER_MS,
        "the router's prefix never changed": figures["router_prefix_changes"] == 0,
        "no session behind the router broke": figures["router_broken_sessions"] == 0,
        "no packet for its prefix was lost once it had its answer":
            figures["router_packets_lost_after_reply_median"] == 0,
        "the IPv4 address never changed": figures["ipv4_address_changes"] == 0,
        "no session of IPv4 broke": figures["ipv4_broken_sessions"] == 0,
        "no packet of IPv4 was lost once M4 had its answer":
            figures["ipv4_packets_lost_after_reply_median"] == 0,
        "the resting MN lost nothing while router and M4 moved":
            figures["packets_lost_by_a_resting_mn"] == 0,
    }  # fmt: skip
    print()
    for sentence, held in checks.items():
        print(f"  {'yes' if held else 'NO '}  {sentence}")
    passed = sum(checks.values())
    print(f"\n{passed} passed, {len(checks) - passed} failed")
    return 0 if passed == len(checks) else 1


if __name__ == "__main__":
    sys.exit(main())
