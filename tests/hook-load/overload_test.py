# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Many Replies at a time, an anchor that is away, and full lists, in a real kea-dhcp6."""

from __future__ import annotations

import unittest

from lab.waiting import wait_until

from dhcp6_client import CONFIRM, RENEW, transaction_of
from hook_site import HookSite, run
from load import paced

MANY = 400  # more than Kea parks by default (256)
PACE = 0.8  # s
HELD = 1.2  # s: all that are held are held at once


class Overload(unittest.TestCase):
    def setUp(self) -> None:
        self.site = HookSite(parameters={"hold-limit": 4000}).__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)
        self.site.start()
        self.clients = [self.site.client() for _ in range(MANY)]
        for client in self.clients:
            self.site.ar1.attach(client)

    def burst(self, kind: int, limit: float = 8) -> list[float]:
        """One message of each client within PACE: how long each waited for its answer, in s."""
        messages = [client.message(kind, client.na(*client.addresses)) for client in self.clients]
        sent = {}
        for client, message in paced(list(zip(self.clients, messages)), PACE):
            sent[transaction_of(message)] = self.site.ar2.send(client, message)
        replies = self.site.ar2.answers(map(transaction_of, messages), limit)
        self.assertEqual(len(replies), MANY, "some were not answered")
        return sorted(reply.at - sent[number] for number, reply in replies.items())

    def test_more_replies_than_may_be_held_are_sent_unheld_and_none_is_lost(self) -> None:
        self.site.anchor.say(f"delay {int(1000 * HELD)}")
        for kind, name in ((RENEW, "Renew"), (CONFIRM, "Confirm")):
            before = self.site.counter("unheld-full")
            delays = self.burst(kind)
            unheld = self.site.counter("unheld-full") - before
            early = sum(1 for delay in delays if delay < HELD)
            print(f" {MANY} {name} within {PACE} s: {unheld} unheld, p50 {1000 * delays[MANY // 2]:.0f} ms")
            self.assertEqual(unheld, MANY - 192)
            self.assertEqual(early, unheld)
        self.assertEqual(self.site.status()["held-now"], 0)
        self.assertEqual(self.site.kea.statistic("pkt6-receive-drop"), 0)

    def test_nothing_is_held_for_an_anchor_that_is_away_and_it_catches_up(self) -> None:
        self.site.anchor.stop()
        wait_until(
            lambda: self.site.status()["anchors"][0]["state"] == "not connected", "the loss", 10
        )
        delays = self.burst(RENEW)
        print(f" {MANY} Renew with no anchor: the last after {1000 * delays[-1]:.0f} ms")
        self.assertEqual(self.site.counter("unheld-anchor-away"), MANY)
        self.site.anchor.forget()
        self.site.anchor.start()
        self.site.wait_until_listed()
        held = set().union(*(client.held for client in self.clients))
        told = {item["prefix"] for m in self.site.anchor.of("setup") for item in m["items"]}
        self.assertEqual(told, held, "each move of the meantime is told")
        self.assertEqual(self.site.anchor.listed() - held, set())

    def test_an_anchor_that_dies_lets_its_replies_go_at_once(self) -> None:
        self.site.anchor.say("answer never")
        client = self.clients[0]
        message = client.message(RENEW, client.na(*client.addresses))
        sent = self.site.ar2.send(client, message)
        wait_until(lambda: self.site.status()["held-now"] == 1, "the Reply to be held", 2)
        self.site.anchor.stop()
        reply = self.site.ar2.answers([transaction_of(message)])[transaction_of(message)]
        self.assertLess(reply.at - sent, 4.0)
        wait_until(lambda: self.site.counter("hold-session-lost") == 1, "the counter", 2)

    def test_a_full_list_has_every_lease_once(self) -> None:
        self.site.anchor.stop()
        self.site.anchor.forget()
        self.site.anchor.start()
        self.site.wait_until_listed()
        pages = [prefix for m in self.site.anchor.of("page") for prefix in m["prefixes"]]
        self.assertEqual(sorted(pages), sorted(f"{c.addresses[0]}/128" for c in self.clients))
        self.assertGreater(self.site.anchor.count("page"), 1)


if __name__ == "__main__":
    run()
