#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""docs/route-agent.md and docs/relay-agent.md have a table for each map that the agents read, with its keys and no
others, and say "required" where the code does."""

from __future__ import annotations

import re
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[3]
REFERENCES = {
    "docs/route-agent.md": ("route-agent/settings.cc", "daemon/log_config.cc"),
    "docs/relay-agent.md": (
        "relay-agent/relay_config.cc",
        "relay-agent/dhcp4_config.cc",
        "daemon/log_config.cc",
    ),
}
# How ConfigValue::map is given all keys of a map, and ConfigMap::required one that must be there.
MAP = re.compile(r"\bmap\(\s*\{(.*?)\}\)", re.DOTALL)
END_OF_FUNCTION = "\n}\n"

Table = tuple[frozenset[str], frozenset[str]]  # keys, and which of them are required


def tables_of_code(source: str) -> list[Table]:
    tables = []
    for found in MAP.finditer(source):
        keys = frozenset(re.findall(r'"([^"]+)"', found[1]))
        function = source[found.end() : source.find(END_OF_FUNCTION, found.end())]
        required = re.findall(r'required\("([^"]+)"\)', function)
        tables.append((keys, frozenset(required) & keys))
    return tables


def tables_of_reference(text: str) -> list[Table]:
    tables = []
    for section in text.split("\n## ")[1:]:
        rows = re.findall(r"^\| `([^`]+)` \|.*\| ([^|]*) \|$", section, re.MULTILINE)
        required = (key for key, default in rows if default.startswith("required"))
        tables.append((frozenset(key for key, _ in rows), frozenset(required)))
    return tables


def differences(reference: str, sources: tuple[str, ...]) -> list[str]:
    written = tables_of_reference((TREE / reference).read_text())
    read = [table for source in sources for table in tables_of_code((TREE / source).read_text())]
    told = []
    for keys, required in read:
        if (keys, required) in written:
            written.remove((keys, required))
        else:
            told.append(f"{reference} lacks a table of {shown(keys, required)}")
    told += [f"{reference}: no map is read with the keys {shown(*table)}" for table in written]
    return told


def shown(keys: frozenset[str], required: frozenset[str]) -> str:
    return ", ".join(f"{key} (required)" if key in required else key for key in sorted(keys))


def main() -> int:
    told = [line for reference, sources in REFERENCES.items() for line in differences(reference, sources)]
    print("\n".join(told) or "the references have every key, and no others")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
