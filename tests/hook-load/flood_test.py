# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Whoever can send DHCP packets, or is a peer of a session, fills no log: a few lines of each message,
and one that says how many were left out."""

from __future__ import annotations

import itertools
import os
import re
import time
import unittest
from collections.abc import Callable, Iterable
from typing import Any

from lab.waiting import wait_until

from dhcp6_client import CONFIRM, Client
from hook_site import EACH_LINE, OnASite, run
from load import paced

MANY = 3000
RATE = 1500  # a second
LINES, WINDOW = 5, 10  # core/log_limit.h

_hosts = itertools.count(1)


def self_made(subnet: str = "2001:db8:d000:0") -> str:
    return f"{subnet}:21a:2bff:{next(_hosts):x}:1"


class Flooded(OnASite):
    parameters = {"register-addresses": True}

    def setUp(self) -> None:
        super().setUp()
        # Each line and each count of it is this test's own.
        self.before = len(self.kea.process.output())

    def lines(self, message: str) -> list[str]:
        output = self.kea.process.output()[self.before :]
        return [line for line in output.splitlines() if f" {message} " in line]

    def told(self, message: str) -> int:
        """How many there were, by the lines and by those that count others."""
        counts = (re.search(r"… and (\d+) more", line) for line in self.lines(message))
        return sum(int(count[1]) if count else 1 for count in counts)

    def send(self, relayed: Iterable[tuple[Any, Client, bytes, str | None]]) -> None:
        every = list(relayed)
        for relay, client, message, peer in paced(every, len(every) / RATE):
            relay.send(client, message, peer=peer)

    def expect_few_lines(self, message: str, caused: int, begun: float) -> None:
        """All are accounted for, in as many lines as the windows since then allow."""
        wait_until(lambda: self.told(message) >= caused, f"{caused} {message} to be told", WINDOW + 8)
        found = self.lines(message)
        windows = 1 + int((time.monotonic() - begun) / WINDOW)
        size = sum(map(len, found))
        print(f" {caused} {message}: {len(found)} lines, {size} octets: {found[-1].split(' ', 2)[2]}")
        self.assertEqual(self.told(message), caused)
        self.assertLessEqual(len(found), (LINES + 1) * windows)
        self.assertIn(" more", found[-1])
        written = len(self.kea.process.output()) - self.before
        self.assertLess(written, 20_000, "octets, whoever in Kea has written them")

    def registrations(self, addresses: Iterable[str]) -> Iterable[tuple[Any, Client, bytes, str]]:
        for address in addresses:
            client = self.site.client()
            yield self.ar1, client, client.registration(address), address

    def caused(self, name: str, before: int, least: int) -> int:
        """How far the counter has gone, once it stands still: Kea reads what it can of a flood."""
        gone: list[int] = []

        def stands() -> bool:
            gone.append(self.site.counter(name) - before)
            return len(gone) > 1 and gone[-1] == gone[-2] and gone[-1] >= least

        wait_until(stands, f"{name} to stand still beyond {least}", 10, every=0.3)
        return gone[-1]


class Flood(Flooded):
    def test_registrations_out_of_place_leave_a_few_lines_and_a_count(self) -> None:
        begun, before = time.monotonic(), self.site.counter("registrations-refused")
        self.send(self.registrations(self_made("2001:db8:ffff:0") for _ in range(MANY)))
        refused = self.caused("registrations-refused", before, MANY // 3)
        self.expect_few_lines("MOBILITY_REGISTRATION_REFUSED", refused, begun)

    def test_claims_of_anothers_address_leave_a_few_lines_and_a_count(self) -> None:
        address = self_made()
        mine = self.client.registration(address)
        self.assertIsNotNone(self.ar1.ask_from(address, self.client, mine, 3))
        begun, before = time.monotonic(), self.site.counter("registrations-refused")
        self.send(self.registrations(address for _ in range(MANY)))
        refused = self.caused("registrations-refused", before, MANY // 3)
        self.expect_few_lines("MOBILITY_ADDRESS_TAKEN", refused, begun)

    def test_a_host_that_makes_thousands_of_addresses_leaves_a_few_lines_and_a_count(self) -> None:
        begun, before = time.monotonic(), self.site.counter("registrations")
        self.send(self.registrations(self_made() for _ in range(MANY)))
        registered = self.caused("registrations", before, MANY // 3)
        self.expect_few_lines("MOBILITY_ADDRESS_REGISTERED", registered, begun)

    def test_refusals_of_the_anchor_leave_a_few_lines_and_a_count(self) -> None:
        self.anchor.say("answer refused")
        begun, before = time.monotonic(), self.site.counter("registrations-refused")
        self.send(self.registrations(self_made() for _ in range(MANY // 3)))
        # Those that came while max-held were held already were not waited for.
        refused = self.caused("registrations-refused", before, 100)
        self.expect_few_lines("MOBILITY_REGISTRATION_REFUSED", refused, begun)

    def test_answers_that_cannot_be_sent_leave_a_few_lines_of_ours_and_none_of_keas(self) -> None:
        other = self.site.client()
        self.ar1.attach(self.client, self.client.pd())
        self.ar1.attach(other, other.pd())
        router, lost = self.site.network.inside(self.site.network.anchor), f"{self.ar2.ar.core}/128"
        router.run("ip", "-6", "route", "add", "unreachable", lost)
        self.addCleanup(router.run, "ip", "-6", "route", "del", "unreachable", lost)
        begun, before = time.monotonic(), self.site.counter("failed-callouts")
        held_before = self.site.counter("confirm-held")
        wrong, mine = self.client.pd(*other.prefixes), self.client.pd(*self.client.prefixes)
        for prefixes in (wrong, mine):
            self.send(
                (self.ar2, self.client, self.client.message(CONFIRM, prefixes), None)
                for _ in range(MANY // 2)
            )
            wait_until(lambda: self.site.status()["held-now"] == 0, "all Holds to end", 10)
        failed = self.caused("failed-callouts", before, MANY // 6)
        held = self.site.counter("confirm-held") - held_before
        self.expect_few_lines("MOBILITY_CALLOUT_FAILED", failed, begun)
        self.expect_few_lines("MOBILITY_HELD_REPLY_FAILED", held, begun)
        self.assertEqual(self.lines("HOOKS_CALLOUT_ERROR"), [])
        self.assertIsNotNone(self.ar1.ask(self.client, self.client.message(CONFIRM, mine)))

    def test_an_anchor_that_comes_and_goes_leaves_a_few_lines_and_a_count(self) -> None:
        begun, times = time.monotonic(), 12
        self.assertEqual(self.told("MOBILITY_SOURCE_ASSOCIATED"), 0)
        for _ in range(times):
            self.anchor.stop()
            self.anchor.forget()
            self.anchor.start()
            self.anchor.wait_for("list-end", limit=10)
        took = time.monotonic() - begun
        self.assertGreater(times / took, LINES / WINDOW, "it did not come and go often enough")
        name = self.anchor.name
        for message in ("MOBILITY_SOURCE_ASSOCIATED", "MOBILITY_SOURCE_SESSION_CLOSED"):
            wait_until(lambda: self.told(message) == times, f"{times} {message}", WINDOW + 8)
            self.assertIn(f"more of {name}", "".join(self.lines(message)))
            self.assertLess(len(self.lines(message)), times)
        self.site.wait_until_listed()


class AtTheEnd(Flooded):
    def expect_all_told_by(self, end: Callable[[], object]) -> None:
        before = self.site.counter("registrations-refused")
        self.send(self.registrations(self_made("2001:db8:ffff:0") for _ in range(300)))
        refused = self.caused("registrations-refused", before, 100)
        end()
        wait_until(lambda: self.lines("MOBILITY_UNLOADED"), "the library to go", 5)
        self.assertEqual(self.told("MOBILITY_REGISTRATION_REFUSED"), refused)
        self.assertEqual(len(self.lines("MOBILITY_REGISTRATION_REFUSED")), LINES + 1)

    def test_what_was_left_out_is_said_at_a_reload(self) -> None:
        self.anchor.forget()
        self.expect_all_told_by(self.kea.reload)
        self.site.wait_until_listed()

    @unittest.skipIf(
        os.environ.get("MOBILITY_KEA_PRELOAD"), "behind a sanitizer's runtime Kea does not come to its end"
    )
    def test_what_was_left_out_is_said_when_the_server_ends(self) -> None:
        self.expect_all_told_by(lambda: self.kea.process.stop(limit=5))


class EachLine(Flooded):
    extra = EACH_LINE

    def test_an_operator_who_asks_for_it_has_every_registration_in_the_log(self) -> None:
        before = self.site.counter("registrations")
        self.send(self.registrations(self_made() for _ in range(100)))
        registered = self.caused("registrations", before, 50)
        self.assertEqual(len(self.lines("MOBILITY_ADDRESS_REGISTERED")), registered)


if __name__ == "__main__":
    run()
