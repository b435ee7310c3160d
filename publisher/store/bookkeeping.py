"""What is noted of deliveries for reports alone, in the store.

Audiences and covered topics. Written by a plain UPDATE of those two columns, whatever the
delivery's state: it meets no claim, no approval and no fingerprint, and whoever is sending the
delivery neither sees nor loses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, not_, or_, update
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import OUT, State
from publisher.planning.bookkeeping import Retagging, TaggedDelivery, Tags
from publisher.planning.diff import OUTSIDE
from publisher.planning.model import Identity
from publisher.store import audit, deliveries
from publisher.store.lines import CHANGEABLE
from publisher.store.models import Delivery

_AT_ONCE = 5000


def tagged(
    session: Session,
    editions: Mapping[str, frozenset[int]],
    start: datetime,
    end: datetime,
    ids: Sequence[int],
) -> list[TaggedDelivery]:
    """The deliveries of these editions, by campaign: those of ``ids``, and what is over and due
    outside [start, end]; of recurrences and feeds, which bring many, only those due since
    ``start``."""
    if not editions:
        return []
    over = not_(col(Delivery.state).in_(deliveries.names(CHANGEABLE)))
    found = _tagged(session, editions, start, over, not_(col(Delivery.due_at).between(start, end)))
    for place in range(0, len(ids), _AT_ONCE):
        of_these = col(Delivery.id).in_(ids[place : place + _AT_ONCE])
        found += _tagged(session, editions, start, of_these)
    return found


def _tagged(
    session: Session,
    editions: Mapping[str, frozenset[int]],
    start: datetime,
    *conditions: ColumnElement[bool],
) -> list[TaggedDelivery]:
    rows = session.exec(
        select(  # type: ignore[call-overload]
            Delivery.id,
            Delivery.campaign,
            Delivery.edition,
            Delivery.post,
            Delivery.channel,
            Delivery.occurrence,
            Delivery.state,
            Delivery.fingerprint,
            Delivery.audiences,
            Delivery.covers,
        )
        .where(
            or_(
                *(
                    and_(col(Delivery.campaign) == slug, col(Delivery.edition).in_(years))
                    for slug, years in editions.items()
                )
            ),
            or_(
                col(Delivery.occurrence) == "",
                col(Delivery.occurrence).startswith(OUTSIDE),
                col(Delivery.due_at) >= start,
            ),
            *conditions,
        )
        .order_by(col(Delivery.id))
    ).all()
    return [
        TaggedDelivery(
            number,
            Identity(*identity),
            State(state) in OUT,
            fingerprint,
            Tags(tuple(audiences), tuple(covers)),
        )
        for number, *identity, state, fingerprint, audiences, covers in rows
    ]


def retag(session: Session, changes: Sequence[Retagging], now: datetime) -> None:
    """Note of each delivery what its file now says."""
    for change in changes:
        before, after = change.stored.tags, change.tags
        session.execute(
            update(Delivery)
            .where(col(Delivery.id) == change.stored.id)
            .values(audiences=list(after.audiences), covers=list(after.covers))
        )
        what = {
            "audiences": _told(before.audiences, after.audiences),
            "covers": _told(before.covers, after.covers),
        }
        audit.record(session, now, "publisher", "tagged", change.stored.identity.key, **what)


def _told(before: Iterable[str], after: Iterable[str]) -> str:
    """What it is now, where that is something else."""
    return "" if before == after else ", ".join(after) or "–"
