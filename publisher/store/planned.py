"""The plan in the store, changed by what the plan says now.

A change is made only while a delivery may still change; whatever was claimed meanwhile, or may be
out, is left as it is, by the same conditional UPDATE that every move is. What a delivery's short
links lead to is stored with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, not_, true, update
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CANCEL, CLAIMABLE, REPLAN, State
from publisher.planning.diff import BY_PLAN, Changes, StoredDelivery
from publisher.planning.model import Identity, PlannedDelivery
from publisher.store import (
    attempts,
    audit,
    backups,
    bookkeeping,
    contents,
    deliveries,
    doubts,
    short_links,
)
from publisher.store.models import Delivery


def stored(session: Session) -> list[StoredDelivery]:
    """Every stored delivery, as the diff wants it."""
    return _as_stored(session, true())


def concerning(session: Session, asked: Sequence[PlannedDelivery]) -> list[StoredDelivery]:
    """Of the stored deliveries those that the diff with ``asked`` can turn on, whatever their age.

    They are what may still change or be taken out; what fell due at an hour for which something is
    asked, for it may be the same post under its former name; and what bears an identity that is
    asked for. The rest is history: to read years of it at every save would take minutes of a day.
    """
    changeable = col(Delivery.state).in_(deliveries.names(_CHANGEABLE))
    hours = [delivery.slot.due_at for delivery in asked]
    found = _as_stored(session, changeable)
    if hours:
        at_an_hour = col(Delivery.due_at).between(min(hours), max(hours))
        found += _as_stored(session, not_(changeable), at_an_hour)
    known = {row.identity: row for row in found}
    for same in _alike(one.identity for one in asked if one.identity not in known):
        found = _as_stored(
            session,
            col(Delivery.campaign) == same[0].campaign,
            col(Delivery.edition) == same[0].edition,
            col(Delivery.post).in_({identity.post for identity in same}),
            col(Delivery.channel).in_({identity.channel for identity in same}),
            col(Delivery.occurrence).in_({identity.occurrence for identity in same}),
        )
        known |= {row.identity: row for row in found}
    return list(known.values())


def numbered(session: Session, ids: Collection[int]) -> list[StoredDelivery]:
    """The stored deliveries of these row ids."""
    return _as_stored(session, col(Delivery.id).in_(ids))


def _alike(identities: Iterable[Identity]) -> Iterator[Sequence[Identity]]:
    """They in parts that one look-up by the index of identities finds, and not many others with
    them: of one edition, and such as come once apart from such as come several times."""
    parts: dict[tuple[str, int, bool], list[Identity]] = defaultdict(list)
    for one in identities:
        parts[one.campaign, one.edition, bool(one.occurrence)].append(one)
    for part in parts.values():
        yield from (part[place : place + _AT_ONCE] for place in range(0, len(part), _AT_ONCE))


_CHANGEABLE = (*CLAIMABLE, State.FAILED)
"""What the plan may still give a new text and time, or take out."""

_AT_ONCE = 5000
"""So many identities are looked up at once: a statement takes 32,766 values and no more."""


def _as_stored(session: Session, *conditions: ColumnElement[bool]) -> list[StoredDelivery]:
    """Those of which ``conditions`` hold, in the order in which they were stored."""
    # Sorted here: asked for an order, SQLite would take the index that has it, and not the best.
    rows = session.execute(select(Delivery.id, *_IDENTITY, *_FACTS).where(*conditions)).all()
    found = []
    for _id, *row in sorted(rows, key=itemgetter(0)):
        facts = dict(zip(_FACT_NAMES, row[len(_IDENTITY) :], strict=True))
        facts["state"] = State(facts["state"])
        found.append(StoredDelivery(Identity(*row[: len(_IDENTITY)]), **facts))
    return found


_IDENTITY = [getattr(Delivery, field.name) for field in fields(Identity)]
_FACT_NAMES = [field.name for field in fields(StoredDelivery) if field.name != "identity"]
_FACTS = [getattr(Delivery, name) for name in _FACT_NAMES]


def add(session: Session, planned: PlannedDelivery, now: datetime) -> Delivery:
    """Store a new delivery."""
    identity = planned.identity
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
    short_links.register(session, deliveries.number_of(row), planned.links, now)
    _note(session, "planned", planned, row.fingerprint, now)
    return row


def change(session: Session, planned: PlannedDelivery, now: datetime) -> bool:
    """Give a delivery that may still change its new text and time; false where it was too late."""
    row = deliveries.of_identity(session, planned.identity)
    if row is None:
        return False
    facts = _facts(session, planned, now)
    if row.state == State.RETRYING and row.next_at > planned.slot.due_at:
        facts["next_at"] = row.next_at
    done = session.execute(
        update(Delivery)
        .where(
            col(Delivery.id) == row.id,
            col(Delivery.state).in_(deliveries.names(_CHANGEABLE)),
            # It may be out with its old text, and is only repeated to learn whether it is.
            not_(attempts.in_doubt()),
        )
        .values(**facts)
    ).rowcount  # type: ignore[attr-defined]
    if done:
        short_links.register(session, deliveries.number_of(row), planned.links, now)
        _note(session, "changed", planned, facts["fingerprint"], now)
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
        session, deliveries.number_of(row), REPLAN, now, cancelled_by=None, note="", **facts
    ):
        short_links.register(session, deliveries.number_of(row), planned.links, now)
        _note(session, "restored", planned, facts["fingerprint"], now)


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


def _note(
    session: Session, action: str, planned: PlannedDelivery, fingerprint: str, now: datetime
) -> None:
    """In the audit trail, with the text that it has from now on: so its versions can be told."""
    due = planned.slot.due_at.isoformat()
    key = planned.identity.key
    audit.record(session, now, "publisher", action, key, due=due, fingerprint=fingerprint)


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
