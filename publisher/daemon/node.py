"""A node of a cluster (``publisher run``): a process that sends, and stands by to have the duty.

Whoever has the duty does every job of the program for all. The others see within seconds that it is
gone, and one of them takes over. A node whose clock is wrong leaves it to others; where there is
none, it has it for nothing but telling people so.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import structlog
from apscheduler.jobstores.base import JobLookupError

from publisher.daemon.duty import Duty
from publisher.daemon.member import Member
from publisher.daemon.running import TELL_S
from publisher.engines.cluster.engine import CONCURRENCY
from publisher.site import Site

log = structlog.get_logger("daemon")

RELUCTANT_S = 30.0
"""How long a node whose clock is wrong leaves the duty to others."""

TRY_AGAIN = timedelta(seconds=2)


class Node(Member):
    """A member that stands by to have the duty."""

    role = "run"

    def __init__(
        self, site: Site, config: Path | None = None, concurrency: int = CONCURRENCY
    ) -> None:
        super().__init__(site, config, concurrency)
        self.duty = Duty(site, self.clocks, self.signs)
        self._apart_since: float | None = None
        self._is_leaving = False
        self._is_ending = False
        self._had_duty = False
        self._guard = threading.Lock()

    # -- the duty ---------------------------------------------------------------------------------

    def stands(self) -> bool:
        if not self.clocks.are_apart:
            self._apart_since = None
        elif self._apart_since is None:
            self._apart_since = time.monotonic()
        reluctant = (
            self._apart_since is not None and time.monotonic() - self._apart_since < RELUCTANT_S
        )
        # A node that hangs would have the duty, and do nothing of it.
        return not self._is_ending and not reluctant and self.signs.stuck() is None

    def duty_changed(self, has_duty: bool) -> None:
        with self._guard:
            # Without a connection nobody can have the duty: who had it goes on telling alerts.
            self._had_duty = has_duty or (self._had_duty and not self.seat.taken)
            if self._is_leaving:
                return
            if has_duty:
                self._begin_soon(timedelta())
                return
            for name in ("begin", *(job.name for job in self.duty.jobs())):
                with suppress(JobLookupError):
                    self.scheduler.remove_job(name)

    def _begin_soon(self, after: timedelta) -> None:
        self.scheduler.add_job(
            self._begin,
            "date",
            run_date=self.site.clock() + after,
            id="begin",
            misfire_grace_time=None,
            replace_existing=True,
        )

    def _begin(self) -> None:
        """Take the duty up; what can't be done yet, for the store is away, is tried again."""
        begun = False
        if self._may_judge():
            with self.working("begin"), self.signs.during("begin"):
                self.duty.begin()
                begun = True
        with self._guard:
            if self._is_leaving or not self.seat.has_duty:
                return
            if not begun:
                self._begin_soon(TRY_AGAIN)
                return
            for job in self.duty.jobs():
                self.add(job, self._may_judge, self.duty.waits(job))

    def _may_judge(self) -> bool:
        """Whether it may say what is due, late or interrupted."""
        return self.seat.has_duty and not self.clocks.are_apart

    # -- a node's own -----------------------------------------------------------------------------

    def beginning(self) -> None:
        for job in self.duty.on_every_node():
            self.add(job, self._tells if job.name == "alerts" else lambda: True)

    def _tells(self) -> bool:
        """Whether it is this node that tells people of what happens."""
        if self.seat.taken and not self.seat.has_duty:
            self._had_duty = False
        return self._had_duty

    def reread(self) -> None:
        self.site.desk.force()

    def leaving(self) -> None:
        # Whoever has the guard is just doing so, and the scheduler lets them still.
        with self._guard:
            self._is_leaving = True

    def ending(self) -> None:
        if self.seat.has_duty:
            self.site.alerts.tell_the_rest(TELL_S)
        self._is_ending = True
        self.duty.stop_serving()
