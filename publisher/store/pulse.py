"""When the daemon was last at work, for those who watch it from another process."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from publisher.store.console_tables import Pulse

DAEMON = "daemon"


def beat(session: Session, now: datetime, part: str = DAEMON) -> None:
    """``part`` is at work."""
    session.merge(Pulse(part=part, at=now))


def last_at(session: Session, part: str = DAEMON) -> datetime | None:
    """When ``part`` was last at work; ``None`` where it never was."""
    row = session.get(Pulse, part)
    return row.at if row is not None else None
