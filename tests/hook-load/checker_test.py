# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""mobility-check-kea-config says of a file what the hook library will say when it is loaded."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any

TREE = Path(__file__).resolve().parents[2]
CHECKER = os.environ["MOBILITY_CHECKER"]
EXAMPLES = sorted((TREE / "kea-config").glob("*/kea-dhcp[46].conf"))


class Checker(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        make = TREE / "kea-config/make-certificates"
        subprocess.run([make, "--folder", self.folder, "kea=kea.example"], check=True)

    def check(self, text: str) -> tuple[int, str]:
        file = self.folder / "kea-dhcp6.conf"
        file.write_text(text)
        return self.run_checker(file)

    def run_checker(self, *arguments: str | Path) -> tuple[int, str]:
        environment = {**os.environ, "KEA_LOCKFILE_DIR": "none"}
        done = subprocess.run(
            [CHECKER, *arguments], capture_output=True, text=True, env=environment
        )
        return done.returncode, done.stdout + done.stderr

    def configuration(self, **changes: Any) -> dict[str, Any]:
        parameters = {
            "lease-domain": "test/6",
            "certificate-file": str(self.folder / "kea.pem"),
            "key-file": str(self.folder / "kea.key"),
            "trust-anchor": str(self.folder / "ca.pem"),
            "anchors": [
                {
                    "name": "anchor.example",
                    "address": "::1",
                    "port": 4480,
                    "prefixes": ["2001:db8:d000::/40"],
                }
            ],
            **changes,
        }
        library = {"library": "/usr/lib/libdhcp_mobility.so", "parameters": parameters}
        subnet = {"id": 1, "subnet": "2001:db8:d000::/64"}
        return {"Dhcp6": {"hooks-libraries": [library], "subnet6": [subnet]}}

    def test_the_shipped_configurations_are_good(self) -> None:
        self.assertGreater(len(EXAMPLES), 0)
        for example in EXAMPLES:
            status, said = self.check(example.read_text().replace("/etc/kea/mobility", str(self.folder)))
            self.assertEqual(status, 0, said)
            self.assertIn(": good: source ", said)

    def test_a_good_configuration_with_everything_that_kea_allows_in_a_file(self) -> None:
        text = json.dumps(self.configuration(), indent=1)
        text = "# hash\n// slashes\n/* more\n lines */" + text.replace('"id": 1,', '"id": 1, # "x"\n')
        self.assertEqual(self.check(text.replace("]", ", ]"))[0], 0)

    def test_a_configuration_of_kea_dhcp4_is_checked_as_such(self) -> None:
        whole = self.configuration(**{"lease-domain": "test/4"})["Dhcp6"]
        own = whole["hooks-libraries"][0]["parameters"]["anchors"][0]
        own["prefixes"] = ["10.213.0.0/16"]
        whole["subnet4"] = [{"id": 1, "subnet": "10.213.0.0/16"}]
        del whole["subnet6"]
        status, said = self.check(json.dumps({"Dhcp4": whole}))
        self.assertEqual((status, ": good: source test/4 as" in said), (0, True), said)
        status, said = self.check(json.dumps({"Dhcp6": whole}))
        self.assertEqual((status, "expected a list of IPv6 prefixes" in said), (1, True), said)

    def test_refusals_name_key_value_and_remedy(self) -> None:
        for changes, named in (
            ({"key-file": "/nowhere"}, "key-file /nowhere: No such file or directory"),
            ({"identity": "other.example"}, '"identity" is "other.example"'),
            ({"hold-limit": 0}, '"hold-limit" is 0: expected a number 1..10000'),
            ({"max-held": 250}, 'raise "parked-packet-limit"'),
        ):
            status, said = self.check(json.dumps(self.configuration(**changes)))
            self.assertEqual(status, 1)
            self.assertIn(named, said)

    def test_a_refusal_names_the_place_in_the_file(self) -> None:
        status, said = self.check(json.dumps(self.configuration(**{"hold-limit": 0}), indent=1))
        self.assertEqual(status, 1)
        self.assertRegex(said, r"kea-dhcp6\.conf:\d+:\d+\)")

    def test_what_is_no_configuration_of_kea_dhcp6_is_refused(self) -> None:
        for text, named in (
            ("{}", 'neither "Dhcp4" nor "Dhcp6" is there'),
            ('{"Dhcp6": {}}', '"hooks-libraries" does not name libdhcp_mobility.so'),
            ('{"Dhcp6": ', "kea-dhcp6.conf"),
            ('{"Dhcp6": { <?include "x"?> }}', "is not followed"),
        ):
            status, said = self.check(text)
            self.assertEqual((status, named in said), (1, True), said)

    def test_usage(self) -> None:
        self.assertEqual(self.run_checker()[0], 2)
        self.assertEqual(self.run_checker("--help")[0], 0)
        status, said = self.run_checker(self.folder / "absent.conf")
        self.assertEqual(status, 1)
        self.assertIn("absent.conf: cannot be read", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
