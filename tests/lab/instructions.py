# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What a document tells an operator to type, so that a scenario types the same."""

from __future__ import annotations

import re
import textwrap
from itertools import groupby

from .waiting import LabError

_CODE = "    "  # a block of code is indented so far at least, and what belongs to a list is not


def blocks_below(heading: str, markdown: str) -> list[str]:
    """The blocks of commands between this heading and the next, each to be run by sh -e."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", markdown, re.MULTILINE | re.DOTALL)
    if not section:
        raise LabError(f"no heading {heading!r}")
    lines = groupby(section[1].splitlines(), lambda line: line.startswith(_CODE))
    return [textwrap.dedent("\n".join(block)) for is_code, block in lines if is_code]
