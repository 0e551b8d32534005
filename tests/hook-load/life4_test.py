# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A real kea-dhcp4 with the hook: config-reload under load with good and bad configurations, what a
refused client is told, more Replies than may be held, and a clean end."""

from __future__ import annotations

import time
import unittest
from collections.abc import Callable
from typing import Any

from lab.waiting import wait_until

from dhcp4_client import ACK, AGENT, CLIENT_ID, MESSAGE_TYPE, NAK, SERVER_ID, TEXT, Client, Relay
from dhcp4_client import transaction_of
from hook4_site import Hook4Site
from hook_site import THREADS, run
from load import Load

CLIENTS = 50
RATE = 200  # Requests a second
RELOADS = 10
MANY = 300  # more than Kea parks by default (256)


def reboot(relay: Relay, client: Client) -> tuple[int, Callable[[], float]]:
    message = client.reboot()
    return transaction_of(message), lambda: relay.send(message)


class Life(unittest.TestCase):
    def start(self, count: int, **parameters: Any) -> None:
        self.prepare(**parameters)
        self.site.start()
        self.clients = [self.site.client() for _ in range(count)]
        for client in self.clients:
            self.site.ar1.attach(client)

    def prepare(self, **parameters: Any) -> None:
        self.site = Hook4Site(parameters=parameters).__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    def bad_configurations(self) -> dict[str, tuple[str, dict[str, Any], dict[str, Any]]]:
        """Name -> (what the refusal must name, changes of the hook's parameters, of Kea's keys)."""
        site = self.site
        own = site.hook_parameters()["anchors"][0]
        return {
            "unreadable key": ("/nowhere/kea.key", {"key-file": "/nowhere/kea.key"}, {}),
            "parameter of the other family": ('"confirm-unknown"', {"confirm-unknown": "silent"}, {}),
            "lease caching": (
                '"cache-threshold" is 0.25',
                {},
                {"subnet4": [site.subnet(**{"cache-threshold": 0.25})]},
            ),
            "split subnet": (
                "is only partly inside 10.213.0.0/17",
                {"anchors": [{**own, "prefixes": ["10.213.0.0/17"]}]},
                {},
            ),
            "wrong family": ('"test/6"', {"lease-domain": "test/6"}, {}),
        }

    def configure(self, changes: dict[str, Any], extra: dict[str, Any]) -> None:
        options = self.site.kea.options
        options.hook_parameters = self.site.hook_parameters(**changes)
        options.extra = {"subnet4": [self.site.subnet()], **extra}

    def reload(self, changes: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
        self.configure(changes, extra)
        return self.site.kea.reload()

    def assert_served_and_reported(self) -> None:
        """A move by INIT-REBOOT works, and the anchor in force hears it."""
        self.site.wait_until_listed()
        reply = self.site.ar2.exchange(self.clients[0], self.clients[0].reboot())
        self.assertEqual(reply.kind, ACK)
        self.site.anchor.setup_of(reply.transaction)

    def test_ten_reloads_under_load_five_of_them_bad(self) -> None:
        self.start(CLIENTS)
        held = {f"{client.address}/32" for client in self.clients}
        bad = list(self.bad_configurations().items())
        with Load(self.site.ar1, self.clients, RATE, reboot) as load:
            for number in range(RELOADS):
                self.site.anchor.forget()
                if number % 2 == 0:
                    answer = self.reload({"hold-limit": 100 + number}, {})
                    self.assertEqual(answer["result"], 0, answer)
                else:
                    name, (named, changes, extra) = bad[number // 2]
                    answer = self.reload(changes, extra)
                    self.assertEqual(answer["result"], 1, name)
                    self.assertIn(named, answer["text"])
                self.site.anchor.wait_for("list-end", limit=10)
                self.assertEqual(self.site.anchor.listed() - held, set())
                done = time.monotonic()
                wait_until(lambda: load.answered_since(done) > 30, "clients to be served", 5)
                self.assert_served_and_reported()
        served = load.result()
        print(f" {RELOADS} reloads under {RATE}/s, hook, {THREADS} threads: {served}")
        self.assertLess(served.lost, served.sent * 0.2)
        self.assertEqual(self.site.status()["counters"]["failed-callouts"], 0)
        self.site.kea.options.hook = None
        self.assertEqual(self.site.kea.reload()["result"], 0)
        maps = self.site.kea.process.maps()
        self.assertNotIn("libdhcp_mobility", maps)

    def test_a_bad_configuration_at_the_start_ends_the_server(self) -> None:
        self.prepare()
        self.site.anchor.start()
        for name, (named, changes, extra) in self.bad_configurations().items():
            with self.subTest(name):
                self.configure(changes, extra)
                self.site.kea.write_configuration()
                process = self.site.kea.process.start()
                wait_until(lambda: not process.alive, "the server to end", 10)
                self.assertIn(named, process.output())
                self.assertIn("MOBILITY_CONFIGURATION_REFUSED", process.output())

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
        begun = time.monotonic()
        for number, message in enumerate(messages):
            time.sleep(max(0.0, begun + 0.8 * number / MANY - time.monotonic()))
            self.site.ar2.send(message)
        replies = self.site.ar2.answers(map(transaction_of, messages), 8)
        self.assertEqual(len(replies), MANY, "some were not answered")
        self.assertEqual(self.site.counter("unheld-full") - before, MANY - 192)
        self.assertEqual(self.site.status()["held-now"], 0)
        self.assertEqual(self.site.kea.statistic("pkt4-receive-drop"), 0)


if __name__ == "__main__":
    run()
