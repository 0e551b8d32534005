# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What the anchor hears of each DHCPv4 message, and when the client has its answer (scenario A8)."""

from __future__ import annotations

from anchor import DECLINED, DELETED, EXPIRED, RELEASED
from dhcp4_client import (
    ACK, AGENT, DECLINE, DISCOVER, LINK_SELECTION, NAK, RELEASE, REQUEST, SERVER_ID,
    SERVER_ID_OVERRIDE, option, transaction_of,
)  # fmt: skip
from hook4_site import Hook4Site
from hook_site import OnASite, run

LIMIT = 0.4  # s, the hold-limit of these tests


class Events(OnASite):
    kind = Hook4Site
    parameters = {"hold-limit": int(1000 * LIMIT)}

    def heard(self, transaction: int) -> bool:
        return transaction in [setup["transaction"] for setup in self.anchor.of("setup")]

    def removed(self, address: str) -> dict[str, object]:
        return self.anchor.wait_for(
            "remove", lambda m: m["prefixes"] == [f"{address}/32"], limit=10
        )

    def test_a_request_is_reported_with_all_that_the_relay_said(self) -> None:
        request = self.ar1.offer(self.client)
        self.assertFalse(self.heard(transaction_of(request)), "a Discover commits nothing")
        reply = self.ar1.exchange(self.client, request)
        setup = self.anchor.setup_of(transaction_of(request))
        self.assertEqual((setup["mn"], setup["proof"]), (self.client.name, "commit"))
        self.assertEqual((setup["coarse"], setup["elapsed"]), (True, 0))
        self.assertLess(setup["age"], 1000)
        self.assertEqual((setup["source"], setup["link"]), (self.ar1.core, self.ar1.link))
        self.assertEqual((setup["interface"], setup["mac"]), ("access", self.client.mac.hex(":")))
        self.assertEqual(setup["link-local"], "::")
        items = [{"prefix": f"{reply.address}/32", "iaid": 0, "remaining": 3600}]
        self.assertEqual(setup["items"], items)
        self.assertGreater(reply.at, setup["at"])
        self.assertEqual(reply.giaddr, self.ar1.link)

    def test_an_mn_has_the_name_of_its_duid_where_its_client_identifier_has_one(self) -> None:
        self.client.with_duid(iaid=77)
        request = self.ar1.offer(self.client)
        self.ar1.exchange(self.client, request)
        setup = self.anchor.setup_of(transaction_of(request))
        self.assertEqual(setup["mn"], self.client.duid.hex(":"))
        self.assertEqual(setup["items"][0]["iaid"], 77)

    def test_init_reboot_after_a_move_moves_and_waits(self) -> None:
        self.ar1.attach(self.client)
        self.anchor.say("delay 60")
        request = self.client.reboot(secs=3)
        sent = self.ar2.send(request)
        reply = self.ar2.answers([transaction_of(request)])[transaction_of(request)]
        self.assertEqual((reply.kind, reply.address), (ACK, self.client.address))
        self.assertEqual(reply.options[AGENT], option(1, b"access"))
        self.assertGreater(reply.at - sent, 0.060)
        self.assertLess(reply.at - sent, LIMIT)
        setup = self.anchor.setup_of(transaction_of(request))
        self.assertEqual((setup["link"], setup["elapsed"]), (self.ar2.link, 3000))

    def test_rebinding_through_another_router_moves(self) -> None:
        self.ar1.attach(self.client)
        request = self.client.rebind()
        reply = self.ar2.exchange(self.client, request)
        self.assertEqual(reply.kind, ACK)
        self.assertEqual(self.anchor.setup_of(transaction_of(request))["link"], self.ar2.link)

    def test_renewing_by_unicast_moves_nothing(self) -> None:
        self.ar1.attach(self.client)
        counter = self.site.counter("not-relayed")
        request = self.client.rebind()
        reply = self.ar2.unicast(self.client, request)
        assert reply is not None
        self.assertEqual((reply.kind, reply.address), (ACK, self.client.address))
        self.site.wait_for_counter("not-relayed", counter + 1)
        self.assertFalse(self.heard(transaction_of(request)))

    def test_a_server_identifier_that_the_relay_wants_is_what_clients_get_and_may_say(self) -> None:
        gateway = bytes([10, 213, 0, 1])
        self.addCleanup(setattr, self.ar2, "says", b"")
        self.ar2.says = option(SERVER_ID_OVERRIDE, gateway)
        offer = self.ar2.exchange(self.client, self.client.message(DISCOVER))
        self.assertEqual(offer.options[SERVER_ID], gateway)
        request = self.client.message(
            REQUEST, offer.address, transaction=offer.transaction, server=gateway
        )
        reply = self.ar2.exchange(self.client, request)
        self.assertEqual((reply.kind, reply.options[SERVER_ID]), (ACK, gateway))
        setup = self.anchor.setup_of(transaction_of(request))
        self.assertEqual((setup["link"], setup["interface"]), (self.ar2.link, "access"))
        renewal = self.client.rebind()
        reply = self.ar2.exchange(self.client, renewal)
        self.assertEqual((reply.kind, reply.options[SERVER_ID]), (ACK, gateway))
        self.assertEqual(reply.client_address, self.client.address, "the relay knows where to")
        self.assertEqual(self.anchor.setup_of(transaction_of(renewal))["link"], self.ar2.link)
        denied = self.ar2.ask(self.client.message(REQUEST, requested="10.99.0.1"))
        assert denied is not None
        self.assertEqual((denied.kind, denied.options[SERVER_ID]), (NAK, gateway))
        self.ar2.send(self.client.message(RELEASE, ciaddr=self.client.address, server=gateway))
        self.assertEqual(self.removed(self.client.address)["reason"], RELEASED)

    def test_no_other_servers_identifier_is_accepted(self) -> None:
        offer = self.ar1.exchange(self.client, self.client.message(DISCOVER))
        other = bytes([10, 213, 0, 1])
        request = self.client.message(
            REQUEST, offer.address, transaction=offer.transaction, server=other
        )
        self.assertIsNone(self.ar1.ask(request, limit=0.3))
        self.assertFalse(self.heard(transaction_of(request)))

    def test_link_selection_names_the_link(self) -> None:
        self.ar1.attach(self.client)
        selection = option(LINK_SELECTION, bytes([198, 51, 100, 200]))
        request = self.client.reboot()
        self.ar2.send(request, more=selection)
        setup = self.anchor.setup_of(transaction_of(request))
        self.assertEqual(setup["link"], "198.51.100.200")
        self.assertIn(transaction_of(request), self.ar2.answers([transaction_of(request)]))

    def test_what_the_server_denies_is_no_event(self) -> None:
        other = self.site.client()
        self.ar1.attach(other)
        self.ar1.attach(self.client)
        for address, kind in ((other.address, NAK), ("10.99.0.1", NAK)):
            request = self.client.message(REQUEST, requested=address)
            reply = self.ar2.ask(request, limit=1)
            self.assertEqual(reply.kind if reply else None, kind, address)
            self.assertFalse(self.heard(transaction_of(request)))
        stranger = self.site.client()
        request = stranger.message(REQUEST, requested="10.213.2.2")
        self.assertIsNone(self.ar2.ask(request, limit=0.5), "of no lease the server says nothing")
        self.assertFalse(self.heard(transaction_of(request)))
        self.assertNotIn(
            f"{self.client.address}/32", [p for m in self.anchor.of("remove") for p in m["prefixes"]]
        )
        request = self.client.reboot()
        self.assertEqual(self.ar2.exchange(self.client, request).kind, ACK, "it still has its own")

    def test_a_client_given_another_address_has_lost_the_old_one(self) -> None:
        self.ar1.attach(self.client)
        old = self.client.address
        request = self.client.message(
            REQUEST, requested="10.213.150.1", server=self.client.server
        )
        reply = self.ar1.exchange(self.client, request)
        self.assertEqual(reply.address, "10.213.150.1")
        self.assertEqual(self.anchor.setup_of(transaction_of(request))["items"][0]["prefix"],
                         "10.213.150.1/32")
        self.assertEqual(self.removed(old)["reason"], DELETED)

    def test_A6_release_and_decline_are_reported(self) -> None:
        for kind, reason in ((RELEASE, RELEASED), (DECLINE, DECLINED)):
            client = self.site.client().with_duid(1)
            self.ar1.attach(client)
            address = client.address
            if kind == RELEASE:
                message = client.message(kind, ciaddr=address, server=client.server)
                self.ar1.unicast(client, message, limit=0.1)
            else:
                self.ar1.send(client.message(kind, requested=address, server=client.server))
            heard = self.removed(address)
            self.assertEqual(heard["reason"], reason)
            self.assertEqual(heard["mn"], client.name if kind == RELEASE else None)

    def test_A6_commands_are_reported(self) -> None:
        self.ar1.attach(self.client)
        self.kea.delete_lease(self.client.address)
        heard = self.removed(self.client.address)
        self.assertEqual((heard["mn"], heard["reason"]), (None, DELETED))
        self.ar1.attach(self.client)
        lists = self.anchor.count("list-end")
        self.kea.command("lease4-wipe", **{"subnet-id": 1})
        self.anchor.wait_for("list-end", lambda _: self.anchor.count("list-end") > lists)
        self.assertEqual(self.anchor.listed(), set())

    def test_A6_expiry_is_reported(self) -> None:
        self.ar1.attach(self.client)
        lease = {"ip-address": self.client.address, "hw-address": self.client.mac.hex(":")}
        self.kea.command("lease4-update", **lease, **{"subnet-id": 1, "valid-lft": 1})
        heard = self.removed(self.client.address)
        self.assertEqual((heard["mn"], heard["reason"]), (self.client.name, EXPIRED))

    def test_a_retransmission_of_a_held_request_is_dropped(self) -> None:
        request = self.ar1.offer(self.client)
        self.anchor.say("delay 300")
        dropped = self.site.counter("retransmissions-dropped")
        self.ar1.send(request)
        self.anchor.setup_of(transaction_of(request))
        for _ in range(3):
            self.ar1.send(request)
            dropped += 1
            self.site.wait_for_counter("retransmissions-dropped", dropped)
        reply = self.ar1.receive(3)
        assert reply is not None
        self.assertEqual(reply.kind, ACK)
        self.assertIsNone(self.ar1.receive(0.2))

    def test_the_same_request_through_another_router_is_no_copy(self) -> None:
        self.ar1.attach(self.client)
        self.anchor.say("delay 50")
        request = self.client.reboot()
        self.ar1.send(request)
        self.assertIsNotNone(self.ar2.ask(request))
        self.assertIsNotNone(self.ar1.receive(1))

    def test_a_refused_attachment_is_answered_by_silence(self) -> None:
        self.ar1.attach(self.client)
        self.anchor.say("answer refused")
        self.assertIsNone(self.ar2.ask(self.client.reboot(), limit=0.5))

    def test_an_anchor_that_never_answers_costs_the_limit(self) -> None:
        self.ar1.attach(self.client)
        self.anchor.say("answer never")
        request = self.client.reboot()
        sent = self.ar2.send(request)
        reply = self.ar2.answers([transaction_of(request)])[transaction_of(request)]
        self.assertGreater(reply.at - sent, LIMIT)
        self.anchor.say("answer installed")
        self.ar2.exchange(self.client, self.client.reboot())

    def test_a_full_list_names_clients_as_their_requests_did(self) -> None:
        plain, named = self.site.client(), self.site.client().with_duid(9)
        for client in (plain, named):
            self.ar1.attach(client)
        self.anchor.stop()
        self.anchor.forget()
        self.anchor.start()
        self.site.wait_until_listed()
        listed = {e["prefix"]: e["mn"] for m in self.anchor.of("page") for e in m["entries"]}
        for client in (plain, named):
            self.assertEqual(listed[f"{client.address}/32"], client.name)


if __name__ == "__main__":
    run()
