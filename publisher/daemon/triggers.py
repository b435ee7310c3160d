"""When a job of the daemon is due.

APScheduler asks a job's trigger after each time, and whenever a clock was set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger("daemon")


@dataclass(frozen=True, slots=True)
class Job:
    """One job: what it does, in a word, and when."""

    name: str
    work: Callable[[], object]
    trigger: BaseTrigger


class Due(BaseTrigger):  # type: ignore[misc]
    """Fires when the next delivery falls due, and at the latest after ``idle``."""

    def __init__(self, upcoming: Callable[[], datetime | None], idle: timedelta) -> None:
        self._upcoming = upcoming
        self._idle = idle

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        latest = now + self._idle
        try:
            upcoming = self._upcoming()
        except Exception:
            # The store may be locked or full for a while; the scheduler itself must live on.
            log.exception("the store could not be read")
            return latest
        return min(upcoming, latest) if upcoming is not None and upcoming > now else latest


def every(span: timedelta) -> BaseTrigger:
    """Fires once in each ``span``, whole seconds."""
    return IntervalTrigger(seconds=max(1, int(span.total_seconds())), timezone=UTC)
