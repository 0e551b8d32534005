# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Scenario A7: addresses that hosts made themselves, registered by ADDR-REG-INFORM (RFC 9686)."""

from __future__ import annotations

import itertools
import struct
import time
from typing import Any

from lab.waiting import wait_until

from anchor import DELETED, EXPIRED, RELEASED
from dhcp6_client import (
    ADDR_REG_ENABLE, ADDR_REG_REPLY, CLIENT_ID, IA_ADDRESS, INFORMATION_REQUEST, OPTION_REQUEST,
    RAPID_COMMIT, SERVER_ID, SOLICIT, Client, Reply, option, transaction_of,
)  # fmt: skip
from hook_site import EACH_LINE, OnASite, run

IAID = 0xFFFFFFFF  # of every registration
QUIET = 0.5  # s: longer than the hold-limit, so that what was held would have come

_hosts = itertools.count(1)


def self_made() -> str:
    """As SLAAC makes them, of another interface identifier each."""
    return f"2001:db8:d000:0:21a:2bff:fe00:{next(_hosts):x}"


class Registering(OnASite):
    """A host with an address that it made itself."""

    parameters = {"register-addresses": True, "hold-limit": 400}

    def setUp(self) -> None:
        super().setUp()
        self.address = self_made()

    def register(
        self, client: Client | None = None, ar: Any = None, limit: float = 3.0, **lifetimes: int
    ) -> Reply | None:
        client = client or self.client
        message = client.registration(self.address, **lifetimes)
        answer: Reply | None = (ar or self.ar1).ask_from(self.address, client, message, limit)
        return answer

    def row(self) -> dict[str, Any] | None:
        rows = [row for row in self.kea.leases() if row["ip-address"] == self.address]
        return rows[0] if rows else None

    def over(self) -> bool:
        """Also by the clock that time(3) reads, which is up to a tick late."""
        row = self.row()
        return row is None or bool(row["cltt"] + row["valid-lft"] <= time.time() - 0.05)

    def setups(self, least: int = 0) -> list[dict[str, Any]]:
        """What the anchor has heard of the address; waits until that is so much."""
        mine = f"{self.address}/128"

        def heard() -> list[dict[str, Any]]:
            return [m for m in self.anchor.of("setup") if m["items"][0]["prefix"] == mine]

        wait_until(lambda: len(heard()) >= least, f"{least} MN Address Setups", 5)
        return heard()


