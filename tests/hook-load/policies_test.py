# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What the operator can choose, two anchors, an anchor that will not have us, and a clean end."""

from __future__ import annotations

import unittest
from typing import Any

from lab.waiting import wait_until

from anchor import PORT
from dhcp6_client import (
    CONFIRM, NO_ADDRS_AVAIL, NO_BINDING, NO_PREFIX_AVAIL, NOT_ON_LINK, REBIND, RENEW, REQUEST,
    SUCCESS, transaction_of,
)  # fmt: skip
from hook_site import HookSite, run


class Policies(unittest.TestCase):
    def site(self, **parameters: Any) -> HookSite:
        site = HookSite(parameters=parameters).__enter__()
        self.addCleanup(site.__exit__, None, None, None)
        return site

    def test_confirm_unknown_can_be_answered(self) -> None:
        site = self.site(**{"confirm-unknown": "not-on-link"}).start()
        client = site.client()
        for parts in (client.na("2001:db8:d000::1:1"), client.pd("2001:db8:d080:0:7::/80")):
            reply = site.ar1.ask(client, client.message(CONFIRM, parts))
            assert reply is not None
            self.assertEqual(reply.status, NOT_ON_LINK)

    def test_a_refused_attachment_can_be_answered(self) -> None:
        site = self.site(**{"on-refused": "send"}).start()
        client = site.client()
        site.ar1.attach(client)
        site.anchor.say("answer refused")
        for kind in (RENEW, CONFIRM):
            message = client.message(kind, client.na(*client.addresses))
            self.assertIsNotNone(site.ar2.ask(client, message))
        wait_until(lambda: site.counter("hold-refused") == 2, "both to be counted", 2)

    def test_a_refused_attachment_can_be_answered_by_a_status_of_its_own(self) -> None:
        site = self.site(**{"on-refused": "status"}).start()
        client = site.client()
        site.anchor.say("answer refused")
        fresh = site.ar1.attach(client)  # Solicit with Rapid Commit
        self.assertEqual(fresh.refusals(), {1: (NO_ADDRS_AVAIL, "unknown access router")})
        self.assertEqual(fresh.addresses, [])
        site.anchor.say("answer installed")
        site.ar1.attach(client, client.na(), client.pd())
        site.anchor.say("answer refused")
        holding = client.na(*client.addresses), client.pd(*client.prefixes)
        new = {1: NO_ADDRS_AVAIL, 2: NO_PREFIX_AVAIL}
        old = {1: NO_BINDING, 2: NO_BINDING}
        for kind, expected in ((REQUEST, new), (RENEW, old), (REBIND, old)):
            reply = site.ar2.ask(client, client.message(kind, *holding))
            assert reply is not None
            codes = {iaid: code for iaid, (code, _) in reply.refusals().items()}
            self.assertEqual(codes, expected, f"the IAs in the Reply to message type {kind}")
            self.assertEqual((reply.addresses, reply.prefixes), ([], []))
        rows = {row["ip-address"]: row["state"] for row in site.kea.leases()}
        self.assertEqual(rows[client.addresses[0]], 0, "the lease stays in Kea")
        wait_until(lambda: site.counter("hold-refused") == 4, "all to be counted", 2)
        self.assertNotIn("MOBILITY_CALLOUT_FAILED", site.kea.process.output())

    def test_a_refused_confirm_can_be_answered_with_not_on_link(self) -> None:
        site = self.site(**{"on-refused": "status"}).start()
        client = site.client()
        site.ar1.attach(client, client.na(), client.pd())
        site.anchor.say(f"refuse {client.addresses[0]}/128")
        both = client.na(*client.addresses), client.pd(*client.prefixes)
        for parts in (both, both[:1]):
            reply = site.ar2.ask(client, client.message(CONFIRM, *parts))
            assert reply is not None
            self.assertEqual(reply.status, NOT_ON_LINK)
            self.assertEqual(reply.text, "over IP address limit: the test says so")
            self.assertEqual((reply.interface_id, reply.peer), (b"access", client.link_local))
        reply = site.ar2.ask(client, client.message(CONFIRM, both[1]))
        assert reply is not None
        self.assertEqual(reply.status, SUCCESS, "the prefix alone is not refused")
        site.anchor.say(f"refuse {client.prefixes[0]}")
        reply = site.ar2.ask(client, client.message(CONFIRM, both[1]))
        assert reply is not None
        self.assertEqual(reply.status, NOT_ON_LINK, "a Reply that we make ourselves")

    def test_a_status_is_for_the_refused_items_only(self) -> None:
        site = self.site(**{"on-refused": "status"}).start()
        client = site.client()
        site.ar1.attach(client, client.na(), client.na(iaid=7), client.pd())
        mine, other = client.addresses
        holding = client.na(mine), client.na(other, iaid=7), client.pd(*client.prefixes)
        site.anchor.say(f"refuse {other}/128")
        text = "over IP address limit: the test says so"
        for kind, code in ((RENEW, NO_BINDING), (REQUEST, NO_ADDRS_AVAIL)):
            reply = site.ar2.ask(client, client.message(kind, *holding))
            assert reply is not None
            self.assertEqual(reply.refusals(), {7: (code, text)})
            self.assertEqual((reply.addresses, reply.prefixes), ([mine], client.prefixes))
        site.anchor.say("refuse nothing")
        reply = site.ar2.ask(client, client.message(RENEW, *holding))
        assert reply is not None
        self.assertEqual(reply.refusals(), {}, "nothing of an earlier refusal is left")
        self.assertEqual(sorted(reply.addresses), sorted([mine, other]))

    def test_many_refused_at_once_each_have_their_own_answer(self) -> None:
        site = self.site(**{"on-refused": "status", "hold-limit": 3000}).start()
        clients = [site.client() for _ in range(60)]
        for client in clients:
            site.ar1.attach(client)
        site.anchor.say("answer refused")
        site.anchor.say("delay 300")
        asked = {}
        for number, client in enumerate(clients):
            message = client.message((RENEW, CONFIRM)[number % 2], client.na(*client.addresses))
            asked[transaction_of(message)] = client
            site.ar2.send(client, message)
        replies = site.ar2.answers(asked)
        self.assertEqual(len(replies), 60)
        for transaction, reply in replies.items():
            self.assertEqual(reply.peer, asked[transaction].link_local)
            refused = reply.status == NOT_ON_LINK or reply.refusals() == {
                1: (NO_BINDING, "unknown access router")
            }
            self.assertTrue(refused and not reply.addresses)

    def test_what_nobody_attests_is_not_answered_by_a_status(self) -> None:
        site = self.site(**{"on-refused": "status"}).start()
        client = site.client()
        site.ar1.attach(client, client.na(), client.pd())
        holding = client.na(*client.addresses), client.pd(*client.prefixes)
        site.anchor.say("answer unattested")
        for kind in (REQUEST, RENEW, REBIND, CONFIRM):
            self.assertIsNone(site.ar2.ask(client, client.message(kind, *holding), limit=0.5))
        alone = client.message(CONFIRM, holding[1])
        self.assertIsNone(site.ar2.ask(client, alone, limit=0.5), "a Reply that we make ourselves")
        wait_until(lambda: site.counter("hold-refused") == 5, "all to be counted", 2)
        site.anchor.say("answer installed")
        reply = site.ar2.ask(client, client.message(CONFIRM, *holding))
        assert reply is not None
        self.assertEqual(reply.status, SUCCESS, "it has kept what it holds")

    def two_anchors(self) -> HookSite:
        site = self.site(**{"hold-limit": 3000})
        own = site.hook_parameters()["anchors"][0]
        delegated = site.network.anchor.delegated
        other = {"name": site.other_identity.identity, "port": PORT + 1, "prefixes": [delegated]}
        own["prefixes"] = ["2001:db8:d000::/41"]
        site.kea.options.hook_parameters = site.hook_parameters(
            **{"anchors": [own, {**own, **other}], "hold-limit": 3000}
        )
        self.other = site.add_anchor(site.other_identity, PORT + 1).start()
        site.start()
        self.other.wait_for("list-end")
        wait_until(
            lambda: all(a["state"] == "associated" for a in site.status()["anchors"]), "both", 5
        )
        return site

    def test_a_reply_waits_for_both_anchors_that_it_concerns(self) -> None:
        site = self.two_anchors()
        client = site.client()
        site.ar1.attach(client, client.na(), client.pd())
        self.other.say("delay 150")
        for kind in (REBIND, CONFIRM):
            parts = client.na(*client.addresses), client.pd(*client.prefixes)
            message = client.message(kind, *parts)
            sent = site.ar2.send(client, message)
            reply = site.ar2.answers([transaction_of(message)])[transaction_of(message)]
            self.assertGreater(reply.at - sent, 0.15)
            mine = site.anchor.setup_of(transaction_of(message))
            theirs = self.other.setup_of(transaction_of(message))
            self.assertEqual([i["prefix"] for i in mine["items"]], [f"{client.addresses[0]}/128"])
            self.assertEqual([i["prefix"] for i in theirs["items"]], client.prefixes)

    def test_a_dead_anchor_delays_nothing_of_the_other(self) -> None:
        site = self.two_anchors()
        client = site.client()
        site.ar1.attach(client, client.na(), client.pd())
        self.other.stop()
        wait_until(
            lambda: site.status()["anchors"][1]["state"] == "not connected", "the loss", 10
        )
        message = client.message(CONFIRM, client.na(*client.addresses), client.pd(*client.prefixes))
        reply = site.ar2.exchange(client, message)
        self.assertEqual(reply.status, SUCCESS)
        site.anchor.setup_of(transaction_of(message))
        self.other.forget()
        self.other.start()
        self.other.setup_of(transaction_of(message), limit=10)

    def test_an_anchor_that_will_not_have_us_is_not_besieged(self) -> None:
        site = self.site()
        site.anchor.start()
        site.anchor.say("associations refuse")
        site.kea.start()
        wait_until(lambda: site.anchor.count("associate") >= 3, "three attempts", 10)
        first, _, third = (attempt["at"] for attempt in site.anchor.of("associate")[:3])
        self.assertGreater(third - first, 2.0)
        client = site.client()
        site.ar1.attach(client)
        self.assertEqual(site.counter("unheld-anchor-away"), 1)
        self.assertIn("MOBILITY_SOURCE_ASSOCIATION_REFUSED", site.kea.process.output())
        site.anchor.say("associations accept")
        site.anchor.wait_for("list-end", limit=15)
        self.assertIn("setup", [m["message"] for m in site.anchor.messages])

    def test_the_server_ends_cleanly_while_replies_are_held(self) -> None:
        site = self.site(**{"hold-limit": 5000}).start()
        clients = [site.client() for _ in range(20)]
        for client in clients:
            site.ar1.attach(client)
        site.anchor.say("answer never")
        for client in clients:
            site.ar2.send(client, client.message(CONFIRM, client.na(*client.addresses)))
            site.ar2.send(client, client.message(RENEW, client.na(*client.addresses)))
        wait_until(lambda: site.status()["held-now"] == 40, "all to be held", 5)
        site.kea.process.stop(limit=5)
        output = site.kea.process.output()
        self.assertIn("MOBILITY_UNLOADED", output)
        self.assertNotIn("MOBILITY_CALLOUT_FAILED", output)
        self.assertIn("DHCP6_SHUTDOWN", output)


if __name__ == "__main__":
    run()
