"""The attempts at each delivery, in the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, update
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import DOUBT
from publisher.store.models import Attempt, Delivery


def is_open(session: Session, attempt_id: int) -> bool:
    """Whether nobody has taken that attempt for interrupted."""
    attempt = session.get(Attempt, attempt_id)
    return attempt is not None and attempt.ended_at is None


def first_attempt_at(session: Session, delivery_id: int) -> datetime | None:
    return session.exec(
        select(func.min(Attempt.started_at)).where(col(Attempt.delivery_id) == delivery_id)
    ).one()


def last_attempt_at(session: Session, delivery_id: int) -> datetime | None:
    return session.exec(
        select(func.max(Attempt.started_at)).where(col(Attempt.delivery_id) == delivery_id)
    ).one()


def of_deliveries(session: Session, numbers: Collection[int]) -> Sequence[Attempt]:
    """The attempts at deliveries, by their row ids, in the order they were begun."""
    query = select(Attempt).where(col(Attempt.delivery_id).in_(numbers))
    return session.exec(query.order_by(col(Attempt.started_at), col(Attempt.id))).all()


def end_attempt(
    session: Session, attempt_id: int, now: datetime, outcome: str, detail: str = ""
) -> None:
    """Close an attempt that is still open."""
    session.execute(
        update(Attempt)
        .where(col(Attempt.id) == attempt_id, col(Attempt.ended_at).is_(None))
        .values(ended_at=now, outcome=outcome, detail=detail)
    )


def end_open_attempts(session: Session, delivery_id: int, now: datetime, outcome: str) -> None:
    """Close the attempts that a process left open when it died."""
    session.execute(
        update(Attempt)
        .where(col(Attempt.delivery_id) == delivery_id, col(Attempt.ended_at).is_(None))
        .values(ended_at=now, outcome=outcome)
    )


def in_doubt() -> ColumnElement[bool]:
    """The condition that some attempt may have been taken and nothing has disproved it yet."""
    return exists().where(
        col(Attempt.delivery_id) == col(Delivery.id), col(Attempt.outcome) == DOUBT.name
    )
