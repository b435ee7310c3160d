"""The plan in the store, changed by what the plan says now.

A change is made only while a delivery may still change; whatever was claimed meanwhile, or may be
out, is left as it is, by the same conditional UPDATE that every move is. What a delivery's short
links lead to is stored with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import not_, update
from sqlmodel import Session, col

from publisher.delivery.lifecycle import CANCEL, REPLAN, State
from publisher.planning.diff import BY_PLAN, Changes, StoredDelivery
from publisher.planning.model import Identity, PlannedDelivery
from publisher.store import (
    attempts,
    audit,
    backups,
    bookkeeping,
    comparing,
    contents,
    deliveries,
    doubts,
    short_links,
)
from publisher.store.lines import CHANGEABLE
from publisher.store.many import Many
from publisher.store.models import Delivery

_AT_ONCE = 5000
"""So many deliveries are put together at once."""


def apply(session: Session, changes: Changes, now: datetime) -> None:
    """Put ``changes`` into force, all in the session's transaction.

    After a backup was brought back, what the files ask for at a time before that may have gone out
    by a store that is gone: it is in doubt.
    """
    restored_at = audit.last_at(session, backups.RESTORE)
    add_all(session, changes.added, now)
    if restored_at is not None:
        for planned in changes.added:
            row = _added(session, planned)
            since = backups.may_be_out_since(session, row, restored_at)
            if since is not None:
                doubts.suspect(session, row, now, backups.WHY, since)
    for changed in changes.altered:
        done = change(session, changed.planned, now)
        moved_before = restored_at is not None and (
            changed.planned.slot.due_at <= restored_at < changed.stored.due_at
        )
        if done and moved_before:
            altered = deliveries.of_identity(session, changed.planned.identity)
            if altered is not None:
                doubts.suspect(session, altered, now, backups.WHY)
    for planned in changes.restored:
        restore(session, planned, now)
    remove(session, changes.removed, now)
    bookkeeping.retag(session, changes.retagged, now)


def add(session: Session, planned: PlannedDelivery, now: datetime) -> Delivery:
    """Store a new delivery."""
    add_all(session, [planned], now)
    return _added(session, planned)


def add_all(session: Session, new: Sequence[PlannedDelivery], now: datetime) -> None:
    """Store new deliveries, each with what is said of it in the audit trail."""
    for place in range(0, len(new), _AT_ONCE):
        part = new[place : place + _AT_ONCE]
        contents.keep_all(session, {one.fingerprint: one.message for one in part}, now)
        _NEW.insert(session, (_row(one, now) for one in part))
        _register_links(session, [one for one in part if one.links], now)
        audit.record_all(session, now, "publisher", "planned", map(_noted, part))


def change(session: Session, planned: PlannedDelivery, now: datetime) -> bool:
    """Give a delivery that may still change its new text and time; false where it was too late."""
    row = deliveries.of_identity(session, planned.identity)
    if row is None:
        return False
    contents.keep(session, planned.message, now)
    facts = _facts(planned, now)
    if row.state == State.RETRYING and row.next_at > planned.slot.due_at:
        facts["next_at"] = row.next_at
    done = session.execute(
        update(Delivery)
        .where(
            col(Delivery.id) == row.id,
            col(Delivery.state).in_(deliveries.names(CHANGEABLE)),
            # It may be out with its old text, and is only repeated to learn whether it is.
            not_(attempts.in_doubt()),
        )
        .values(**facts)
    ).rowcount  # type: ignore[attr-defined]
    if done:
        short_links.register(session, deliveries.number_of(row), planned.links, now)
        _note(session, "changed", planned, now)
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
    contents.keep(session, planned.message, now)
    facts = _facts(planned, now)
    facts.pop("updated_at")
    if deliveries.move(
        session, deliveries.number_of(row), REPLAN, now, cancelled_by=None, note="", **facts
    ):
        short_links.register(session, deliveries.number_of(row), planned.links, now)
        _note(session, "restored", planned, now)


def _added(session: Session, planned: PlannedDelivery) -> Delivery:
    row = deliveries.of_identity(session, planned.identity)
    if row is None:
        raise KeyError(planned.identity)
    return row


def _register_links(session: Session, new: Iterable[PlannedDelivery], now: datetime) -> None:
    links = {one.identity: one.links for one in new}
    numbers = comparing.numbers_of(session, links)
    for identity, of_it in links.items():
        short_links.register(session, numbers[identity], of_it, now)


def _row(planned: PlannedDelivery, now: datetime) -> Sequence[Any]:
    """A new delivery in the order of ``_NEW``."""
    identity = planned.identity
    return (
        identity.campaign,
        identity.edition,
        identity.post,
        identity.channel,
        identity.occurrence,
        *itemgetter(*_FACTS)(_facts(planned, now)),
        State.PLANNED.value,
        True,
        0,
        "",
        now,
    )


_FACTS = (
    *("due_at", "expires_at", "next_at", "zone", "fingerprint", "first_line"),
    *("audiences", "covers", "kind", "approvals", "updated_at"),
)
_NEW = Many(
    Delivery.__table__,  # type: ignore[attr-defined]
    (
        *(field.name for field in fields(Identity)),
        *_FACTS,
        *("state", "holdable", "attempts", "note", "created_at"),
    ),
)


def _facts(planned: PlannedDelivery, now: datetime) -> dict[str, Any]:
    """What the plan gives to a row besides its identity."""
    slot = planned.slot
    return {
        "due_at": slot.due_at,
        "expires_at": slot.expires_at,
        "next_at": slot.due_at,
        "zone": str(slot.local.tzinfo),
        "fingerprint": planned.fingerprint,
        "first_line": planned.first_line,
        "audiences": planned.audiences,
        "covers": planned.covers,
        "kind": planned.message.kind,
        "approvals": slot.approvals,
        "updated_at": now,
    }


def _note(session: Session, action: str, planned: PlannedDelivery, now: datetime) -> None:
    key, detail = _noted(planned)
    audit.record(session, now, "publisher", action, key, **detail)


def _noted(planned: PlannedDelivery) -> tuple[str, dict[str, str]]:
    """What the audit trail has of a change: whose, and the text that it has from now on, so that
    its versions can be told."""
    due = planned.slot.due_at.isoformat()
    return planned.identity.key, {"due": due, "fingerprint": planned.fingerprint}
