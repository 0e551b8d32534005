# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A refused reload that also names another lease database: Kea 2.2 has opened that one by the time it
asks its libraries, and would keep it. "The configuration in force stays", its leases too."""

from __future__ import annotations

import unittest
from pathlib import Path
from typing import Any

from hook4_site import Hook4Site
from hook_site import HookSite, run


def addresses(client: Any) -> set[str]:
    return {prefix.split("/")[0] for prefix in client.held}


class InForce(unittest.TestCase):
    kind: type[HookSite] = HookSite

    def setUp(self) -> None:
        self.site = self.kind().__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)
        self.site.start()
        self.clients = [self.site.client() for _ in range(3)]
        for client in self.clients:
            self.site.ar1.attach(client)
        self.good = dict(self.site.kea.options.extra)

    def refused(self, databases: dict[str, Any], **parameters: Any) -> None:
        options = self.site.kea.options
        options.hook_parameters = self.site.hook_parameters(**parameters)
        options.extra = {**self.good, **databases}
        self.site.anchor.forget()
        answer = self.site.kea.reload()
        self.assertEqual(answer["result"], 1, answer)
        self.site.wait_until_listed()

    def database(self, name: str) -> dict[str, Any]:
        return {"lease-database": {"type": "memfile", "name": name}}

    def assert_leases_stay(self) -> None:
        held = {prefix for client in self.clients for prefix in client.held}
        self.assertEqual(self.site.anchor.listed(), held, "what is not listed loses its path")
        leased = self.site.kea.leased_addresses()
        for client in self.clients:
            self.assertEqual(addresses(client) - leased, set())

    def assert_in_force(self) -> None:
        self.assert_leases_stay()
        late = self.site.client()
        self.site.ar1.attach(late)
        self.clients.append(late)
        self.assertEqual(addresses(late) - self.site.kea.leased_addresses(), set())

    def other(self) -> Path:
        return self.site.processes.folder / "other-leases.csv"

    def test_a_database_beside_a_parameter_that_we_refuse(self) -> None:
        for _ in range(2):
            self.refused(self.database(str(self.other())), **{"hold-limit": "fast"})
            self.assert_in_force()
        self.assertIn("MOBILITY_DATABASES_REOPENED", self.site.kea.process.output())
        taken = self.other().read_text().splitlines()[1:] if self.other().is_file() else []
        self.assertEqual(taken, [], "leases went to the database of the refused configuration")

    def test_a_database_in_memory_beside_a_parameter_that_we_refuse(self) -> None:
        self.refused(
            {"lease-database": {"type": "memfile", "persist": False}}, **{"hold-limit": "fast"}
        )
        self.assert_in_force()

    def test_a_database_that_kea_cannot_open(self) -> None:
        self.refused(self.database("/nowhere/leases.csv"))
        self.assert_leases_stay()  # nobody is served: Kea itself refuses, before it opens its sockets

    def test_a_database_beside_one_of_hosts_that_kea_cannot_open(self) -> None:
        nowhere = {"type": "mysql", "name": "kea", "host": "127.0.0.1", "port": 9}
        self.refused({**self.database(str(self.other())), "hosts-database": nowhere})
        self.assert_leases_stay()

    def test_libraries_that_are_loaded_again_leave_it_alone(self) -> None:
        self.refused(self.database(str(self.other())), **{"hold-limit": "fast"})
        for _ in range(2):
            self.site.anchor.forget()
            self.assertEqual(self.site.kea.try_command("libreload")["result"], 0)
            self.site.wait_until_listed()
            self.assert_in_force()
        reopened = self.site.kea.process.output().count("MOBILITY_DATABASES_REOPENED")
        self.assertEqual(reopened, 1)

    def test_the_same_database_is_left_alone(self) -> None:
        self.refused({}, **{"hold-limit": "fast"})
        self.assert_in_force()
        self.assertNotIn("MOBILITY_DATABASES_REOPENED", self.site.kea.process.output())


class InForce4(InForce):
    kind = Hook4Site


if __name__ == "__main__":
    run()
