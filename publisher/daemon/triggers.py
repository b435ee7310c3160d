"""When a job of the daemon is due, and how APScheduler is asked to say so.

APScheduler asks a job's trigger after each time, and whenever a clock was set.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger("daemon")


@dataclass(frozen=True, slots=True)
class Job:
    """One job: what it does, in a word, and when."""

    name: str
    work: Callable[[], object]
    trigger: BaseTrigger


def schedule(
    scheduler: BaseScheduler, job: Job, work: Callable[[], object], first: datetime
) -> None:
    """Have ``work`` done whenever ``job`` is due, at ``first`` for the first time; one that is late
    is done all the same, and once."""
    scheduler.add_job(
        work,
        job.trigger,
        id=job.name,
        name=job.name,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
        next_run_time=first,
        replace_existing=True,
    )


def ask_anew(scheduler: BaseScheduler, now: datetime) -> None:
    """Let no job wait for a moment of a time that isn't the clock's any more."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=now)
    scheduler.wakeup()


def ending(scheduler: BaseScheduler) -> threading.Thread:
    """No job begins any more; the thread that is given ends with the last that is at work."""
    last = threading.Thread(target=scheduler.shutdown, name="jobs end", daemon=True)
    last.start()
    return last


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
