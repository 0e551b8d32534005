# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""How the lab waits: for a condition, with a limit, and with a sentence when it did not come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class LabError(Exception):
    """Something in the lab did not happen as it must; the text is for the person who ran it."""


def wait_until(
    condition: Callable[[], T | None], what: str, limit: float, every: float = 0.002
) -> T:
    """Returns the first true value of `condition`; after `limit` seconds raises, naming `what`."""
    deadline = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise LabError(f"waited {limit:g} s in vain for {what}")
        time.sleep(every)
