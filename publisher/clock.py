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

_NEAR_S = STEP.total_seconds() / 4
"""What was read of a clock while no more time went by is of one moment."""

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
        wasn't, or where the machine is too busy to tell: then the next call does."""
        lead = self._now()
        if lead is None:
            return timedelta()
        if self._lead is None:
            self._lead = lead
        step = lead - self._lead
        if abs(step) < STEP:
            return timedelta()
        self._lead = lead
        return step

    def _now(self) -> timedelta | None:
        """How far the clock is ahead of the steady time; ``None`` where the process was left
        standing between the two, which would look like a clock that was set."""
        before = self._steady()
        clock = self._clock()
        if self._steady() - before > _NEAR_S:
            return None
        return (clock - _EPOCH) - timedelta(seconds=before)


def time_awake() -> float:
    """Seconds that nobody can set; a machine's sleep is left out."""
    return time.monotonic()


def time_gone_by() -> float:
    """Seconds that nobody can set, a machine's sleep among them where its system counts that."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)
