# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A real kea-dhcp4 with the hook: config-reload under load with good and bad configurations, what a
refused client is told, more Replies than may be held, and a clean end."""

from __future__ import annotations

from collections.abc import Callable

from lab.waiting import wait_until

import reloading
from dhcp4_client import (
    ACK, AGENT, CLIENT_ID, MESSAGE_TYPE, NAK, SERVER_ID, TEXT, Client, Relay, Reply, transaction_of,
)  # fmt: skip
from hook4_site import Hook4Site
from hook_site import run
from load import paced
from reloading import Bad

MANY = 300  # more than Kea parks by default (256)


def reboot(relay: Relay, client: Client) -> tuple[int, Callable[[], float]]:
    message = client.reboot()
    return transaction_of(message), lambda: relay.send(message)


class Life(reloading.Reloading):
    kind = Hook4Site
    rate = 200
    say = reboot
    part = "10.213.0.0/17"

    def own_bad_configurations(self) -> dict[str, Bad]:
        other = {"confirm-unknown": "silent"}
        return {
            "parameter of the other family": ('"confirm-unknown"', other, {}),
            "wrong family": ('"test/6"', {"lease-domain": "test/6"}, {}),
        }

    def move(self, client: Client) -> Reply:
        """By INIT-REBOOT."""
        reply: Reply = self.site.ar2.exchange(client, client.reboot())
        self.assertEqual(reply.kind, ACK)
        return reply

    def test_held_replies_do_not_outlive_a_reload_nor_the_server(self) -> None:
        self.start(20, **{"hold-limit": 5000})
        for again in (True, False):
            self.site.anchor.say("answer never")
            for client in self.clients:
                self.site.ar2.send(client.reboot())
            wait_until(lambda: self.site.status()["held-now"] == 20, "all to be held", 5)
            if again:
                self.assertEqual(self.reload({"hold-limit": 5000}, {})["result"], 0)
                self.site.anchor.say("answer installed")
                self.assert_served_and_reported()
        self.site.kea.process.stop(limit=5)
        output = self.site.kea.process.output()
        self.assertIn("MOBILITY_UNLOADED", output)
        self.assertNotIn("MOBILITY_CALLOUT_FAILED", output)
        self.assertIn("DHCP4_SHUTDOWN", output)

    def test_a_refused_client_can_be_told_by_a_nak(self) -> None:
        self.start(2, **{"on-refused": "status"})
        for client, command, text in (
            (self.clients[0], "answer refused", "unknown access router"),
            (self.clients[1], f"refuse {self.clients[1].address}/32",
             "over IP address limit: the test says so"),
        ):  # fmt: skip
            client.identifier = b""
            self.site.anchor.say(command)
            reply = self.site.ar2.ask(client.reboot())
            assert reply is not None
            self.assertEqual((reply.kind, reply.text), (NAK, text))
            self.assertEqual((reply.address, reply.client_address), ("0.0.0.0", "0.0.0.0"))
            self.assertEqual(reply.flags, 0x8000, "the relay must broadcast it")
            self.assertEqual(reply.options[SERVER_ID], client.server)
            allowed = {MESSAGE_TYPE, SERVER_ID, TEXT, AGENT, CLIENT_ID}
            self.assertEqual(set(reply.options) - allowed, set(), "RFC 2131 table 3")
            self.site.anchor.say("answer installed")
        self.site.anchor.say("refuse nothing")
        reply = self.site.ar2.exchange(self.clients[0], self.clients[0].reboot())
        self.assertEqual(reply.kind, ACK, "nothing of an earlier refusal is left")
        self.assertEqual(self.site.kea.statistic("pkt4-nak-sent"), 2)

    def test_what_nobody_attests_is_not_answered_by_a_nak(self) -> None:
        self.start(1, **{"on-refused": "status"})
        client = self.clients[0]
        self.site.anchor.say("answer unattested")
        for message in (client.reboot(), client.rebind()):
            self.assertIsNone(self.site.ar2.ask(message, limit=0.5))
        wait_until(lambda: self.site.counter("hold-refused") == 2, "both to be counted", 2)
        self.site.anchor.say("answer installed")
        self.assertEqual(self.site.ar2.exchange(client, client.reboot()).kind, ACK)
        self.assertEqual(self.site.kea.statistic("pkt4-nak-sent"), 0)

    def test_a_refused_client_can_be_told_nothing_of_it(self) -> None:
        self.start(1, **{"on-refused": "send"})
        self.site.anchor.say("answer refused")
        reply = self.site.ar2.ask(self.clients[0].reboot())
        assert reply is not None
        self.assertEqual(reply.kind, ACK)

    def test_more_replies_than_may_be_held_are_sent_unheld_and_none_is_lost(self) -> None:
        self.start(MANY, **{"hold-limit": 4000})
        self.site.anchor.say("delay 1500")
        before = self.site.counter("unheld-full")
        messages = [client.reboot() for client in self.clients]
        for message in paced(messages, 0.8):
            self.site.ar2.send(message)
        replies = self.site.ar2.answers(map(transaction_of, messages), 8)
        self.assertEqual(len(replies), MANY, "some were not answered")
        self.assertEqual(self.site.counter("unheld-full") - before, MANY - 192)
        self.assertEqual(self.site.status()["held-now"], 0)
        self.assertEqual(self.site.kea.statistic("pkt4-receive-drop"), 0)


if __name__ == "__main__":
    run()
