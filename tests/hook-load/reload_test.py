# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""config-reload of a real kea-dhcp6 under load, with good and with bad configurations: clients are
served, the parameters in force stay, the library is really unloaded."""

from __future__ import annotations

import shutil
from pathlib import Path

from lab.waiting import wait_until

import reloading
from dhcp6_client import CONFIRM, REBIND, SUCCESS, Client, Reply
from hook_site import HOOK, THREADS, HookSite, run
from load import Load, renew
from reloading import CLIENTS, RELOADS, Bad, wait_until_served


class Reloads(reloading.Reloading):
    kind = HookSite
    rate = 300
    say = renew
    part = "2001:db8:d000::/72"

    def own_bad_configurations(self) -> dict[str, Bad]:
        return {
            "unknown parameter": ('"hold-limits"', {"hold-limits": 100}, {}),
            "wrong type": ('"hold-limit" is "fast"', {"hold-limit": "fast"}, {}),
        }

    def move(self, client: Client) -> Reply:
        """By Confirm."""
        confirm = client.message(CONFIRM, client.na(*client.addresses))
        reply: Reply = self.site.ar2.exchange(client, confirm)
        self.assertEqual(reply.status, SUCCESS)
        return reply

    def test_a_plain_kea_for_comparison(self) -> None:
        self.site.kea.options.hook = None
        self.site.kea.options.extra = {
            "subnet6": [self.site.subnet(relay={"ip-addresses": [self.site.ar1.ar.link]})]
        }
        self.site.kea.start()
        clients = [self.site.client() for _ in range(CLIENTS)]
        for client in clients:
            self.site.ar1.attach(client)
        with Load(self.site.ar1, clients, self.rate) as load:
            for _ in range(RELOADS):
                self.assertEqual(self.site.kea.reload()["result"], 0)
                wait_until_served(load)
        print(f" {RELOADS} reloads under {self.rate}/s, plain Kea, {THREADS} threads: {load.result()}")

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
        self.assert_can_be_left_out()

    def test_held_replies_do_not_outlive_a_reload(self) -> None:
        self.start()
        self.site.anchor.say("answer never")
        for client in self.clients[:20]:
            self.site.ar2.send(client, client.message(CONFIRM, client.na(*client.addresses)))
            self.site.ar2.send(client, client.message(REBIND, client.na(*client.addresses)))
        wait_until(lambda: self.site.status()["held-now"] > 0, "Replies to be held", 2)
        answer = self.reload({"hold-limit": 2000}, {})
        self.assertEqual(answer["result"], 0, answer)
        self.site.anchor.say("answer installed")
        self.assert_served_and_reported()


if __name__ == "__main__":
    run()
