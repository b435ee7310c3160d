"""When the daemon was last at work, for those who watch it from another process."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from publisher.settings import Settings
from publisher.store.console_tables import Pulse

DAEMON = "daemon"

_MISSED_BEATS = 3


def beat(session: Session, now: datetime, part: str = DAEMON) -> None:
    """``part`` is at work."""
    session.merge(Pulse(part=part, at=now))


def last_at(session: Session, part: str = DAEMON) -> datetime | None:
    """When ``part`` was last at work; ``None`` where it never was."""
    row = session.get(Pulse, part)
    return row.at if row is not None else None


def is_at_work(last: datetime | None, now: datetime, settings: Settings) -> bool:
    """Whether a daemon that was ``last`` heard of is still at work: it beats at each sweep."""
    patience = max(settings.jobs.sweep * _MISSED_BEATS, timedelta(minutes=2))
    return last is not None and now - last <= patience
