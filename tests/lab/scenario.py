# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What a scenario of the lab is: a function with an id and a sentence, run alone, in its own network."""

from __future__ import annotations

import time
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


SCENARIOS: list[Scenario] = []


def scenario(ids: str, sentence: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Makes a function a scenario; `sentence` says what it shows."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        SCENARIOS.append(Scenario(ids, sentence, function))
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


def run(chosen: list[Scenario]) -> tuple[int, int, int]:
    """Returns how many passed, failed, were skipped."""
    passed = failed = skipped = 0
    for each in chosen:
        begun = time.monotonic()
        name = f"{each.ids}: {each.sentence}"
        try:
            each.run()
        except Skipped as reason:
            skipped += 1
            print(f"skip   {name}: {reason}", flush=True)
        except Exception as error:  # whatever it was, the others shall run
            failed += 1
            print(f"FAILED {name}\n       {type(error).__name__}: {error}", flush=True)
        else:
            passed += 1
            print(f"ok     {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    return passed, failed, skipped
