# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What the anchor hears of each DHCP message, and when the client has its Reply."""

from __future__ import annotations

from anchor import DECLINED, DELETED, EXPIRED, RELEASED
from dhcp6_client import (
    CONFIRM,
    DECLINE,
    NOT_ON_LINK,
    RAPID_COMMIT,
    REBIND,
    RELEASE,
    RENEW,
    REQUEST,
    SOLICIT,
    SUCCESS,
    option,
    transaction_of,
)
from hook_site import OnASite, run

LIMIT = 0.4  # s, the hold-limit of these tests


class Events(OnASite):
    parameters = {"hold-limit": int(1000 * LIMIT)}

    def test_A2_rapid_commit_is_reported_with_all_that_the_relay_said(self) -> None:
        message = self.client.message(
            SOLICIT, option(RAPID_COMMIT, b""), self.client.na(), elapsed=123
        )
        reply = self.ar1.exchange(self.client, message)
        setup = self.anchor.setup_of(transaction_of(message))
        self.assertEqual(setup["mn"], self.client.duid_text)
        self.assertEqual(setup["proof"], "commit")
        self.assertEqual(setup["elapsed"], 1230)
        self.assertLess(setup["age"], 1000)
        self.assertEqual(setup["source"], self.ar1.ar.core)
        self.assertEqual(setup["link"], self.ar1.ar.link)
        self.assertEqual(setup["interface"], "access")
        self.assertEqual(setup["mac"], self.client.mac.hex(":"))
        self.assertEqual(setup["link-local"], self.client.link_local)
        self.assertEqual([i["prefix"] for i in setup["items"]], [f"{reply.addresses[0]}/128"])
        self.assertEqual(setup["items"][0]["iaid"], 1)
        self.assertEqual(setup["items"][0]["remaining"], 3600)
        self.assertGreater(reply.at, setup["at"])

    def test_A1_request_of_a_new_and_of_an_existing_lease(self) -> None:
        self.ar1.exchange(self.client, self.client.message(SOLICIT, self.client.na()))
        for _ in ("new", "existing"):
            request = self.client.message(REQUEST, self.client.na(*self.client.addresses))
            self.ar1.exchange(self.client, request)
            self.anchor.setup_of(transaction_of(request))

    def test_A4_renew_and_rebind_through_another_router_move(self) -> None:
        self.ar1.attach(self.client, self.client.na(), self.client.pd())
        held = {f"{self.client.addresses[0]}/128", self.client.prefixes[0]}
        for kind in (RENEW, REBIND):
            parts = self.client.na(*self.client.addresses), self.client.pd(*self.client.prefixes)
            message = self.client.message(kind, *parts)
            self.ar2.exchange(self.client, message)
            setup = self.anchor.setup_of(transaction_of(message))
            self.assertEqual(setup["link"], self.ar2.ar.link)
            self.assertEqual({item["prefix"] for item in setup["items"]}, held)

    def test_the_reply_waits_for_the_answer(self) -> None:
        self.anchor.say("delay 60")
        message = self.client.message(SOLICIT, option(RAPID_COMMIT, b""), self.client.na())
        sent = self.ar1.send(self.client, message)
        reply = self.ar1.answers([transaction_of(message)])[transaction_of(message)]
        self.assertGreater(reply.at - sent, 0.060)
        self.assertLess(reply.at - sent, LIMIT)

    def test_a_refused_attachment_is_answered_by_silence(self) -> None:
        self.ar1.attach(self.client)
        self.anchor.say("answer refused")
        for message in (
            self.client.message(RENEW, self.client.na(*self.client.addresses)),
            self.client.message(CONFIRM, self.client.na(*self.client.addresses)),
        ):
            self.assertIsNone(self.ar2.ask(self.client, message, limit=0.5))

    def test_A6_release_and_decline_are_reported_and_never_wait(self) -> None:
        self.anchor.say("answer never")
        for kind, reason in ((RELEASE, RELEASED), (DECLINE, DECLINED)):
            client = self.site.client()
            self.anchor.say("answer installed")
            self.ar1.attach(client)
            self.anchor.say("answer never")
            address = client.addresses[0]
            message = client.message(kind, client.na(address))
            sent = self.ar1.send(client, message)
            reply = self.ar1.answers([transaction_of(message)])[transaction_of(message)]
            self.assertLess(reply.at - sent, LIMIT)
            heard = self.anchor.wait_for("remove", lambda m: m["prefixes"] == [f"{address}/128"])
            self.assertEqual(heard["reason"], reason)
            self.assertEqual(heard["mn"], client.duid_text if reason == RELEASED else None)

    def test_A6_a_lease_that_is_deleted_by_command_is_reported(self) -> None:
        self.ar1.attach(self.client)
        address = self.client.addresses[0]
        self.kea.delete_lease(address)
        heard = self.anchor.wait_for("remove", lambda m: m["prefixes"] == [f"{address}/128"])
        self.assertEqual((heard["mn"], heard["reason"]), (None, DELETED))

    def test_A6_a_lease_that_expires_is_reported(self) -> None:
        self.ar1.attach(self.client)
        address = self.client.addresses[0]
        lease = self.kea.command("lease6-get", **{"ip-address": address})
        lease["valid-lft"] = 1
        lease["cltt"] -= 100
        lease["expire"] = lease["cltt"] + 1
        for key in ("cltt", "preferred-lft"):
            lease.pop(key, None)
        lease["force-create"] = False
        self.kea.command("lease6-update", **lease)
        heard = self.anchor.wait_for(
            "remove", lambda m: m["prefixes"] == [f"{address}/128"], limit=10
        )
        self.assertEqual((heard["mn"], heard["reason"]), (self.client.duid_text, EXPIRED))

    def test_wiped_leases_are_gone_from_the_next_list(self) -> None:
        self.ar1.attach(self.client)
        lists = self.anchor.count("list-end")
        self.kea.command("lease6-wipe", **{"subnet-id": 1})
        self.anchor.wait_for("list-end", lambda _: self.anchor.count("list-end") > lists)
        self.assertEqual(self.anchor.listed(), set())

    def test_a_retransmission_of_a_held_message_is_dropped(self) -> None:
        self.anchor.say("delay 300")
        dropped = self.site.counter("retransmissions-dropped")
        for kind in (SOLICIT, CONFIRM):
            message = self.client.message(SOLICIT, option(RAPID_COMMIT, b""), self.client.na())
            if kind == CONFIRM:
                message = self.client.message(CONFIRM, self.client.na(*self.client.addresses))
            self.ar1.send(self.client, message)
            self.anchor.setup_of(transaction_of(message))
            for _ in range(3):  # one by one: of copies at once Kea's threads drop some themselves
                self.ar1.send(self.client, message)
                dropped += 1
                self.site.wait_for_counter("retransmissions-dropped", dropped)
            reply = self.ar1.receive(3)
            assert reply is not None
            if kind == SOLICIT:
                self.client.learn(reply)
            self.assertIsNone(self.ar1.receive(0.2))
        self.assertEqual(self.site.counter("retransmissions-dropped"), dropped)

    def test_the_same_message_through_another_router_is_no_copy(self) -> None:
        self.ar1.attach(self.client)
        self.anchor.say("delay 50")
        message = self.client.message(CONFIRM, self.client.na(*self.client.addresses))
        self.ar1.send(self.client, message)
        self.assertIsNotNone(self.ar2.ask(self.client, message))
        self.assertIsNotNone(self.ar1.receive(1))

    def test_A3_confirm_moves_and_waits(self) -> None:
        self.ar1.attach(self.client)
        self.anchor.say("delay 60")
        message = self.client.message(CONFIRM, self.client.na(*self.client.addresses))
        sent = self.ar2.send(self.client, message)
        reply = self.ar2.answers([transaction_of(message)])[transaction_of(message)]
        self.assertEqual(reply.status, SUCCESS)
        self.assertEqual(reply.interface_id, b"access")
        self.assertGreater(reply.at - sent, 0.060)
        setup = self.anchor.setup_of(transaction_of(message))
        self.assertEqual((setup["proof"], setup["link"]), ("lookup", self.ar2.ar.link))
        self.assertLessEqual(setup["items"][0]["remaining"], 3600)

    def test_A5_confirm_of_addresses_and_prefixes_and_of_prefixes_alone(self) -> None:
        self.ar1.attach(self.client, self.client.na(), self.client.pd())
        na = self.client.na(*self.client.addresses)
        pd = self.client.pd(*self.client.prefixes)
        for parts in ((na, pd), (pd,)):
            message = self.client.message(CONFIRM, *parts)
            reply = self.ar2.ask(self.client, message)
            assert reply is not None
            self.assertEqual(reply.status, SUCCESS)
            self.assertEqual(reply.server, self.client.server)
            setup = self.anchor.setup_of(transaction_of(message))
            self.assertIn(self.client.prefixes[0], [i["prefix"] for i in setup["items"]])

    def confirm(self, *parts: bytes) -> int | None:
        """The status that the client is told; nothing: silence. The anchor must hear nothing."""
        message = self.client.message(CONFIRM, *parts)
        reply = self.ar2.ask(self.client, message, limit=0.4)
        heard = [setup["transaction"] for setup in self.anchor.of("setup")]
        self.assertNotIn(transaction_of(message), heard)
        return reply.status if reply else None

    def test_A3_prime_the_verdicts(self) -> None:
        other = self.site.client()
        self.ar1.attach(other)
        self.ar1.attach(self.client, self.client.na(), self.client.pd())
        mine, prefix = self.client.addresses[0], self.client.prefixes[0]
        na, pd = self.client.na, self.client.pd
        self.assertEqual(self.confirm(na(other.addresses[0])), NOT_ON_LINK)
        self.assertEqual(self.confirm(na(mine, other.addresses[0])), NOT_ON_LINK)
        self.assertEqual(self.confirm(na(mine, "2001:db8:ffff::1")), NOT_ON_LINK)
        self.assertEqual(self.confirm(na(mine, iaid=99)), NOT_ON_LINK)
        self.assertEqual(self.confirm(na("2001:db8:ffff::1")), NOT_ON_LINK)
        self.assertIsNone(self.confirm(na("2001:db8:d000::1:fffe")))
        self.assertIsNone(self.confirm(na(mine, "2001:db8:d000::1:fffe")))
        self.assertEqual(self.confirm(pd("2001:db8:ffff::/64"), na(mine)), NOT_ON_LINK)
        self.assertIsNone(self.confirm(pd("2001:db8:d080:0:fffe::/80")))
        self.assertEqual(self.confirm(pd(prefix, iaid=77)), NOT_ON_LINK)
        release = self.client.message(RELEASE, na(mine))
        self.ar1.ask(self.client, release)
        self.assertIsNone(self.confirm(na(mine)))
        decline = other.message(DECLINE, other.na(other.addresses[0]))
        self.ar1.ask(other, decline)
        self.client = other
        self.assertEqual(self.confirm(na(other.addresses[0])), NOT_ON_LINK)

    def test_six_confirms_at_once_all_leave_when_the_anchor_answers(self) -> None:
        clients = [self.site.client() for _ in range(6)]
        for client in clients:
            self.ar1.attach(client)
        self.anchor.say("delay 80")
        messages = [client.message(CONFIRM, client.na(*client.addresses)) for client in clients]
        sent = [self.ar2.send(client, message) for client, message in zip(clients, messages)]
        replies = self.ar2.answers(map(transaction_of, messages))
        delays = [replies[transaction_of(m)].at - at for m, at in zip(messages, sent)]
        print(" delays in ms:", " ".join(f"{1000 * delay:.1f}" for delay in delays))
        self.assertGreater(min(delays), 0.080)
        self.assertLess(max(delays), LIMIT)
        self.assertTrue(all(reply.status == SUCCESS for reply in replies.values()))

    def test_an_anchor_that_never_answers_costs_the_limit_and_then_nothing(self) -> None:
        self.ar1.attach(self.client)
        self.anchor.say("answer never")
        delays = []
        for _ in range(18):
            message = self.client.message(CONFIRM, self.client.na(*self.client.addresses))
            sent = self.ar2.send(self.client, message)
            delays.append(self.ar2.answers([transaction_of(message)])[transaction_of(message)].at - sent)
        self.assertTrue(all(delay > LIMIT for delay in delays[:16]), delays)
        self.assertTrue(all(delay < LIMIT / 2 for delay in delays[16:]), delays)
        self.anchor.say("answer installed")
        message = self.client.message(RENEW, self.client.na(*self.client.addresses))
        self.ar2.exchange(self.client, message)
        self.anchor.setup_of(transaction_of(message))


if __name__ == "__main__":
    run()
