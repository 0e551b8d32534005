# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Leases that Kea 2.2 deletes while it answers the client that holds them, since they lie outside
today's pools or are reserved for another: no callout names them, and yet the anchor must hear it."""

from __future__ import annotations

import unittest
from typing import Any

from anchor import DELETED
from dhcp6_client import RAPID_COMMIT, REBIND, RENEW, REQUEST, SOLICIT, option, transaction_of
from hook_site import HookSite, run

FIRST, SECOND = (f"2001:db8:d000::{n}:0 - 2001:db8:d000::{n}:ffff" for n in ("a", "b"))


class ReplacedLeases(unittest.TestCase):
    def setUp(self) -> None:
        self.site = HookSite(extra={"subnet6": []}).__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)
        self.pool(FIRST)
        self.site.start()
        self.client = self.site.client()
        self.site.ar1.attach(self.client)
        self.old = self.client.addresses[0]

    def pool(self, pool: str, **changes: Any) -> None:
        subnet = self.site.subnet(pools=[{"pool": pool}], **changes)
        self.site.kea.options.extra = {"subnet6": [subnet]}

    def reload(self) -> None:
        self.site.anchor.forget()
        self.assertEqual(self.site.kea.reload()["result"], 0)
        self.site.wait_until_listed()
        self.assertIn(f"{self.old}/128", self.site.anchor.listed())

    def ask_again(self, kind: int, *parts: bytes) -> None:
        message = self.client.message(kind, self.client.na(self.old), *parts)
        self.site.ar1.exchange(self.client, message)
        setup = self.site.anchor.setup_of(transaction_of(message))
        self.assertNotIn(f"{self.old}/128", [item["prefix"] for item in setup["items"]])
        ended = self.assert_it_has_ended()
        self.assertLess(ended["at"], setup["at"], "the end of the old one comes first")

    def assert_it_has_ended(self) -> dict[str, Any]:
        row = self.site.kea.try_command("lease6-get", **{"ip-address": self.old})
        self.assertEqual(row["result"], 3, "Kea has no such lease any more")
        heard = self.site.anchor.wait_for("remove", lambda m: f"{self.old}/128" in m["prefixes"])
        self.assertEqual((heard["mn"], heard["reason"]), (self.client.duid_text, DELETED))
        return heard

    def test_A6_of_a_lease_outside_the_pools_of_today_each_message_is_the_end(self) -> None:
        for kind, *parts in (
            [RENEW],
            [REBIND],
            [REQUEST],
            [SOLICIT, option(RAPID_COMMIT, b"")],
        ):
            with self.subTest(kind=kind):
                self.old = self.client.addresses[0]
                self.pool(SECOND if ":a:" in self.old else FIRST)
                self.reload()
                self.ask_again(kind, *parts)

    def test_A6_of_a_lease_that_is_reserved_for_another_now(self) -> None:
        other = {"duid": "00:03:00:01:02:00:00:00:ff:ff", "ip-addresses": [self.old]}
        self.pool(FIRST, reservations=[other])
        self.reload()
        self.ask_again(RENEW)

    def test_A6_a_solicit_that_names_it_is_its_end_before_the_request(self) -> None:
        self.pool(SECOND)
        self.reload()
        self.site.ar1.exchange(
            self.client, self.client.message(SOLICIT, self.client.na(self.old))
        )
        self.assert_it_has_ended()

    def test_what_another_client_holds_is_not_ended_by_naming_it(self) -> None:
        other = self.site.client()
        self.site.ar1.attach(other)
        self.site.anchor.forget()
        for kind in (SOLICIT, REQUEST, RENEW, REBIND):
            message = self.client.message(kind, self.client.na(*other.addresses, self.old))
            self.site.ar1.ask(self.client, message)
        self.site.ar1.exchange(other, other.message(RENEW, other.na(*other.addresses)))
        self.site.anchor.wait_for("setup", lambda m: m["mn"] == other.duid_text)
        self.assertEqual(self.site.anchor.of("remove"), [])


if __name__ == "__main__":
    run()
