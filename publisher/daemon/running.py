"""The daemon's way from its start to its end.

A clock that is set, or a machine that slept, is noticed: every job is then asked anew when it is
due. SIGTERM and SIGINT stop it. SIGHUP, or another schedule.toml, lets it begin anew with what the
file says now; a faulty file raises one alert and what was read before stays in force.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler

from publisher.clock import ClockWatch, time_awake, time_gone_by
from publisher.daemon import books, triggers
from publisher.daemon.calls import Call, Calls
from publisher.daemon.jobs import Jobs
from publisher.daemon.reckoning import Reckoning
from publisher.daemon.schedule_file import ScheduleFile
from publisher.daemon.signs_of_life import SignsOfLife
from publisher.daemon.supervisor import Supervisor
from publisher.daemon.triggers import Job
from publisher.site import Site

log = structlog.get_logger("daemon")

DRAIN_S = 30.0
"""How long a stop waits for what is in flight; what is left is settled at the next start."""

JOBS_S = 5.0
"""How long it then waits for the jobs at work. None that is cut short does harm; one that ends has
written down what it did, and nobody is mailed twice."""

TELL_S = 15.0
"""How long it then waits for the last alerts to be told; what is left is told at the next start."""

IDLE = timedelta(seconds=1)
"""The longest the sender sleeps: an approval, a release or a clock's jump is noticed by then."""

LOOK_AT_THE_CLOCK_S = 5.0

SENDER = "send"
"""The job that must go on ending: it looks at what is due each second, whatever else takes long."""


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended: whether nothing in flight had to be left, and whether to begin anew."""

    finished: bool
    again: bool


class Daemon(Jobs):
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
        super().__init__(
            site,
            idle,
            ScheduleFile(config, site.alerts),
            Reckoning(site, steady or time_gone_by),
            SignsOfLife(steady or time_awake),
        )
        self._calls = Calls()
        # A machine that slept was away, and its jobs are late; its clock was not set by that.
        self._clock_of_the_jobs = ClockWatch(site.clock, steady or time_awake)
        self._at_work: set[str] = set()
        self._supervisor = Supervisor(signs=self.signs)

    def reread(self) -> None:
        self._calls.call(Call.REREAD)

    def start(self, scheduler: BaseScheduler) -> None:
        """Settle what an earlier run left, catch up, and hand the jobs to ``scheduler``."""
        now = self.site.clock()
        with self.site.database.writing() as session:
            self.reckoning.begin(session, now)
            books.opened(self.site, session)
        left = self.site.reconciler.recover()
        if left:
            log.warning("settling what an earlier run left", deliveries=left)
        self.site.desk.refresh(force=True)
        for job in self.jobs():
            triggers.schedule(scheduler, job, self._watched(job), now)

    def _watched(self, job: Job) -> Callable[[], None]:
        def work() -> None:
            self._at_work.add(job.name)
            with self.site.alerts.watch.over(job.name):
                job.work()
            self._at_work.discard(job.name)
            if job.name == SENDER:
                self.signs.turned(SENDER)

        return work

    def run(self) -> End:
        """Run until SIGTERM or SIGINT, or until schedule.toml asks to begin anew.

        Raises ``StoreBusyError`` where another daemon has the store.
        """
        with self.site.database.daemon_lock():
            scheduler = BackgroundScheduler(timezone=UTC)
            self._supervisor.beginning()
            self._calls.listen()
            self.start(scheduler)
            # What start-up made stays: nobody need look through it for rubbish, time and again.
            gc.collect()
            gc.freeze()
            scheduler.start()
            log.info(
                "running", store=self.site.database.path, channels=self.site.switchboard.names()
            )
            self.signs.turned(SENDER)
            self._supervisor.ready(len(self.site.switchboard.names()))
            again = self._wait(scheduler)
            log.info("stopping", again=again)
            if again:
                self._supervisor.reloading()
            else:
                self._supervisor.stopping()
            ending = triggers.ending(scheduler)
            finished = self.site.engine.drain(DRAIN_S)
            ending.join(JOBS_S)
            if not again:
                self.site.alerts.tell_the_rest(TELL_S)
            books.closed(self.site)
            self.stop_serving()
            # A stop that was asked for while the last sends finished goes before a new beginning.
            return End(finished and not self._at_work, again and self._calls.none_waits)

    def _wait(self, scheduler: BaseScheduler) -> bool:
        """Wait to be called away; gives whether it is to begin anew."""
        while True:
            self._supervisor.at_work()
            call = self._calls.next(LOOK_AT_THE_CLOCK_S)
            if call is None:
                self.mind_the_clock(scheduler)
                continue
            if call is Call.STOP:
                return False
            if self.schedule_file.is_fit():
                return True
            self.site.desk.force()

    def mind_the_clock(self, scheduler: BaseScheduler) -> None:
        """Where the clock was set, ask every job anew when it is due."""
        if self._clock_of_the_jobs.step():
            triggers.ask_anew(scheduler, self.site.clock())
