"""Lists too long for one answer, a page at a time: deliveries by their time, the record by age.

A page goes on behind the last row of the one before, whatever was put in or taken out meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, and_, cast, or_
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import State
from publisher.store.deliveries import are_of, names
from publisher.store.models import Delivery, Event


@dataclass(frozen=True, slots=True)
class Asked:
    """Which deliveries; what is left empty lets all in. ``first`` and ``before`` bound their due
    times, the latter not counted in."""

    campaign: str = ""
    post: str = ""
    channel: str = ""
    audience: str = ""
    states: Collection[State] = ()
    first: datetime | None = None
    before: datetime | None = None


Behind = tuple[datetime, int]
"""The due time and row id of the last delivery of the page before."""


def deliveries(
    session: Session, asked: Asked, behind: Behind | None, limit: int
) -> Sequence[Delivery]:
    """The next ``limit`` deliveries by due time."""
    query = select(Delivery).order_by(col(Delivery.due_at), col(Delivery.id)).limit(limit)
    query = query.where(*are_of(asked.campaign, asked.post, asked.channel))
    if asked.states:
        query = query.where(col(Delivery.state).in_(names(asked.states)))
    if asked.audience:
        # A list of plain words as JSON, which SQLite and PostgreSQL write alike.
        word = cast(col(Delivery.audiences), String)
        query = query.where(word.contains(f'"{asked.audience}"', autoescape=True))
    if asked.first is not None:
        query = query.where(col(Delivery.due_at) >= asked.first)
    if asked.before is not None:
        query = query.where(col(Delivery.due_at) < asked.before)
    if behind is not None:
        due_at, number = behind
        query = query.where(
            or_(
                col(Delivery.due_at) > due_at,
                and_(col(Delivery.due_at) == due_at, col(Delivery.id) > number),
            )
        )
    return session.exec(query).all()


def events(session: Session, about: str, behind: int | None, limit: int) -> Sequence[Event]:
    """The next ``limit`` events of the record, the newest first; only those whose subject holds
    ``about``."""
    query = select(Event).order_by(col(Event.id).desc()).limit(limit)
    if about:
        query = query.where(col(Event.subject).contains(about, autoescape=True))
    if behind is not None:
        query = query.where(col(Event.id) < behind)
    return session.exec(query).all()
