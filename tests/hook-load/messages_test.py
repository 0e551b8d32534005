# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Every log message of the hook library has its paragraph in hooks/messages.md, and no other has."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

HOOKS = Path(__file__).resolve().parents[2] / "hooks"


class Messages(unittest.TestCase):
    def test_each_message_has_a_paragraph_with_its_level(self) -> None:
        code = (HOOKS / "log.cc").read_text()
        known = re.findall(r'"(MOBILITY_[A-Z_]+)",\s+HookMessage::Level::k(Info|Warn|Error)\}', code)
        text = (HOOKS / "messages.md").read_text()
        told = re.findall(r"^## (MOBILITY_[A-Z_]+)\n(INFO|WARN|ERROR)\. \S", text, re.M)
        self.assertGreater(len(known), 10)
        self.assertEqual(sorted(told), sorted((name, level.upper()) for name, level in known))


if __name__ == "__main__":
    unittest.main(verbosity=2)
