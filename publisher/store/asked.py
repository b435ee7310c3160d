"""Of which texts each approver was mailed, so that nobody is asked twice for the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, func, select

from publisher.store import deliveries
from publisher.store.console_tables import ApprovalAsked, Person
from publisher.store.models import Delivery
from publisher.store.people import number_of


def of(session: Session, person: Person) -> frozenset[tuple[int, str]]:
    """What ``person`` was asked for that may still go: deliveries by row id, and their texts."""
    rows = session.exec(
        select(ApprovalAsked.delivery_id, ApprovalAsked.fingerprint)
        .join(Delivery, col(Delivery.id) == col(ApprovalAsked.delivery_id))
        .where(
            ApprovalAsked.person_id == number_of(person),
            col(ApprovalAsked.fingerprint) == col(Delivery.fingerprint),
        )
    ).all()
    return frozenset((number, fingerprint) for number, fingerprint in rows)


def last_at(session: Session, person: Person) -> datetime | None:
    """When ``person`` was last asked for anything."""
    return session.exec(
        select(func.max(ApprovalAsked.at)).where(ApprovalAsked.person_id == number_of(person))
    ).one()


def note(session: Session, now: datetime, person: Person, about: Iterable[Delivery]) -> None:
    """``person`` was asked to approve ``about`` as they are."""
    for row in about:
        session.merge(
            ApprovalAsked(
                person_id=number_of(person),
                delivery_id=deliveries.number_of(row),
                fingerprint=row.fingerprint,
                at=now,
            )
        )
