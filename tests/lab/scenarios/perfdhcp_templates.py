# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The templates of docs/perfdhcp, sent as docs/perfdhcp.md says: each moves what it names."""

from __future__ import annotations

from ..agents import wait_until_ready
from ..network import MN_LINK
from ..perfdhcp import TEMPLATES, attach_one, play_template
from ..placement import wait_until_at
from ..scenario import equal, fact, scenario
from .load import a_crowd

_ADDRESS, _PREFIX = "2001:db8:d000::1:0", "2001:db8:d080::/60"  # as the templates have them


@scenario("A3 A5", "perfdhcp sends Confirm by -T: for an address, for a prefix, for both, and as a relay")
def confirm_by_template() -> None:
    with a_crowd(attestation=None) as (network, domain, kea):  # or nobody could play a relay
        attach_one(network)
        equal((kea.leased_addresses(), kea.leased_prefixes()), ({_ADDRESS}, {_PREFIX}), "the leases")
        port, sent = network.port(network.mn), 0
        for template, ar, moved in (
            ("confirm-address", network.ar(2), [_ADDRESS]),
            ("confirm-prefix", network.ar(2), [_PREFIX]),
            ("confirm-both", network.ar(1), [_ADDRESS, _PREFIX]),
        ):
            port.plug_in(ar)
            sent += 3  # more than all before: perfdhcp counts transaction-ids from 0 in each run
            answers = play_template(
                network.inside(network.mn), TEMPLATES / f"{template}.hex", sent, MN_LINK
            )
            fact(f"{template}: {sent} sent, {answers} answered")
            equal(answers, sent, f"answers to {template}")
            for each in moved:
                wait_until_at(network, each, ar)
        relay = domain.relay(network.ar(2))
        relay.stop()
        answers = play_template(
            network.inside(network.ar(2)), TEMPLATES / "relayed-confirm.hex", sent + 3,
            network.ar(2).core, network.anchor.core,
        )  # fmt: skip
        equal(answers, sent + 3, "answers to relayed-confirm")
        wait_until_at(network, _ADDRESS, network.ar(2))
        relay.start()
        wait_until_ready(relay)
