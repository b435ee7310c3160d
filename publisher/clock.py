"""What time it is: code that needs "now" takes a ``Clock``, so that it can be moved.

A clock is any callable that gives the present moment as an aware datetime in UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's own time, in UTC."""
    return datetime.now(UTC)


class MovedClock:
    """A clock that stands still until it is moved; never backwards by itself."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        self._now = moment.astimezone(UTC)

    def advance(self, span: timedelta) -> None:
        self._now += span
