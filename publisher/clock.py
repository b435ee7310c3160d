"""The clock that code takes which needs "now", so that it can be moved.

A clock is any callable that gives the present moment as an aware datetime in UTC.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

STEP = timedelta(seconds=2)
"""A clock that went so much faster or slower than time itself was set."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


class ClockWatch:
    """Notices when a clock was set, by ``steady``: seconds of a time that nobody can set."""

    def __init__(self, clock: Clock, steady: Callable[[], float]) -> None:
        self._clock = clock
        self._steady = steady
        self._lead = self._now()

    def step(self) -> timedelta:
        """How far the clock was set since this was last asked, back where negative; zero where it
        wasn't."""
        lead = self._now()
        step = lead - self._lead
        if abs(step) < STEP:
            return timedelta()
        self._lead = lead
        return step

    def _now(self) -> timedelta:
        """How far the clock is ahead of the steady time."""
        return (self._clock() - _EPOCH) - timedelta(seconds=self._steady())


def time_awake() -> float:
    """Seconds that nobody can set; a machine's sleep is left out."""
    return time.monotonic()


def time_gone_by() -> float:
    """Seconds that nobody can set, a machine's sleep among them where its system counts that."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)
