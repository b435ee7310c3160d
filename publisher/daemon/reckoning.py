"""What the store reckoned from a clock, put right where that was set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from publisher.clock import Clock, ClockWatch
from publisher.site import Site
from publisher.store import clock_steps

log = structlog.get_logger("daemon")


class Reckoning:
    """``steady`` are the seconds of a time that nobody can set, in which a sleep counts. ``clock``
    is the one that may be set; the site's own if left out."""

    def __init__(self, site: Site, steady: Callable[[], float], clock: Clock | None = None) -> None:
        self._site = site
        self._watch = ClockWatch(clock or site.clock, steady)
        self._step = timedelta()

    def begin(self, session: Session, now: datetime) -> None:
        """Where the clock stands behind what an earlier run wrote, let nothing wait for that."""
        ahead = clock_steps.ahead_of(session, now)
        if ahead:
            log.warning("the clock was set back", by_s=round(ahead.total_seconds()))
            clock_steps.set_back(session, ahead, now)

    def anew(self) -> None:
        """Where the clock was set since this was last asked, put right what was reckoned."""
        self._step += self._watch.step()
        if not self._step:
            return
        log.warning("the clock was set", by_s=round(self._step.total_seconds()))
        if self._step < timedelta():
            with self._site.database.writing() as session:
                clock_steps.set_back(session, -self._step, self._site.clock())
        self._site.reconciler.clock_was_set(self._step)
        self._step = timedelta()
