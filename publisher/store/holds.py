"""Holds: stops that a person puts on everything, a channel or a campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, not_, or_
from sqlmodel import Session, col, select

from publisher.store import audit
from publisher.store.models import Hold

EVERYTHING = "all"
CHANNEL = "channel"
CAMPAIGN = "campaign"


def is_open(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """The condition that a hold is in force at ``now``.

    It is from the moment it stands in the store, not from ``placed_at`` on: a clock that is set
    back a little just after a hold was placed must not open it.
    """
    return and_(
        col(Hold.released_at).is_(None),
        or_(col(Hold.until).is_(None), col(Hold.until) > now),
    )


def in_force(session: Session, now: datetime) -> Sequence[Hold]:
    """The holds in force at ``now``, oldest first."""
    return session.exec(select(Hold).where(is_open(now)).order_by(col(Hold.id))).all()


def past(session: Session, now: datetime, limit: int = 50) -> Sequence[Hold]:
    """The last holds that are no longer in force, the latest first."""
    return session.exec(
        select(Hold).where(not_(is_open(now))).order_by(col(Hold.id).desc()).limit(limit)
    ).all()


def between(session: Session, start: datetime, end: datetime) -> Sequence[Hold]:
    """The holds that were, or will be, in force at some moment of [start, end), oldest first."""
    lasts = or_(col(Hold.until).is_(None), col(Hold.until) > start)
    is_kept = or_(col(Hold.released_at).is_(None), col(Hold.released_at) > start)
    query = select(Hold).where(col(Hold.placed_at) < end, lasts, is_kept)
    return session.exec(query.order_by(col(Hold.id))).all()


def ended_at(hold: Hold) -> datetime | None:
    """When ``hold`` ended or will end; ``None`` where only its release ends it."""
    return min((at for at in (hold.until, hold.released_at) if at is not None), default=None)


def place(
    session: Session,
    now: datetime,
    actor: str,
    scope: str,
    target: str,
    reason: str,
    until: datetime | None,
) -> Hold:
    """Stop ``target`` (empty for everything) until it is released, or until ``until``."""
    hold = Hold(
        scope=scope, target=target, reason=reason, placed_by=actor, placed_at=now, until=until
    )
    session.add(hold)
    audit.record(
        session,
        now,
        actor,
        "hold",
        f"{scope} {target}".strip(),
        reason=reason,
        until=until.isoformat() if until else None,
    )
    return hold


def release(session: Session, now: datetime, actor: str, scope: str, target: str) -> int:
    """End the holds in force on exactly ``target``; gives how many there were."""
    query = select(Hold).where(is_open(now), Hold.scope == scope, Hold.target == target)
    ended = session.exec(query).all()
    for hold in ended:
        hold.released_by, hold.released_at = actor, now
        session.add(hold)
    if ended:
        audit.record(session, now, actor, "release", f"{scope} {target}".strip(), holds=len(ended))
    return len(ended)


def covering(session: Session, now: datetime, campaign: str, channel: str) -> Hold | None:
    """The oldest hold in force that stops what ``campaign`` sends to ``channel``."""
    return next((one for one in in_force(session, now) if covers(one, campaign, channel)), None)


def covers(hold: Hold, campaign: str, channel: str) -> bool:
    """Whether ``hold`` stops what ``campaign`` sends to ``channel``."""
    return (
        hold.scope == EVERYTHING
        or (hold.scope == CHANNEL and hold.target == channel)
        or (hold.scope == CAMPAIGN and hold.target == campaign)
    )
