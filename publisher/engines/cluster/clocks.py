"""A process's clock, held against the database's: leases and due times are read by several.

Somewhat off is told to a person; further off, the process sends nothing and has no duty, for it
would send early or late, and take others' sends for interrupted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from publisher import notation
from publisher.alerts.alerts import Alerts
from publisher.clock import Clock
from publisher.i18n import _
from publisher.store.database import Database

log = structlog.get_logger("cluster")

TOLD = timedelta(seconds=5)
"""So far off, a person is told."""

TOO_FAR = timedelta(seconds=20)
"""So far off, the process sends nothing. Less than what is left of a lease when it is renewed."""

SLOW = timedelta(seconds=2)
"""An answer that took longer says too little of the time."""


class Clocks:
    """This process's clock and the database's; ``name`` is the process's."""

    def __init__(self, database: Database, clock: Clock, alerts: Alerts, name: str) -> None:
        self._database = database
        self._clock = clock
        self._alerts = alerts
        self._name = name
        self.ahead = timedelta()
        """How far this process's clock was ahead at the last look; behind where negative."""

    @property
    def are_apart(self) -> bool:
        """Whether so far that this process must not send."""
        return abs(self.ahead) > TOO_FAR

    def database_time(self) -> datetime:
        """The database's time, as it was known at the last look."""
        return self._clock() - self.ahead

    def look(self) -> None:
        """Ask the database for its time, and tell a person where the two are apart."""
        try:
            ahead = measured(self._database, self._clock)
        except SQLAlchemyError as error:
            log.warning("clocks not compared", why=type(error).__name__)
            return
        if ahead is None:
            return
        self.ahead = ahead
        if abs(ahead) <= TOLD:
            self._alerts.clear(f"clock {self._name}")
            return
        log.error("clocks are apart", ahead_s=round(ahead.total_seconds(), 1))
        text = (
            _(
                "The clock of %(name)s is %(time)s off the database's: it sends nothing until "
                "that is mended. Switch time synchronisation on, on both machines"
            )
            if self.are_apart
            else _(
                "The clock of %(name)s is %(time)s off the database's. "
                "Switch time synchronisation on, on both machines"
            )
        )
        self._alerts.raise_(
            f"clock {self._name}",
            text
            % {"name": self._name, "time": notation.seconds(abs(round(ahead.total_seconds())))},
        )


def measured(database: Database, clock: Clock) -> timedelta | None:
    """How far ``clock`` is ahead of the database's; ``None`` where it answered too slowly.

    Raises ``SQLAlchemyError``.
    """
    with database.reading() as session:
        session.execute(text("SELECT 1"))  # connected before anything is measured
        before = clock()
        theirs: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        after = clock()
    if after - before > SLOW:
        return None
    return before + (after - before) / 2 - theirs
