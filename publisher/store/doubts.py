"""The doubts that stand about a delivery.

Some attempt may have been taken: what may be out is never called missed or cancelled
while nothing has disproved it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import DOUBT, SUSPECT
from publisher.store.deliveries import move, number_of
from publisher.store.models import Attempt, Delivery

_FIRST = select(func.min(Attempt.started_at)).where(col(Attempt.outcome) == DOUBT.name)


def first_doubt_at(session: Session, delivery_id: int) -> datetime | None:
    """When the first attempt began that may have been taken; ``None``: none may have been."""
    return session.exec(_FIRST.where(col(Attempt.delivery_id) == delivery_id)).one()


FIRST = _FIRST.where(col(Attempt.delivery_id) == col(Delivery.id)).scalar_subquery()
"""The same, in a statement about a ``Delivery``."""


def is_doubted(session: Session, delivery_id: int) -> bool:
    """Whether a doubt about it stands."""
    return first_doubt_at(session, delivery_id) is not None


def suspect(
    session: Session, delivery: Delivery, now: datetime, why: str, since: datetime | None = None
) -> bool:
    """Doubt a delivery that some attempt unknown to this store may have taken, since it fell due
    or since ``since``.

    That attempt is written down as well, so that the doubt outlives the settling's first tries.
    """
    number = number_of(delivery)
    if not move(session, number, SUSPECT, now, next_at=now, note=why):
        return False
    session.add(
        Attempt(
            delivery_id=number,
            number=delivery.attempts,
            fingerprint=delivery.fingerprint,
            owner="unknown",
            started_at=since or delivery.due_at,
            ended_at=now,
            outcome=DOUBT.name,
            detail=why,
        )
    )
    return True


def disprove_doubts(session: Session, delivery_id: int) -> None:
    """The platform showed that the doubted attempts were never taken."""
    session.execute(
        update(Attempt)
        .where(col(Attempt.delivery_id) == delivery_id, col(Attempt.outcome) == DOUBT.name)
        .values(outcome="absent")
    )
