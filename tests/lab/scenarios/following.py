# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""An operator follows one MN through the logs of anchor and ARs (docs/operating.md)."""

from __future__ import annotations

import re

from ..crowd import Crowd
from ..processes import Process
from ..scenario import equal, fact, scenario

_LINE = re.compile(
    r"^\S+ \S+ DEBUG ((?:ANCHOR|ACCESS)_\w+) (\S+)/128 of MN ([0-9a-f:]+),? (.*)$", re.MULTILINE
)
_TIME = r"\d+\.\d ms"
_AT = r'ar{0}\S* "access" as [0-9a-f:]{{17}}'


def _lines(agent: Process, address: str, number: int = 0) -> list[tuple[str, str, str]]:
    """What this agent has said of the address, at least so many: identifier, MN, the rest."""

    def said() -> list[tuple[str, str, str]]:
        found = _LINE.findall(agent.output())
        return [(name, mn, rest) for name, of, mn, rest in found if of == address]

    if number:
        agent.wait_until(lambda: len(said()) >= number, f"{number} lines about {address}")
    return said()


def _expect(agent: Process, address: str, mn: str, expected: list[tuple[str, str]]) -> None:
    lines = _lines(agent, address, len(expected))
    names = [name for name, _ in expected]
    equal([name for name, _, _ in lines], names, f"what {agent.name} says of {address}")
    for (name, whose, rest), (_, pattern) in zip(lines, expected):
        equal(whose, mn, f"the MN in {name} of {agent.name}")
        equal(bool(re.search(pattern, rest)), True, f"{name} of {agent.name} is {pattern}: {rest}")


@scenario("B", "following one MN: at debug, switched on and off by SIGHUP, each attachment, move and end is a line, and nothing else is")
def following_one_mn() -> None:
    with Crowd() as crowd:
        player, network, domain = crowd.player, crowd.network, crowd.domain
        anchor = domain.route_agent(network.anchor)
        ar1, ar2 = (domain.route_agent(network.ar(number)) for number in (1, 2))

        def walk(mn: int) -> tuple[str, str]:
            """From AR 1 to AR 2, a Renew there, Release; its address, and itself as the anchor says."""
            address = player.attach(mn, network.ar(1))
            bindings = domain.ask(network.anchor, "bindings")["bindings"]
            name = next(each["mn"] for each in bindings if each["prefix"] == f"{address}/128")
            player.do("confirm", mn=mn, link="ar2")
            crowd.wait_until_at(address, network.ar(2))
            player.do("renew", mn=mn, link="ar2")
            player.do("release", mn=mn, link="ar2")
            equal(crowd.left_over(), [], f"left after MN {mn}'s Release")
            return address, name

        def silent(mn: int) -> None:
            walk(mn)
            for agent in domain.route_agents.values():
                equal(len(_LINE.findall(agent.output())), before[agent.name], f"lines of {agent.name}")

        before = {name: 0 for name in (agent.name for agent in domain.route_agents.values())}
        silent(1)
        domain.set_log_level("debug")
        address, mn = walk(2)
        _expect(anchor, address, mn, [
            ("ANCHOR_BINDING_ATTACHED", rf"^at {_AT.format(1)}, sequence \d+: lab/6, lease written, transaction 0x[0-9a-f]+$"),
            ("ANCHOR_BINDING_INSTALLED", rf"^at \S+, sequence \d+: heard after {_TIME}, at the AR after {_TIME}, here after {_TIME}$"),
            ("ANCHOR_BINDING_MOVED", rf"^from {_AT.format(1)} to {_AT.format(2)}, sequence \d+: lab/6, lease looked up, transaction 0x[0-9a-f]+"),
            ("ANCHOR_BINDING_INSTALLED", rf"^at \S+, sequence \d+: heard after {_TIME}, at the AR after {_TIME}, here after {_TIME}$"),
            ("ANCHOR_BINDING_ENDED", rf"^at {_AT.format(2)}, sequence \d+: lab/6, released$"),
        ])  # fmt: skip
        for agent in (ar1, ar2):
            _expect(agent, address, mn, [
                ("ACCESS_ROUTE_INSTALLED", rf"^on link access at [0-9a-f:]{{17}}, sequence \d+: {_TIME} after the anchor's word$"),
                ("ACCESS_ROUTE_REMOVED", rf"^sequence \d+: {_TIME} after the anchor's word$"),
            ])  # fmt: skip
        for name, _, rest in _lines(anchor, address):
            fact(f"{name} {rest}")
        address = player.attach(4, network.ar(1))
        crowd.wait_until_at(address, network.ar(1))
        domain.ask(network.ar(1), "gone all")
        names = ["ANCHOR_BINDING_ATTACHED", "ANCHOR_BINDING_INSTALLED", "ANCHOR_BINDING_UNPLACED"]
        equal([name for name, _, _ in _lines(anchor, address, 3)], names, "of an MN that is gone")
        player.do("confirm", mn=4, link="ar2")
        crowd.wait_until_at(address, network.ar(2))
        player.do("release", mn=4, link="ar2")
        names += [*names[:2], "ANCHOR_BINDING_ENDED"]
        equal([name for name, _, _ in _lines(anchor, address, 6)], names, "when it is back, and releases")
        equal(crowd.left_over(), [], "left after MN 4's Release")
        domain.set_log_level("info")
        before = {a.name: len(_LINE.findall(a.output())) for a in domain.route_agents.values()}
        silent(3)
