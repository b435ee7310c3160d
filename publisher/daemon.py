"""The daemon: every job of the running program, on one page.

APScheduler says "now" to each; what there is to do is always read from the store, so a job may be
lost at any moment without harm, and none is stored. ``jobs`` is the whole list. The rehearsal
gives the same jobs to a scheduler whose clock it moves.

A clock that is set, or a machine that slept, is noticed: every job is then asked anew when it is
due. SIGTERM and SIGINT stop it. SIGHUP, or another schedule.toml, lets it begin anew with what the
file says now; a faulty file raises one alert and what was read before stays in force.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import SQLAlchemyError

from channels.base import ChannelError
from publisher.clock import ClockWatch, time_awake, time_gone_by
from publisher.faults import Fault, as_lines
from publisher.feeds.poll import poll
from publisher.i18n import _
from publisher.redirect.server import LinkServer, not_answered
from publisher.reports import schedule
from publisher.reports.reminders import plan_reminders
from publisher.settings_reader import read_settings
from publisher.site import Site
from publisher.store import audit, clock_steps, deliveries

log = structlog.get_logger("daemon")

DRAIN_S = 30.0
"""How long a stop waits for what is in flight; what is left is settled at the next start."""

TELL_S = 15.0
"""How long it then waits for the last alerts to be told; what is left is told at the next start."""

IDLE = timedelta(seconds=1)
"""The longest the sender sleeps: an approval, a release or a clock's jump is noticed by then."""

LOOK_AT_THE_CLOCK_S = 5.0


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


