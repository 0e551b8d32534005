# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""What is built of other context managers."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Self


class MadeOfParts:
    """A context manager whose parts enter `_stack` in `_start`; they end in reverse order, also when
    `_start` fails."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def _start(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException as error:
            self._stack.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.__exit__(*exc)  # type: ignore[arg-type]