class Registrations(Registering):
    extra = EACH_LINE

    def test_the_refusal_of_the_first_does_not_end_the_second(self) -> None:
        time.sleep(1.02 - time.time() % 1)  # all of it within one second of the rows' clock
        self.anchor.say("answer refused")
        self.anchor.say("delay 300")
        first = self.client.registration(self.address)
        self.ar2.send(self.client, first, peer=self.address)
        self.setups(1)
        self.anchor.say("answer installed")
        self.anchor.say("delay 0")
        self.assertIsNotNone(self.register(), "through the other router it is answered")
        self.assertIsNone(self.ar2.receive(QUIET))
        ends = [m for m in self.anchor.of("remove") if f"{self.address}/128" in m["prefixes"]]
        self.assertEqual(ends, [], "the path of the second is ended")
        self.assertIsNotNone(self.row(), "the row of the second is gone")

    def test_a_registration_is_a_row_an_event_and_an_answer(self) -> None:
        reply = self.register()
        assert reply is not None
        self.assertEqual((reply.kind, reply.peer), (ADDR_REG_REPLY, self.address))
        message = self.client.registration(self.address)
        sent = message[message.index(struct.pack("!HH", IA_ADDRESS, 24)) + 4 :][:24]
        self.assertEqual(reply.options[IA_ADDRESS], [sent], "the option as it came")
        self.assertEqual(reply.options[CLIENT_ID], [self.client.duid])
        (setup,) = self.setups(1)
        self.assertEqual((setup["mn"], setup["proof"]), (self.client.duid_text, "commit"))
        self.assertEqual((setup["link"], setup["mac"]), (self.ar1.ar.link, self.client.mac.hex(":")))
        self.assertEqual((setup["items"][0]["iaid"], setup["items"][0]["remaining"]), (IAID, 3600))
        self.assertGreater(reply.at, setup["at"])
        row = self.row()
        assert row is not None
        self.assertEqual((row["duid"], row["state"], row["valid-lft"]), (self.client.duid_text, 0, 3600))
        self.assertEqual(row["hw-address"], self.client.mac.hex(":"))
        self.assertEqual(row["user-context"], {"kea-mobility": "registered"})

    def test_the_answer_waits_for_the_network(self) -> None:
        self.anchor.say("delay 60")
        message = self.client.registration(self.address)
        sent = self.ar1.send(self.client, message, peer=self.address)
        reply = self.ar1.answers([transaction_of(message)])[transaction_of(message)]
        self.assertGreater(reply.at - sent, 0.060)

    def test_a_copy_of_a_held_registration_is_dropped(self) -> None:
        self.anchor.say("delay 100")
        before = self.site.counter("retransmissions-dropped")
        message = self.client.registration(self.address)
        for _ in range(3):
            self.ar1.send(self.client, message, peer=self.address)
        self.assertEqual(len(self.ar1.answers([transaction_of(message)])), 1)
        self.assertIsNone(self.ar1.receive(QUIET), "one answer for all three")
        self.assertEqual(self.site.counter("retransmissions-dropped"), before + 2)

    def test_a_refresh_through_another_router_is_a_move(self) -> None:
        self.register()
        reply = self.register(ar=self.ar2, valid=7200)
        assert reply is not None
        self.assertEqual([m["link"] for m in self.setups(2)], [self.ar1.ar.link, self.ar2.ar.link])
        row = self.row()
        assert row is not None
        self.assertEqual(row["valid-lft"], 7200)

    def test_who_claims_anothers_address_has_no_answer_and_changes_nothing(self) -> None:
        self.register()
        before = self.row()
        for ar in (self.ar1, self.ar2):
            self.assertIsNone(self.register(self.site.client(), ar=ar, limit=QUIET))
        self.assertIsNone(self.register(self.site.client(), valid=0, limit=QUIET), "gives up")
        self.assertEqual(self.row(), before)
        self.assertEqual(len(self.setups(1)), 1)
        self.assertIn("MOBILITY_ADDRESS_TAKEN", self.kea.process.output())
        self.assertIsNotNone(self.register(), "the first refreshes")

    def test_of_many_that_claim_one_address_at_once_one_has_it(self) -> None:
        clients = [self.site.client() for _ in range(20)]
        asked = {}
        for client in clients:
            message = client.registration(self.address)
            asked[transaction_of(message)] = client
            self.ar1.send(client, message, peer=self.address)
        (transaction,) = self.ar1.answers(asked, limit=1.5)
        row = self.row()
        assert row is not None
        self.assertEqual(row["duid"], asked[transaction].duid_text)
        self.assertEqual([m["mn"] for m in self.setups(1)], [row["duid"]])

    def test_a_leased_address_is_not_registered_by_anybody(self) -> None:
        self.ar1.attach(self.client)
        self.address = self.client.addresses[0]
        before = self.row()
        self.assertIsNone(self.register(self.site.client(), limit=QUIET), "another host")
        heard = len(self.setups())
        self.assertIsNone(self.register(ar=self.ar2, limit=QUIET), "its own lease")
        self.assertEqual(self.row(), before)
        wait_until(lambda: len(self.setups()) > heard, "the place to be told", 2)
        self.assertEqual(
            (self.setups()[-1]["proof"], self.setups()[-1]["link"]), ("lookup", self.ar2.ar.link)
        )

    def test_kea_gives_a_registered_address_to_nobody(self) -> None:
        self.address = "2001:db8:d000::ff:1234"  # inside the pool
        self.register()
        other = self.site.client()
        self.ar1.attach(other, other.na(self.address))
        self.assertNotIn(self.address, other.addresses)
        own = self.client
        self.ar1.attach(own, own.na(iaid=0), own.na(iaid=1))
        self.assertNotIn(self.address, own.addresses, "no association of its own has it either")

    def test_what_does_not_belong_on_the_link_is_dropped_and_logged(self) -> None:
        for self.address in (
            "2001:db8:d000:1::5",  # the anchor's, and another subnet
            "2001:db8:ffff::5",  # nobody's
            "2001:db8:d000::",  # the subnet-router anycast address
            "fe80::21a:2bff:fe00:1",  # register-link-locals is off
        ):
            self.assertIsNone(self.register(limit=QUIET), self.address)
            self.assertIsNone(self.row())
            self.assertEqual(self.setups(), [])
            self.assertIn(f"MOBILITY_REGISTRATION_REFUSED not registered: {self.address} by",
                          self.kea.process.output())  # fmt: skip

    def test_what_rfc_9686_has_servers_discard_is_discarded(self) -> None:
        before = self.site.counter("registrations-discarded")
        own, other = self.client.registration(self.address), self_made()
        spoiled = {
            "no client": own[:4] + own[own.index(option(8, b"\0\0")) :],
            "a server": self.client.registration(self.address, option(SERVER_ID, b"\0\1\0\1\0\0\0\0")),
            "an Option Request": self.client.registration(self.address, option(OPTION_REQUEST, b"\0\x17")),
            "an IA": self.client.registration(self.address, self.client.na()),
            "two addresses": self.client.registration(self.address, own[-28:]),
            "lifetimes": self.client.registration(self.address, valid=10, preferred=11),
            "another source": self.client.registration(other),
            "no address": self.client.message(36),
        }
        for name, message in spoiled.items():
            self.assertIsNone(self.ar1.ask_from(self.address, self.client, message, QUIET), name)
        # Kea itself drops what names another server.
        self.assertEqual(self.site.counter("registrations-discarded"), before + len(spoiled) - 1)
        self.assertIsNone(self.row())
        self.assertEqual(self.setups(), [])

    def test_a_valid_lifetime_of_zero_gives_the_address_up_and_never_waits(self) -> None:
        self.register()
        self.anchor.say("answer never")
        for _ in ("first", "its retransmission"):
            began = time.monotonic()
            reply = self.register(valid=0)
            assert reply is not None
            self.assertLess(reply.at - began, 0.4)
            self.assertIsNone(self.row())
        removed = self.anchor.wait_for("remove", lambda m: m["prefixes"] == [f"{self.address}/128"])
        self.assertEqual((removed["mn"], removed["reason"]), (self.client.duid_text, RELEASED))
        self.anchor.say("answer installed")
        self.assertIsNotNone(self.register(self.site.client()), "it is free for another")

    def test_a_refused_registration_leaves_no_row_and_a_refused_refresh_leaves_it(self) -> None:
        self.anchor.say("answer refused")
        self.assertIsNone(self.register(limit=QUIET))
        self.assertIsNone(self.row())
        removed = self.anchor.wait_for("remove", lambda m: m["prefixes"] == [f"{self.address}/128"])
        self.assertEqual(removed["reason"], DELETED)
        self.anchor.say("answer installed")
        self.register()
        self.anchor.say("answer refused")
        before = self.row()
        self.assertIsNone(self.register(ar=self.ar2, limit=QUIET, valid=1, preferred=1))
        self.assertEqual(self.row(), before, "nobody shortens what it may not move")

    def test_without_an_anchor_hosts_are_answered_at_once(self) -> None:
        self.anchor.stop()
        wait_until(
            lambda: self.site.status()["anchors"][0]["state"] == "not connected", "the loss", 10
        )
        self.assertIsNotNone(self.register())
        self.anchor.forget()
        self.anchor.start()
        wait_until(self.setups, "the place to be told", 10)
        self.site.wait_until_listed()

    def test_an_operator_ends_a_registration(self) -> None:
        self.register()
        self.kea.delete_lease(self.address)
        self.anchor.wait_for("remove", lambda m: m["prefixes"] == [f"{self.address}/128"])
        self.assertIsNotNone(self.register(self.site.client()), "it is free for another")

    def test_expiry_is_told_and_statistics_come_back_to_where_they_were(self) -> None:
        name = "subnet[1].assigned-nas"
        before = self.kea.statistic(name)
        self.register(valid=1)
        self.assertEqual(self.kea.statistic(name), before + 1)
        removed = self.anchor.wait_for(
            "remove", lambda m: m["prefixes"] == [f"{self.address}/128"], limit=10
        )
        self.assertEqual((removed["mn"], removed["reason"]), (self.client.duid_text, EXPIRED))
        wait_until(lambda: self.kea.statistic(name) == before, "the count to come back", 5)
        self.register()
        self.register(valid=0)
        self.assertEqual(self.kea.statistic(name), before)

    def test_who_asks_is_told_that_addresses_can_be_registered(self) -> None:
        asking = option(OPTION_REQUEST, struct.pack("!HH", 23, ADDR_REG_ENABLE))
        for parts in ((), (option(RAPID_COMMIT, b""),)):
            client = self.site.client()
            reply = self.ar1.exchange(client, client.message(SOLICIT, client.na(), asking, *parts))
            self.assertEqual(reply.options.get(ADDR_REG_ENABLE), [b""])
            silent = client.message(SOLICIT, client.na(), *parts)
            self.assertNotIn(ADDR_REG_ENABLE, self.ar1.exchange(client, silent).options)
        # What a host sends that makes all its addresses itself.
        told = self.ar1.ask(self.client, self.client.message(INFORMATION_REQUEST, asking))
        assert told is not None
        self.assertEqual(told.options.get(ADDR_REG_ENABLE), [b""])


