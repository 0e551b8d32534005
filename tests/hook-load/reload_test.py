# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""config-reload of a real kea-dhcp6 under load, with good and with bad configurations: clients are
served, the parameters in force stay, the library is really unloaded."""

from __future__ import annotations

import shutil
import time
import unittest
from pathlib import Path
from typing import Any

from lab.waiting import wait_until

from dhcp6_client import CONFIRM, SUCCESS
from hook_site import HOOK, THREADS, HookSite, run
from load import Load

CLIENTS = 50
RATE = 300  # Renews a second
RELOADS = 10


class Reloads(unittest.TestCase):
    def setUp(self) -> None:
        self.site = HookSite().__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    def start(self) -> None:
        self.site.start()
        self.clients = [self.site.client() for _ in range(CLIENTS)]
        for client in self.clients:
            self.site.ar1.attach(client)

    def bad_configurations(self) -> dict[str, tuple[str, dict[str, Any], dict[str, Any]]]:
        """Name -> (what the refusal must name, changes of the hook's parameters, of Kea's keys)."""
        site = self.site
        own = site.hook_parameters()["anchors"][0]
        return {
            "unreadable key": ("/nowhere/kea.key", {"key-file": "/nowhere/kea.key"}, {}),
            "unknown parameter": ('"hold-limits"', {"hold-limits": 100}, {}),
            "lease caching": (
                '"cache-threshold" is 0.25',
                {},
                {"subnet6": [site.subnet(**{"cache-threshold": 0.25})]},
            ),
            "split subnet": (
                "is only partly inside 2001:db8:d000::/72",
                {"anchors": [{**own, "prefixes": ["2001:db8:d000::/72"]}]},
                {},
            ),
            "wrong type": ('"hold-limit" is "fast"', {"hold-limit": "fast"}, {}),
        }

    def reload(self, changes: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
        options = self.site.kea.options
        options.hook_parameters = self.site.hook_parameters(**changes)
        options.extra = {"subnet6": [self.site.subnet()], **extra}
        return self.site.kea.reload()

    def assert_served_and_reported(self) -> None:
        """A move by Confirm works, and the anchor in force hears it."""
        self.site.wait_until_listed()
        client = self.clients[0]
        confirm = client.message(CONFIRM, client.na(*client.addresses))
        reply = self.site.ar2.exchange(client, confirm)
        self.assertEqual(reply.status, SUCCESS)
        self.site.anchor.setup_of(reply.transaction)

    def test_ten_reloads_under_load_five_of_them_bad(self) -> None:
        self.start()
        held = {f"{client.addresses[0]}/128" for client in self.clients}
        bad = list(self.bad_configurations().items())
        with Load(self.site.ar1, self.clients, RATE) as load:
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

    def test_a_plain_kea_for_comparison(self) -> None:
        self.site.kea.options.hook = None
        self.site.kea.options.extra = {
            "subnet6": [self.site.subnet(relay={"ip-addresses": [self.site.ar1.ar.link]})]
        }
        self.site.kea.start()
        clients = [self.site.client() for _ in range(CLIENTS)]
        for client in clients:
            self.site.ar1.attach(client)
        with Load(self.site.ar1, clients, RATE) as load:
            for _ in range(RELOADS):
                self.assertEqual(self.site.kea.reload()["result"], 0)
                done = time.monotonic()
                wait_until(lambda: load.answered_since(done) > 30, "clients to be served", 5)
        print(f" {RELOADS} reloads under {RATE}/s, plain Kea, {THREADS} threads: {load.result()}")

    def test_a_bad_configuration_at_the_start_ends_the_server(self) -> None:
        self.site.anchor.start()
        for name, (named, changes, extra) in self.bad_configurations().items():
            with self.subTest(name):
                options = self.site.kea.options
                options.hook_parameters = self.site.hook_parameters(**changes)
                options.extra = {"subnet6": [self.site.subnet()], **extra}
                self.site.kea.write_configuration()
                process = self.site.kea.process.start()
                wait_until(lambda: not process.alive, "the server to end", 10)
                self.assertIn(named, process.output())
                self.assertIn("MOBILITY_CONFIGURATION_REFUSED", process.output())

    def test_parameters_in_force_stay_when_another_library_or_kea_refuses(self) -> None:
        self.start()
        self.site.anchor.forget()
        answer = self.reload({}, {"lease-database": {"type": "memfile", "name": "/nowhere/l.csv"}})
        self.assertEqual(answer["result"], 1)
        answer = self.reload({}, {})
        self.assertEqual(answer["result"], 0, answer)
        self.assert_served_and_reported()

    def test_the_library_is_really_unloaded(self) -> None:
        folder = self.site.processes.folder
        copies = [Path(shutil.copy(HOOK, folder / f"libdhcp_mobility_{n}.so")) for n in (1, 2)]
        self.site.kea.options.hook = copies[0]
        self.start()
        self.assertGreater(self.site.counter("attached"), 0)
        for number in range(1, 7):
            self.site.anchor.forget()
            self.site.kea.options.hook = copies[number % 2]
            self.assertEqual(self.site.kea.reload()["result"], 0)
            maps = self.site.kea.process.maps()
            self.assertIn(str(copies[number % 2]), maps)
            self.assertNotIn(str(copies[(number + 1) % 2]), maps)
            self.site.wait_until_listed()
            self.assertEqual(self.site.counter("attached"), 0, "statics did not start again")
            self.assert_served_and_reported()
        self.site.kea.options.hook = None
        self.assertEqual(self.site.kea.reload()["result"], 0)
        maps = self.site.kea.process.maps()
        self.assertNotIn("libdhcp_mobility", maps)

    def test_held_replies_do_not_outlive_a_reload(self) -> None:
        self.start()
        self.site.anchor.say("answer never")
        for client in self.clients[:20]:
            self.site.ar2.send(client, client.message(CONFIRM, client.na(*client.addresses)))
            self.site.ar2.send(client, client.message(5, client.na(*client.addresses)))
        wait_until(lambda: self.site.status()["held-now"] > 0, "Replies to be held", 2)
        answer = self.reload({"hold-limit": 2000}, {})
        self.assertEqual(answer["result"], 0, answer)
        self.site.anchor.say("answer installed")
        self.assert_served_and_reported()


if __name__ == "__main__":
    run()
