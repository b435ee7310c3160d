"""The attempts at each delivery, in the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, func, update
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import DOUBT
from publisher.store.direct import Prepared
from publisher.store.models import Attempt, Delivery


def is_open(session: Session, attempt_id: int) -> bool:
    """Whether nobody has taken that attempt for interrupted."""
    attempt = session.get(Attempt, attempt_id)
    return attempt is not None and attempt.ended_at is None


def ended(session: Session, attempt_id: int) -> Attempt | None:
    """That attempt, once it has ended; a transaction that is just ending it is waited for."""
    attempt = session.get(Attempt, attempt_id, with_for_update=True)
    return attempt if attempt is not None and attempt.ended_at is not None else None


def first_attempt_at(session: Session, delivery_id: int) -> datetime | None:
    return session.exec(
        select(func.min(Attempt.started_at)).where(col(Attempt.delivery_id) == delivery_id)
    ).one()


def last_attempt(session: Session, delivery_id: int) -> Attempt | None:
    """The attempt that was begun last."""
    newest = select(Attempt).where(Attempt.delivery_id == delivery_id)
    return session.exec(newest.order_by(col(Attempt.started_at).desc()).limit(1)).first()


def of_deliveries(session: Session, numbers: Collection[int]) -> Sequence[Attempt]:
    """The attempts at deliveries, by their row ids, in the order they were begun."""
    query = select(Attempt).where(col(Attempt.delivery_id).in_(numbers))
    return session.exec(query.order_by(col(Attempt.started_at), col(Attempt.id))).all()


def end_attempt(
    session: Session, attempt_id: int, now: datetime, outcome: str, detail: str = ""
) -> None:
    """Close an attempt that is still open."""
    _ENDING.changed(
        session,
        {"attempt": attempt_id, "ended_at": now, "outcome": outcome, "detail": detail},
    )


def end_open_attempts(
    session: Session, delivery_id: int, now: datetime, outcome: str, detail: str = ""
) -> None:
    """Close the attempts that a process left open when it died."""
    session.execute(
        update(Attempt)
        .where(col(Attempt.delivery_id) == delivery_id, col(Attempt.ended_at).is_(None))
        .values(ended_at=now, outcome=outcome, detail=detail)
    )


def in_doubt() -> ColumnElement[bool]:
    """The condition that some attempt may have been taken and nothing has disproved it yet."""
    return exists().where(
        col(Attempt.delivery_id) == col(Delivery.id), col(Attempt.outcome) == DOUBT.name
    )


_ENDING = Prepared(
    update(Attempt).where(col(Attempt.id) == bindparam("attempt"), col(Attempt.ended_at).is_(None)),
    "ended_at",
    "outcome",
    "detail",
)