class LinkLocals(Registering):
    parameters = {**Registering.parameters, "register-link-locals": True}

    def test_a_link_local_address_is_registered_without_a_route_and_once_in_the_domain(self) -> None:
        self.address = f"fe80::{next(_hosts):x}:1"
        self.assertIsNotNone(self.register())
        self.assertIsNotNone(self.row())
        self.assertIsNone(self.register(self.site.client(), ar=self.ar2, limit=QUIET))
        self.assertIsNotNone(self.register(ar=self.ar2), "the first may move with it")
        self.assertIsNotNone(self.register(valid=0))
        self.assertIsNone(self.row())
        self.assertNotIn(self.address, str(self.anchor.messages), "the anchor hears nothing")


class KeptRows(Registering):
    """Kea keeps rows after their time; and over its restart."""

    parameters = {**Registering.parameters, "register-lifetime": 60, "hold-limit": 5000}
    extra = {
        "expired-leases-processing": {"reclaim-timer-wait-time": 1, "hold-reclaimed-time": 600},
        "client-classes": [{"name": "DROP", "test": "option[1].hex == 0x000300010200ffffffff"}],
    }

    def test_a_lifetime_counts_up_to_the_operators_bound(self) -> None:
        reply = self.register(valid=0xFFFFFFFF)
        assert reply is not None
        valid = struct.unpack("!I", reply.options[IA_ADDRESS][0][20:24])[0]
        self.assertEqual(valid, 0xFFFFFFFF, "what the client hears is what it said")
        row = self.row()
        assert row is not None
        self.assertEqual((row["valid-lft"], self.setups(1)[-1]["items"][0]["remaining"]), (60, 60))

    def test_a_registration_whose_time_is_over_is_anybodys(self) -> None:
        count = "subnet[1].assigned-nas"
        before = self.kea.statistic(count)
        for held in (False, True):  # not yet reclaimed, and reclaimed and kept
            self.register(valid=1)
            if held:
                wait_until(lambda: (self.row() or {}).get("state") == 2, "Kea to reclaim it", 5)
            else:
                wait_until(self.over, "its time to be over", 5)
            taker = self.site.client()
            self.assertIsNotNone(self.register(taker))
            row = self.row()
            assert row is not None
            self.assertEqual((row["duid"], row["state"]), (taker.duid_text, 0))
            self.assertEqual(self.kea.statistic(count), before + 1)
            self.register(taker, valid=0)
            self.assertEqual(self.kea.statistic(count), before)

    def test_who_is_to_be_dropped_registers_nothing(self) -> None:
        self.assertIsNone(self.register(Client(0xFFFFFFFF), limit=QUIET))
        self.assertIsNone(self.row())

    def test_a_row_that_kea_keeps_of_a_lease_is_not_touched(self) -> None:
        other = self.site.client()
        lease = {"ip-address": self.address, "duid": other.duid_text, "iaid": 1, "subnet-id": 1}
        self.kea.command("lease6-add", **lease, state=2)
        before = self.row()
        self.assertIsNone(self.register(limit=QUIET))
        self.assertEqual(self.row(), before)

    def test_a_reload_lets_go_of_registrations_whose_answers_are_held(self) -> None:
        self.anchor.say("answer never")
        for _ in range(20):
            address, client = self_made(), self.site.client()
            self.ar1.send(client, client.registration(address), peer=address)
        wait_until(lambda: self.site.status()["held-now"] == 20, "all to be held", 4)
        self.anchor.forget()
        self.assertEqual(self.kea.reload()["result"], 0)
        self.site.wait_until_listed()
        self.anchor.say("answer installed")
        self.assertIsNotNone(self.register())
        self.assertNotIn("MOBILITY_CALLOUT_FAILED", self.kea.process.output())

    def test_a_registration_survives_a_killed_server(self) -> None:
        self.register()
        self.kea.process.kill()
        self.anchor.forget()
        self.kea.start()
        self.site.wait_until_listed()
        self.assertIn(f"{self.address}/128", self.anchor.listed())
        self.assertIsNone(self.register(self.site.client(), limit=QUIET), "it is still taken")
        self.assertIsNotNone(self.register())
        self.assertEqual(self.site.counter("registrations-refreshed"), 1)


class LibraryGone(Registering):
    def test_a_registration_outlives_the_library_that_made_it(self) -> None:
        self.register()
        self.register()  # a refresh writes it anew
        own = self.kea.options.hook
        self.anchor.forget()
        for hook in (None, own):  # what still points into it ends the server
            self.kea.options.hook = hook
            self.assertEqual(self.kea.reload()["result"], 0)
            self.assertIsNotNone(self.row())
        self.site.wait_until_listed()
        self.assertIn(f"{self.address}/128", self.anchor.listed())
        self.assertIsNotNone(self.register())


if __name__ == "__main__":
    run()
