# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""config-reload of a real server of either family under load, with good and with bad configurations:
clients are served, and the parameters in force stay."""

from __future__ import annotations

import time
import unittest
from collections.abc import Callable
from typing import Any

from lab.waiting import wait_until

from hook_site import THREADS, HookSite
from load import Load

CLIENTS = 50
RELOADS = 10
# What the refusal must name, changes of the hook's parameters, of Kea's keys.
Bad = tuple[str, dict[str, Any], dict[str, Any]]


def wait_until_served(load: Load) -> None:
    done = time.monotonic()
    wait_until(lambda: load.answered_since(done) > 30, "clients to be served", 5)


class Reloading(unittest.TestCase):
    """Each test has a site of its own, and starts it."""

    kind: type[HookSite]
    rate: int  # messages a second
    say: Callable[..., Any]  # what each is, for Load
    part: str  # of the subnet

    def own_bad_configurations(self) -> dict[str, Bad]:
        """Two of this family's."""
        raise NotImplementedError

    def move(self, client: Any) -> Any:
        """Through AR 2: the answer, which must be a yes."""
        raise NotImplementedError

    def setUp(self) -> None:
        self.site = self.kind().__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    def start(self, count: int = CLIENTS, **parameters: Any) -> None:
        self.configure(parameters, {})
        self.site.start()
        self.clients = [self.site.client() for _ in range(count)]
        for client in self.clients:
            self.site.ar1.attach(client)

    def configure(self, changes: dict[str, Any], extra: dict[str, Any]) -> None:
        options = self.site.kea.options
        options.hook_parameters = self.site.hook_parameters(**changes)
        options.extra = {self.kind.subnets: [self.site.subnet()], **extra}

    def reload(self, changes: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
        self.configure(changes, extra)
        return self.site.kea.reload()

    def bad_configurations(self) -> dict[str, Bad]:
        own = self.site.hook_parameters()["anchors"][0]
        caching = self.site.subnet(**{"cache-threshold": 0.25})
        return {
            "unreadable key": ("/nowhere/kea.key", {"key-file": "/nowhere/kea.key"}, {}),
            "lease caching": ('"cache-threshold" is 0.25', {}, {self.kind.subnets: [caching]}),
            "split subnet": (
                f"is only partly inside {self.part}",
                {"anchors": [{**own, "prefixes": [self.part]}]},
                {},
            ),
            **self.own_bad_configurations(),
        }

    def assert_served_and_reported(self) -> None:
        """A move works, and the anchor in force hears it."""
        self.site.wait_until_listed()
        reply = self.move(self.clients[0])
        self.site.anchor.setup_of(reply.transaction)

    def assert_can_be_left_out(self) -> None:
        self.site.kea.options.hook = None
        self.assertEqual(self.site.kea.reload()["result"], 0)
        self.assertNotIn("libdhcp_mobility", self.site.kea.process.maps())

    def test_ten_reloads_under_load_five_of_them_bad(self) -> None:
        self.start()
        held = set().union(*(client.held for client in self.clients))
        bad = list(self.bad_configurations().items())
        with Load(self.site.ar1, self.clients, self.rate, type(self).say) as load:
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
                wait_until_served(load)
                self.assert_served_and_reported()
        served = load.result()
        print(f" {RELOADS} reloads under {self.rate}/s, hook, {THREADS} threads: {served}")
        self.assertLess(served.lost, served.sent * 0.2)
        self.assertEqual(self.site.status()["counters"]["failed-callouts"], 0)
        self.assert_can_be_left_out()

    def test_libraries_that_are_loaded_again_go_on(self) -> None:
        self.start(10)
        for _ in range(2):
            self.site.anchor.forget()
            self.assertEqual(self.site.kea.try_command("libreload")["result"], 0)
            self.assert_served_and_reported()
            self.assertEqual(self.site.counter("attached"), 1, "it is not the same one")

    def test_a_bad_configuration_at_the_start_ends_the_server(self) -> None:
        self.site.anchor.start()
        for name, (named, changes, extra) in self.bad_configurations().items():
            with self.subTest(name):
                self.configure(changes, extra)
                self.site.kea.write_configuration()
                process = self.site.kea.process.start()
                wait_until(lambda: not process.alive, "the server to end", 10)
                self.assertIn(named, process.output())
                self.assertIn("MOBILITY_CONFIGURATION_REFUSED", process.output())
