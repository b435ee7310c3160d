"""When the daemon was last at work, for those who watch it from another process.

In a cluster that is whoever has the duty; each process is noted besides, by its own name.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from publisher.settings import Settings
from publisher.store.console_tables import Pulse

DAEMON = "daemon"

_PROCESS = "process "

_MISSED_BEATS = 3

PATIENCE = timedelta(minutes=2)
"""So long nothing need be heard of what is at work, however often it beats."""

_FORGOTTEN_AFTER = timedelta(days=1)
"""A process that was killed leaves its row behind."""


def beat(session: Session, now: datetime, part: str = DAEMON) -> None:
    """``part`` is at work."""
    session.merge(Pulse(part=part, at=now))


def last_at(session: Session, part: str = DAEMON) -> datetime | None:
    """When ``part`` was last at work; ``None`` where it never was."""
    row = session.get(Pulse, part)
    return row.at if row is not None else None


def process_beat(session: Session, now: datetime, process: str) -> None:
    """The process of that name (``Site.process``) is at work."""
    beat(session, now, _PROCESS + process)
    gone = col(Pulse.part).startswith(_PROCESS) & (col(Pulse.at) < now - _FORGOTTEN_AFTER)
    session.exec(delete(Pulse).where(gone))


def process_last_at(session: Session, process: str) -> datetime | None:
    """When the process of that name was last at work."""
    return last_at(session, _PROCESS + process)


def is_at_work(last: datetime | None, now: datetime, settings: Settings) -> bool:
    """Whether what was ``last`` heard of then is still at work: it beats at each sweep."""
    patience = max(settings.jobs.sweep * _MISSED_BEATS, PATIENCE)
    return last is not None and now - last <= patience
