"""The plan in the store: what is stored of it, and putting changes into force.

A change is made only while a delivery may still change; whatever was claimed meanwhile, or may be
out, is left as it is, by the same conditional UPDATE that every move is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import not_, update
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CANCEL, CLAIMABLE, RESTORE, State
from publisher.planning.diff import BY_PLAN, Changes, StoredDelivery
from publisher.planning.model import PlannedDelivery
from publisher.store import audit, backups, contents, deliveries
from publisher.store.models import Delivery


def stored(session: Session) -> list[StoredDelivery]:
    """Every stored delivery, as the diff wants it."""
    return [
        StoredDelivery(
            identity=deliveries.identity_of(row),
            state=State(row.state),
            due_at=row.due_at,
            expires_at=row.expires_at,
            fingerprint=row.fingerprint,
            approvals=row.approvals,
            cancelled_by=row.cancelled_by,
            first_line=row.first_line,
            sent_at=row.sent_at,
            zone=row.zone,
            holdable=row.holdable,
        )
        for row in session.exec(select(Delivery).order_by(col(Delivery.id))).all()
    ]


def add(session: Session, planned: PlannedDelivery, now: datetime) -> Delivery:
    """Store a new delivery."""
    slot, identity = planned.slot, planned.identity
    row = Delivery(
        campaign=identity.campaign,
        edition=identity.edition,
        post=identity.post,
        channel=identity.channel,
        occurrence=identity.occurrence,
        created_at=now,
        **_facts(session, planned, now),
    )
    session.add(row)
    session.flush()
    audit.record(session, now, "publisher", "planned", identity.key, due=slot.due_at.isoformat())
    return row


def change(session: Session, planned: PlannedDelivery, now: datetime) -> bool:
    """Give a delivery that may still change its new text and time; false where it was too late."""
    row = deliveries.of_identity(session, planned.identity)
    if row is None:
        return False
    changeable = [state.value for state in (*CLAIMABLE, State.FAILED)]
    facts = _facts(session, planned, now)
    if row.state == State.RETRYING and row.next_at > planned.slot.due_at:
        facts["next_at"] = row.next_at
    done = session.execute(
        update(Delivery)
        .where(
            col(Delivery.id) == row.id,
            col(Delivery.state).in_(changeable),
            # It may be out with its old text, and is only repeated to learn whether it is.
            not_(deliveries.in_doubt()),
        )
        .values(**facts)
    ).rowcount  # type: ignore[attr-defined]
    if done:
        due = planned.slot.due_at.isoformat()
        audit.record(session, now, "publisher", "changed", planned.identity.key, due=due)
    return bool(done)


def remove(session: Session, identities: Sequence[StoredDelivery], now: datetime) -> None:
    """Take out what the files no longer ask for."""
    for gone in identities:
        row = deliveries.of_identity(session, gone.identity)
        if row is not None and deliveries.move(
            session, deliveries.number_of(row), CANCEL, now, cancelled_by=BY_PLAN
        ):
            audit.record(session, now, "publisher", "removed", gone.identity.key)


def restore(session: Session, planned: PlannedDelivery, now: datetime) -> None:
    """Bring back what the files ask for again."""
    row = deliveries.of_identity(session, planned.identity)
    if row is None:
        return
    facts = _facts(session, planned, now)
    facts.pop("updated_at")
    if deliveries.move(
        session, deliveries.number_of(row), RESTORE, now, cancelled_by=None, note="", **facts
    ):
        audit.record(session, now, "publisher", "restored", planned.identity.key)


def apply(session: Session, changes: Changes, now: datetime) -> None:
    """Put ``changes`` into force, all in the session's transaction.

    After a backup was brought back, what the files ask for at a time before that may have gone out
    by a store that is gone: it is in doubt.
    """
    restored_at = audit.last_at(session, backups.RESTORE)
    for planned in changes.added:
        row = add(session, planned, now)
        since = backups.may_be_out_since(session, row, restored_at) if restored_at else None
        if since is not None:
            deliveries.suspect(session, row, now, backups.WHY, since)
    for changed in changes.altered:
        done = change(session, changed.planned, now)
        moved_before = restored_at is not None and (
            changed.planned.slot.due_at <= restored_at < changed.stored.due_at
        )
        if done and moved_before:
            altered = deliveries.of_identity(session, changed.planned.identity)
            if altered is not None:
                deliveries.suspect(session, altered, now, backups.WHY)
    for planned in changes.restored:
        restore(session, planned, now)
    remove(session, changes.removed, now)


def _facts(session: Session, planned: PlannedDelivery, now: datetime) -> dict[str, Any]:
    slot, message = planned.slot, planned.message
    return {
        "due_at": slot.due_at,
        "expires_at": slot.expires_at,
        "next_at": slot.due_at,
        "zone": str(slot.local.tzinfo),
        "fingerprint": contents.keep(session, message, now),
        "first_line": planned.first_line,
        "audiences": list(planned.audiences),
        "covers": list(planned.covers),
        "kind": message.kind,
        "approvals": slot.approvals,
        "updated_at": now,
    }
