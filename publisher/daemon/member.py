"""A process of a cluster at work: it has a seat, and sends what it is given (``publisher worker``).

Any number of them, on any machine; none is special, and each may be killed at any moment. SIGTERM
lets what is in flight finish. SIGHUP, or another schedule.toml, lets it begin anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from publisher.clock import ClockWatch, time_awake
from publisher.daemon import books, triggers
from publisher.daemon.calls import Call, Calls
from publisher.daemon.running import DRAIN_S, JOBS_S, LOOK_AT_THE_CLOCK_S, End
from publisher.daemon.schedule_file import ScheduleFile
from publisher.daemon.signs_of_life import SignsOfLife
from publisher.daemon.supervisor import Supervisor
from publisher.daemon.triggers import Job
from publisher.engines.cluster.clocks import Clocks
from publisher.engines.cluster.engine import CONCURRENCY
from publisher.engines.cluster.seat import Seat
from publisher.site import Site
from publisher.store import pulse

log = structlog.get_logger("daemon")

BEATS = "beat"
"""The job that shows that the scheduler turns."""

BEAT = timedelta(seconds=2)
"""How often it does."""

WRITE_DOWN = timedelta(seconds=2)
"""How often what the store didn't take is tried again."""

LOOK_AT_CHANNELS = timedelta(seconds=5)
"""How often it is looked which channels others have stopped."""


class Member:
    """A site at work in a cluster; ``config`` is its schedule.toml, looked at for changes where
    given. Up to ``concurrency`` channels are at work in it at once; with 0 it sends nothing."""

    role = "worker"

    def __init__(
        self, site: Site, config: Path | None = None, concurrency: int = CONCURRENCY
    ) -> None:
        self.site = site
        self.calls = Calls()
        self.clocks = Clocks(site.database, site.clock, site.alerts, site.process)
        self.seat = Seat(site.database, site.process, self.role, self.stands, self.duty_changed)
        self.scheduler = BackgroundScheduler(timezone=UTC)
        self.schedule_file = ScheduleFile(config, site.alerts)
        self._concurrency = concurrency
        self.signs = SignsOfLife()
        self._supervisor = Supervisor(signs=self.signs)
        self._clock_of_the_jobs = ClockWatch(site.clock, time_awake)
        self._at_work: set[str] = set()

    # -- what a node does besides -----------------------------------------------------------------

    def stands(self) -> bool:
        """Whether it wants the duty; asked by the seat."""
        return False

    def duty_changed(self, has_duty: bool) -> None:
        """Told by the seat, in its thread."""

    def beginning(self) -> None:
        """Everything is ready but for the first job."""

    def leaving(self) -> None:
        """No job is to be handed to the scheduler any more, nor taken from it: it keeps whoever
        tries waiting until its last job has ended, and that may be who tries."""

    def ending(self) -> None:
        """It is about to stop, and nothing has been given up yet."""

    def reread(self) -> None:
        """Its campaign files may be others, and schedule.toml is as it was."""

    def jobs(self) -> tuple[Job, ...]:
        """What every process of a cluster does by itself, and how often."""
        often = self.site.settings.jobs
        return (
            Job(BEATS, self.beat, triggers.every(BEAT)),
            Job("pulse", self.tell_that_it_is_at_work, triggers.every(often.sweep)),
            Job("books", self.write_down, triggers.every(WRITE_DOWN)),
            Job("clock", self.clocks.look, triggers.every(often.sweep)),
            Job("channels", self.look_at_channels, triggers.every(LOOK_AT_CHANNELS)),
            Job("file", self.look_at_the_file, triggers.every(often.plan)),
        )

    # -- jobs -------------------------------------------------------------------------------------

    def beat(self) -> None:
        """The scheduler turns, and has a thread for what is due."""
        self.signs.turned(BEATS)

    def tell_that_it_is_at_work(self) -> None:
        """For ``publisher alive``, unless a part of it hangs."""
        if self.signs.stuck() is None:
            with self.site.database.writing() as session:
                pulse.process_beat(session, self.site.clock(), self.site.process)

    def write_down(self) -> None:
        """What came of sends while the store took nothing, and what people are to be told."""
        books.write_down(self.site)

    def look_at_channels(self) -> None:
        """Channels that another process stopped."""
        self.site.courier.credentials.forget_stopped()

    def look_at_the_file(self) -> None:
        """Another schedule.toml is taken up."""
        if self.schedule_file.has_changed():
            self.calls.call(Call.REREAD)

    # -- its life ---------------------------------------------------------------------------------

    def run(self) -> End:
        """Run until SIGTERM or SIGINT, or until schedule.toml asks to begin anew.

        Raises ``StoreBusyError`` where a daemon of the local engine has the store.
        """
        self.seat.take()
        try:
            self._supervisor.beginning()
            self.calls.listen()
            self._start()
            again = self._wait()
            log.info("stopping", again=again)
            if again:
                self._supervisor.reloading()
            else:
                self._supervisor.stopping()
            self.leaving()
            jobs = triggers.ending(self.scheduler)
            self.ending()
            finished = self.site.cluster.drain(DRAIN_S)
            jobs.join(JOBS_S)
            books.closed(self.site)
            # A stop that was asked for while the last sends finished goes before a new beginning.
            return End(finished and not self._at_work, again and self.calls.none_waits)
        finally:
            self.seat.leave()

    def add(self, job: Job, wanted: Callable[[], bool], after: timedelta = timedelta()) -> None:
        """Hand ``job`` to the scheduler, to be done ``after`` that for the first time, and while it
        is ``wanted``."""

        def work() -> None:
            if not wanted():
                return
            with self.working(job.name):
                job.work()

        triggers.schedule(self.scheduler, job, work, self.site.clock() + after)

    @contextmanager
    def working(self, work: str) -> Iterator[None]:
        """Inside, ``work`` is done, which an end waits for; its failure is told, and goes no
        further."""
        self._at_work.add(work)
        with self.site.alerts.watch.over(work):
            yield
        self._at_work.discard(work)

    def may_send(self) -> bool:
        """Whether this process may send: it has its seat, and knows the time."""
        return self.seat.taken and not self.clocks.are_apart

    def _start(self) -> None:
        site = self.site
        site.cluster.queue.prepare()
        self.clocks.look()
        with site.database.writing() as session:
            books.opened(site, session)
        self.beginning()
        for job in self.jobs():
            self.add(job, lambda: True)
        if self._concurrency:
            site.cluster.open(self._concurrency, self.may_send, partial(self.signs.turned, "queue"))
        self.scheduler.start()
        channels = site.switchboard.names()
        log.info("running", role=self.role, process=site.process, channels=channels)
        self.beat()
        self._supervisor.ready(len(channels))

    def _wait(self) -> bool:
        """Wait to be called away; gives whether it is to begin anew."""
        while True:
            self.signs.turned("calls")
            self._supervisor.at_work()
            call = self.calls.next(LOOK_AT_THE_CLOCK_S)
            if call is Call.STOP:
                return False
            if call is None:
                if self._clock_of_the_jobs.step():
                    triggers.ask_anew(self.scheduler, self.site.clock())
            elif self.schedule_file.is_fit():
                return True
            else:
                self.reread()
