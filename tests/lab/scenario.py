# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What a scenario of the lab is: a function with an id and a sentence, in a network of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .waiting import LabError


class Skipped(Exception):
    """This machine cannot run the scenario; the text says why."""


@dataclass(frozen=True)
class Scenario:
    ids: str  # of scenarios.md: "A3 A11"
    sentence: str
    run: Callable[[], None]
    alone: bool  # it loads the machine: nothing else runs beside it


SCENARIOS: list[Scenario] = []


def scenario(
    ids: str, sentence: str, alone: bool = False
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Makes a function a scenario; `sentence` says what it shows."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        SCENARIOS.append(Scenario(ids, sentence, function, alone))
        return function

    return register


def check(holds: object, sentence: str) -> None:
    if not holds:
        raise LabError(f"not so: {sentence}")


def equal(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise LabError(f"{what}: found {found}, expected {wanted}")


def fact(text: str) -> None:
    """A figure that the reader should see."""
    print(f"       {text}", flush=True)
