"""The audit trail: who did what to what, when. Written in the same transaction as the deed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from publisher.store.models import Event


def record(
    session: Session,
    now: datetime,
    actor: str,
    action: str,
    subject: str,
    **detail: Any,
) -> None:
    """Note that ``actor`` did ``action`` to ``subject``; ``detail`` must be JSON and no secret."""
    session.add(Event(at=now, actor=actor, action=action, subject=subject, detail=detail))


def last_at(session: Session, action: str) -> datetime | None:
    """When ``action`` was last done, to whatever."""
    return session.exec(select(func.max(Event.at)).where(Event.action == action)).one()


def last_before(session: Session, action: str) -> datetime | None:
    """When anything was last done before ``action`` was, the last time."""
    done = select(func.max(Event.id)).where(Event.action == action).scalar_subquery()
    before = select(Event.at).where(col(Event.id) < done).order_by(col(Event.id).desc()).limit(1)
    return session.exec(before).first()


def latest(session: Session, *, about: str = "", limit: int = 50) -> Sequence[Event]:
    """The last events, oldest first; only those whose subject holds ``about``."""
    query = select(Event).order_by(col(Event.id).desc()).limit(limit)
    if about:
        query = query.where(col(Event.subject).contains(about, autoescape=True))
    return list(reversed(session.exec(query).all()))
