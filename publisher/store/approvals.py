"""Approvals: a person's word for one text on one delivery.

Another text needs another word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CLAIMABLE
from publisher.store import audit, deliveries
from publisher.store.models import Approval, Delivery


def given(session: Session, delivery: Delivery) -> Sequence[str]:
    """Who has approved the present text of ``delivery``, in the order they did."""
    return session.exec(
        select(Approval.approver)
        .where(Approval.delivery_id == delivery.id, Approval.fingerprint == delivery.fingerprint)
        .order_by(col(Approval.id))
    ).all()


def counts(session: Session) -> dict[int, int]:
    """How many approvals the present text of each delivery has that may still go, by its row id."""
    rows = session.exec(
        select(Approval.delivery_id, func.count())
        .join(Delivery, col(Delivery.id) == col(Approval.delivery_id))
        .where(
            col(Approval.fingerprint) == col(Delivery.fingerprint),
            col(Delivery.state).in_(deliveries.names(CLAIMABLE)),
        )
        .group_by(col(Approval.delivery_id))
    ).all()
    return dict(rows)


def is_same_person(name: str, others: Sequence[str]) -> bool:
    """Whether ``name`` is one of ``others``, however it is written."""
    return called(name) in {called(other) for other in others}


def called(full_name: str) -> str:
    """``full_name`` without what readers of the record don't see: case, spaces, and how accents are
    written (a Mac sends letters and accents apart). Two signatures must be two people's."""
    return " ".join(unicodedata.normalize("NFKC", full_name).casefold().split())


def of_deliveries(session: Session, numbers: Collection[int]) -> Sequence[Approval]:
    """Every approval that deliveries ever got, whatever their text was, by their row ids."""
    query = select(Approval).where(col(Approval.delivery_id).in_(numbers))
    return session.exec(query.order_by(col(Approval.id))).all()


def approve(session: Session, delivery: Delivery, approver: str, now: datetime) -> bool:
    """Record ``approver``'s word for the present text; false where they had given it already."""
    if is_same_person(approver, given(session, delivery)):
        return False
    session.add(
        Approval(
            delivery_id=deliveries.number_of(delivery),
            fingerprint=delivery.fingerprint,
            approver=approver,
            approved_at=now,
        )
    )
    audit.record(
        session,
        now,
        approver,
        "approve",
        deliveries.identity_of(delivery).key,
        fingerprint=delivery.fingerprint,
    )
    return True
