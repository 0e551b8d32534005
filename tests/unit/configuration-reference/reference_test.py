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

Table = frozenset[str]  # keys: "port", "name (required)"


def table(keys: set[str], required: set[str]) -> Table:
    return frozenset(f"{key} (required)" if key in required else key for key in keys)


def tables_of_code(source: str) -> list[Table]:
    tables = []
    for found in MAP.finditer(source):
        function = source[found.end() : source.find(END_OF_FUNCTION, found.end())]
        required = re.findall(r'required\("([^"]+)"\)', function)
        tables.append(table(set(re.findall(r'"([^"]+)"', found[1])), set(required)))
    return tables


def tables_of_reference(text: str) -> dict[str, Table]:
    """By their headings."""
    tables = {}
    for section in text.split("\n## ")[1:]:
        rows = re.findall(r"^\| `([^`]+)` \|.*\| ([^|]*) \|$", section, re.MULTILINE)
        required = {key for key, default in rows if default.startswith("required")}
        tables[section.splitlines()[0]] = table({key for key, _ in rows}, required)
    return tables


def differences(reference: str, sources: tuple[str, ...]) -> list[str]:
    written = tables_of_reference((TREE / reference).read_text())
    read = [each for source in sources for each in tables_of_code((TREE / source).read_text())]
    unlike = []
    for keys in read:
        heading = next((heading for heading, each in written.items() if each == keys), None)
        unlike += [keys] if heading is None else []
        written.pop(heading, None)
    told = []
    for keys in unlike:
        nearest = max(written, key=lambda heading: len(written[heading] & keys), default="")
        there = written.pop(nearest, frozenset())
        told += [f'{reference}, "{nearest}": lacks {key}' for key in sorted(keys - there)]
        told += [f'{reference}, "{nearest}": {key} is not read so' for key in sorted(there - keys)]
    return told + [f'{reference}, "{heading}": no such map is read' for heading in written]


def main() -> int:
    told = [line for reference, sources in REFERENCES.items() for line in differences(reference, sources)]
    print("\n".join(told) or "the references have every key, and no others")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
