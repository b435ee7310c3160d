"""APScheduler on a clock that is moved.

The same jobs and triggers, without waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.base import BaseScheduler

from publisher.clock import MovedClock


class SteppedScheduler(BaseScheduler):  # type: ignore[misc]
    """Runs each job at its time, one after another, and moves the clock from one to the next.

    Jobs must be added with their first ``next_run_time``: APScheduler would otherwise ask the
    machine's own clock.
    """

    def __init__(self, clock: MovedClock) -> None:
        super().__init__(timezone=UTC)
        self._clock = clock

    def wakeup(self) -> None:
        """Nothing sleeps here."""

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)

    def run_until(self, end: datetime, after_each: Callable[[datetime], None]) -> None:
        """Run every job due up to ``end``, in order of time; ``after_each`` moment, call back."""
        if not self.running:
            self.start(paused=True)
        while True:
            upcoming = self._earliest()
            if upcoming is None or upcoming > end:
                break
            self._clock.move_to(max(upcoming, self._clock()))
            self._run_due()
            after_each(self._clock())
        self._clock.move_to(max(end, self._clock()))

    def _earliest(self) -> datetime | None:
        times = [job.next_run_time for job in self.get_jobs() if job.next_run_time is not None]
        return min(times, default=None)

    def _run_due(self) -> None:
        now = self._clock()
        due: list[Any] = [
            job
            for job in self.get_jobs()
            if job.next_run_time is not None and job.next_run_time <= now
        ]
        for job in due:
            job.func(*job.args, **job.kwargs)
            job.modify(next_run_time=job.trigger.get_next_fire_time(now, now))
