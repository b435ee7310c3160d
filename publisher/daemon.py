"""The daemon: every job of the running program, on one page.

APScheduler says "now" to each; what there is to do is always read from the store, so a job may be
lost at any moment without harm, and none is stored. ``jobs`` is the whole list. The rehearsal
gives the same jobs to a scheduler whose clock it moves.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from publisher.feeds.poll import poll
from publisher.reach.collect import collect
from publisher.reports import schedule
from publisher.site import Site
from publisher.store import audit, deliveries

log = structlog.get_logger("daemon")

DRAIN_S = 30.0
"""How long a stop waits for what is in flight; what is left is settled at the next start."""

IDLE = timedelta(seconds=1)
"""The longest the sender sleeps: an approval, a release or a clock's jump is noticed by then."""


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


class Daemon:
    """A site at work."""

    def __init__(self, site: Site, idle: timedelta = IDLE) -> None:
        self.site = site
        self.idle = idle
        self._stop = threading.Event()

    # -- the jobs ---------------------------------------------------------------------------------

    def jobs(self) -> tuple[Job, ...]:
        """Everything that happens by itself, and how often."""
        every, weekly = self.site.settings.jobs, self.site.settings.reports.weekly
        return (
            Job("send", self.send_due, Due(self._next_moment, self.idle)),
            Job("plan", self.plan, _interval(every.plan)),
            Job("sweep", self.sweep, _interval(every.sweep)),
            Job("feeds", self.feeds, _interval(every.feeds)),
            Job("readings", self.readings, _interval(every.readings)),
            Job(
                "weekly",
                self.weekly,
                CronTrigger(
                    day_of_week=weekly.day[:3],
                    hour=weekly.at.hour,
                    minute=weekly.at.minute,
                    timezone=self.site.settings.zone,
                ),
            ),
        )

    def send_due(self) -> None:
        """Set the engine to every channel with something due; it takes what may go."""
        with self.site.database.reading() as session:
            waiting = deliveries.due_channels(session, self.site.clock())
        self.site.engine.start(waiting)

    def plan(self) -> None:
        """Campaign files that changed go into the store."""
        self.site.desk.refresh()

    def sweep(self) -> None:
        """Late and interrupted sends, doubts, stopped channels."""
        self.site.reconciler.sweep()

    def feeds(self) -> None:
        """Feeds whose time has come; new entries go into the plan at once."""
        campaigns = self.site.desk.campaigns()
        if poll(self.site.database, self.site.settings, campaigns, self.site.clock):
            self.site.desk.refresh(force=True)

    def readings(self) -> None:
        """Whom did it reach: posts whose age asks for a reading."""
        collect(self.site.database, self.site.switchboard, self.site.clock)

    def weekly(self) -> None:
        """The weekly summary becomes a delivery like any other: sent once, whatever happens."""
        schedule.plan_weekly(self.site)

    def _next_moment(self) -> datetime | None:
        with self.site.database.reading() as session:
            return deliveries.next_moment(session, self.site.clock())

    # -- running ----------------------------------------------------------------------------------

    def start(self, scheduler: BaseScheduler) -> None:
        """Settle what an earlier run left, catch up, and hand the jobs to ``scheduler``."""
        now = self.site.clock()
        with self.site.database.writing() as session:
            audit.record(session, now, "publisher", "start", "daemon", process=os.getpid())
        left = self.site.reconciler.recover()
        if left:
            log.warning("settling what an earlier run left", deliveries=left)
        self.site.desk.refresh(force=True)
        schedule.plan_weekly(self.site)
        for job in self.jobs():
            scheduler.add_job(
                job.work,
                job.trigger,
                id=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                next_run_time=first_run(job, now),
            )

    def run(self) -> bool:
        """Run until SIGTERM or SIGINT; false where something in flight had to be left.

        Raises ``StoreBusyError`` where another daemon has the store.
        """
        with self.site.database.daemon_lock():
            scheduler = BackgroundScheduler(timezone=UTC)
            self._listen()
            self.start(scheduler)
            scheduler.start()
            log.info(
                "running", store=self.site.database.path, channels=self.site.switchboard.names()
            )
            self._stop.wait()
            log.info("stopping")
            scheduler.shutdown(wait=False)
            finished = self.site.engine.drain(DRAIN_S)
            with self.site.database.writing() as session:
                audit.record(session, self.site.clock(), "publisher", "stop", "daemon")
            return finished

    def _listen(self) -> None:
        signal.signal(signal.SIGTERM, lambda *_args: self._stop.set())
        signal.signal(signal.SIGINT, lambda *_args: self._stop.set())
        signal.signal(signal.SIGHUP, lambda *_args: self.site.desk.force())


def first_run(job: Job, now: datetime) -> datetime | None:
    """When ``job`` runs first: an interval one now, one by the calendar at its next time."""
    if isinstance(job.trigger, (IntervalTrigger, Due)):
        return now
    at: datetime | None = job.trigger.get_next_fire_time(None, now)
    return at


def _interval(span: timedelta) -> Any:
    return IntervalTrigger(seconds=max(1, int(span.total_seconds())), timezone=UTC)