class _Call(Enum):
    STOP = "stop"
    REREAD = "reread"


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended: whether nothing in flight had to be left, and whether to begin anew."""

    finished: bool
    again: bool


class Daemon:
    """A site at work; ``config`` is its schedule.toml, looked at for changes where given.

    ``steady`` are the seconds of a time that nobody can set; the machine's own if left out.
    """

    def __init__(
        self,
        site: Site,
        idle: timedelta = IDLE,
        config: Path | None = None,
        steady: Callable[[], float] | None = None,
    ) -> None:
        self.site = site
        self.idle = idle
        self._config = config
        self._read = _signature(config)
        # Its put() may be called by a signal's handler at any point: a Condition's may not.
        self._calls: SimpleQueue[_Call] = SimpleQueue()
        # A machine that slept was away, and its jobs are late; its clock was not set by that.
        self._clock_of_the_jobs = ClockWatch(site.clock, steady or time_awake)
        self._clock_of_the_store = ClockWatch(site.clock, steady or time_gone_by)
        self._step = timedelta()
        self._links = _link_server(site)
        self._at_work: set[str] = set()

    # -- the jobs ---------------------------------------------------------------------------------

    def jobs(self) -> tuple[Job, ...]:
        """Everything that happens by itself, and how often."""
        every = self.site.settings.jobs
        return (
            Job("send", self.send_due, Due(self._next_moment, self.idle)),
            Job("plan", self.plan, _interval(every.plan)),
            Job("sweep", self.sweep, _interval(every.sweep)),
            Job("feeds", self.feeds, _interval(every.feeds)),
            Job("readings", self.readings, _interval(every.readings)),
            Job("accounts", self.accounts, _interval(every.accounts)),
            Job("alerts", self.alerts, _interval(every.alerts)),
            # Not by the calendar alone: a summary that couldn't be written at its hour, or whose
            # hour a clock that was set leapt over, would wait a week.
            Job("weekly", self.weekly, _interval(every.sweep)),
            Job("reminders", self.reminders, _interval(every.sweep)),
            *([Job("links", self.links, _interval(every.sweep))] if self._links else ()),
        )

    def send_due(self) -> None:
        """Set the engine to every channel with something due; it takes what may go."""
        with self.site.database.reading() as session:
            waiting = deliveries.due_channels(session, self.site.clock())
        self.site.engine.start(waiting)

    def plan(self) -> None:
        """Campaign files that changed go into the store; another schedule.toml is taken up."""
        if _signature(self._config) != self._read:
            self._read = _signature(self._config)
            self._calls.put(_Call.REREAD)
        self.site.desk.refresh()

    def sweep(self) -> None:
        """Late and interrupted sends, doubts, stopped channels."""
        # Before anything is judged by how old it is.
        self._reckon_anew()
        self.site.reconciler.sweep()

    def _reckon_anew(self) -> None:
        """Where the clock was set, put right what the store reckoned from it."""
        self._step += self._clock_of_the_store.step()
        if not self._step:
            return
        log.warning("the clock was set", by_s=round(self._step.total_seconds()))
        if self._step < timedelta():
            with self.site.database.writing() as session:
                clock_steps.set_back(session, -self._step, self.site.clock())
        self.site.reconciler.clock_was_set(self._step)
        self._step = timedelta()

    def feeds(self) -> None:
        """Feeds whose time has come; new entries go into the plan at once."""
        campaigns = self.site.desk.campaigns()
        if poll(self.site.database, self.site.settings, campaigns, self.site.clock):
            self.site.desk.refresh(force=True)

    def readings(self) -> None:
        """Whom did it reach: posts whose age asks for a reading."""
        self.site.collector.round()

    def accounts(self) -> None:
        """Every account's credentials, proved and renewed; hosted media that nobody needs go."""
        self.site.courier.credentials.prove_all()
        host = self.site.switchboard.host
        try:
            gone = host.sweep() if host is not None else 0
        except (ChannelError, OSError) as error:
            log.warning("hosted media not swept", why=str(error))
        else:
            log.info("accounts proved", hosted_media_gone=gone)

    def weekly(self) -> None:
        """The weekly summary becomes a delivery like any other: sent once, whatever happens."""
        schedule.plan_weekly(self.site)

    def reminders(self) -> None:
        """A report that is owed soon is drafted and mailed ahead of its deadline, likewise once."""
        plan_reminders(self.site)

    def alerts(self) -> None:
        """What a person must know goes out, in one message."""
        self.site.alerts.tell_due()

    def links(self) -> None:
        """Short links are answered; a person is told where they can't be."""
        if self._links is None or self._links.is_up:
            return
        try:
            self._links.start()
        except OSError as error:
            place = self.site.settings.links.listen
            self.site.alerts.raise_("links", not_answered(place, error))
        else:
            self.site.alerts.clear("links")

    def _next_moment(self) -> datetime | None:
        with self.site.database.reading() as session:
            return deliveries.next_moment(session, self.site.clock())

    # -- running ----------------------------------------------------------------------------------

    def start(self, scheduler: BaseScheduler) -> None:
        """Settle what an earlier run left, catch up, and hand the jobs to ``scheduler``."""
        now = self.site.clock()
        with self.site.database.writing() as session:
            ahead = clock_steps.ahead_of(session, now)
            if ahead:
                log.warning("the clock was set back", by_s=round(ahead.total_seconds()))
                clock_steps.set_back(session, ahead, now)
            audit.record(session, now, "publisher", "start", "daemon", process=os.getpid())
        lacking = self.site.switchboard.lacking_a_key()
        if lacking:
            log.error("no key to seal tokens with: publisher key new", channels=lacking)
        left = self.site.reconciler.recover()
        if left:
            log.warning("settling what an earlier run left", deliveries=left)
        self.site.desk.refresh(force=True)
        for job in self.jobs():
            scheduler.add_job(
                self._watched(job),
                job.trigger,
                id=job.name,
                name=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                next_run_time=now,
            )

    def _watched(self, job: Job) -> Callable[[], None]:
        def work() -> None:
            self._at_work.add(job.name)
            with self.site.alerts.watch.over(job.name):
                job.work()
            self._at_work.discard(job.name)

        return work

    def run(self) -> End:
        """Run until SIGTERM or SIGINT, or until schedule.toml asks to begin anew.

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
            again = self._wait(scheduler)
            log.info("stopping", again=again)
            scheduler.shutdown(wait=False)
            finished = self.site.engine.drain(DRAIN_S)
            if not again:
                self.site.alerts.tell_the_rest(TELL_S)
            self._close_the_books()
            if self._links is not None:
                self._links.stop()
            # A stop that was asked for while the last sends finished goes before a new beginning.
            return End(finished and not self._at_work, again and self._calls.empty())

    def _close_the_books(self) -> None:
        """Write down what is left to be; what the store still doesn't take is settled later."""
        try:
            self.site.courier.write_down()
            with self.site.database.writing() as session:
                audit.record(session, self.site.clock(), "publisher", "stop", "daemon")
        except SQLAlchemyError as error:
            log.error("stopped unwritten", why=type(error).__name__)

    def _listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: self._calls.put(_Call.STOP))
        signal.signal(signal.SIGHUP, lambda *_args: self._calls.put(_Call.REREAD))

    def _wait(self, scheduler: BaseScheduler) -> bool:
        """Wait to be called away; gives whether it is to begin anew."""
        while True:
            try:
                call = self._calls.get(timeout=LOOK_AT_THE_CLOCK_S)
            except Empty:
                self.mind_the_clock(scheduler)
                continue
            if call is _Call.STOP:
                return False
            if self._is_fit():
                return True
            self.site.desk.force()

    def mind_the_clock(self, scheduler: BaseScheduler) -> None:
        """Where the clock was set, let no job wait for a moment of the time before."""
        if not self._clock_of_the_jobs.step():
            return
        for job in self.jobs():
            scheduler.modify_job(job.name, next_run_time=self.site.clock())
        scheduler.wakeup()

    def _is_fit(self) -> bool:
        """Whether schedule.toml can be begun with; a person is told where it can't."""
        if self._config is None:
            return False
        settings, faults = read_settings(self._config)
        if settings is None:
            self.site.alerts.raise_(str(self._config), _unfit(faults))
            return False
        self.site.alerts.clear(str(self._config))
        return True


def _link_server(site: Site) -> LinkServer | None:
    """What answers short links, where this process is to; a rehearsal has no readers."""
    links = site.settings.links
    if not links.short or not links.listen or site.rehearsal:
        return None
    return LinkServer(site.settings, site.database, site.clock, links.listen)


def _unfit(faults: Sequence[Fault]) -> str:
    told = _(
        "schedule.toml can't be read as it is. What was read before stays in force until it is "
        "mended (publisher check shows what is wrong):"
    )
    return f"{told}\n{as_lines(faults)}"


def _signature(config: Path | None) -> tuple[int, int] | None:
    """What tells one version of the file from another; ``None`` while there is no file."""
    try:
        facts = config.stat() if config is not None else None
    except OSError:
        return None
    return (facts.st_mtime_ns, facts.st_size) if facts is not None else None


def _interval(span: timedelta) -> Any:
    return IntervalTrigger(seconds=max(1, int(span.total_seconds())), timezone=UTC)
