"""The claim: which delivery of a channel may go now, given to one worker alone.

Every condition of docs/guarantee.md stands in ``_may_go``; the courier calls ``claim`` and commits
before a byte leaves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CLAIM, CLAIMABLE, State
from publisher.store import channel_states, deliveries, holds
from publisher.store.models import Approval, Attempt, ChannelState, Delivery, Hold

_OTHER = aliased(Delivery)
"""Another delivery than the one that is looked at; made once, for its columns are many."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker alone may send now, with the attempt already written down."""

    delivery: Delivery
    attempt_id: int


def claim(
    session: Session,
    channel: str,
    now: datetime,
    owner: str,
    lease: timedelta,
    barred: Collection[str] | None = (),
) -> Claimed | None:
    """Claim the earliest delivery of ``channel`` that may go now; commit before sending it.

    ``barred`` names the campaigns that a blackout covers; ``None``: it covers them all, and only
    what can't be held (reports) may go.
    """
    _alone(session, channel)
    row = session.exec(
        select(Delivery)
        .where(*_may_go(channel, now, barred))
        .order_by(*_turns(session, channel))
        .limit(1)
        # On PostgreSQL the plan could change the row between this look and the move.
        .with_for_update(of=Delivery)
    ).one_or_none()
    if row is None:
        return None
    delivery_id = deliveries.number_of(row)
    taken = deliveries.move(
        session,
        delivery_id,
        CLAIM,
        now,
        attempts=Delivery.attempts + 1,
        owner=owner,
        lease_until=now + lease,
        note="",
    )
    if not taken:
        return None
    session.refresh(row)
    attempt = Attempt(
        delivery_id=delivery_id,
        number=row.attempts,
        fingerprint=row.fingerprint,
        owner=owner,
        started_at=now,
    )
    session.add(attempt)
    session.flush()
    if attempt.id is None:
        raise ValueError("the attempt was not stored")
    return Claimed(row, attempt.id)


def stands(session: Session, claimed: Claimed, now: datetime) -> bool:
    """Whether what was claimed may go still: its process may have stood still since, and others
    have taken the attempt for interrupted; a hold may have been placed, its grace be over."""
    good = select(Delivery.id).where(
        col(Delivery.id) == claimed.delivery.id,
        exists().where(col(Attempt.id) == claimed.attempt_id, col(Attempt.ended_at).is_(None)),
        col(Delivery.lease_until) > now,
        col(Delivery.expires_at) > now,
        _free(now),
    )
    return session.exec(good).first() is not None


def waits(session: Session, channel: str, now: datetime) -> bool:
    """Whether something on ``channel`` is due and the channel is neither stopped nor paused."""
    closed = exists().where(col(ChannelState.channel) == channel, _closed(now))
    due = (
        select(Delivery.id)
        .where(
            col(Delivery.channel) == channel,
            col(Delivery.state).in_(deliveries.names(CLAIMABLE)),
            col(Delivery.next_at) <= now,
            col(Delivery.expires_at) > now,
            not_(closed),
        )
        .limit(1)
    )
    return session.exec(due).first() is not None


def is_wanted(
    session: Session, channel: str, now: datetime, barred: Collection[str] | None = ()
) -> bool:
    """Whether ``channel`` is to be left alone by all but its sends: it is stopped or paused, or
    something is going out on it, or may go now (``barred`` as for ``claim``)."""
    closed = select(ChannelState.channel).where(col(ChannelState.channel) == channel, _closed(now))
    going = select(Delivery.id).where(
        col(Delivery.channel) == channel, col(Delivery.state) == State.SENDING.value
    )
    waiting = select(Delivery.id).where(*_may_go(channel, now, barred))
    return any(session.exec(each.limit(1)).first() is not None for each in (closed, going, waiting))


def _alone(session: Session, channel: str) -> None:
    """One claim at a time on a channel: SQLite has one writer anyway, PostgreSQL is asked to.

    Without it two nodes could each take another delivery of the channel, neither seeing the other's
    "sending" yet.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"claim {channel}"))))


def _turns(session: Session, channel: str) -> list[Any]:
    """Who goes first: the earliest. On a channel that fails, what was tried least: the post that
    is itself to blame must not take every trial."""
    state = channel_states.known(session, channel)
    in_time: list[Any] = [col(Delivery.due_at), col(Delivery.id)]
    return [col(Delivery.attempts), *in_time] if state and state.failures else in_time


def _may_go(
    channel: str, now: datetime, barred: Collection[str] | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        col(Delivery.channel) == channel,
        col(Delivery.state).in_(deliveries.names(CLAIMABLE)),
        col(Delivery.next_at) <= now,
        col(Delivery.expires_at) > now,
        not_(
            exists().where(col(_OTHER.channel) == channel, col(_OTHER.state) == State.SENDING.value)
        ),
        not_(exists().where(col(ChannelState.channel) == channel, _closed(now))),
        _free(now),
        _approved(),
    ]
    if barred is None:
        conditions.append(col(Delivery.holdable).is_(False))
    elif barred:
        conditions.append(
            or_(col(Delivery.holdable).is_(False), col(Delivery.campaign).not_in(list(barred)))
        )
    return conditions


def _closed(now: datetime) -> ColumnElement[bool]:
    return or_(col(ChannelState.stopped) != "", col(ChannelState.paused_until) > now)


def _free(now: datetime) -> ColumnElement[bool]:
    """No hold keeps it in."""
    return or_(col(Delivery.holdable).is_(False), not_(_held(now)))


def _held(now: datetime) -> ColumnElement[bool]:
    covers = or_(
        col(Hold.scope) == holds.EVERYTHING,
        and_(col(Hold.scope) == holds.CHANNEL, col(Hold.target) == col(Delivery.channel)),
        and_(col(Hold.scope) == holds.CAMPAIGN, col(Hold.target) == col(Delivery.campaign)),
    )
    return exists().where(holds.is_open(now), covers)


def _approved() -> ColumnElement[bool]:
    given = (
        select(func.count())
        .select_from(Approval)
        .where(
            col(Approval.delivery_id) == col(Delivery.id),
            col(Approval.fingerprint) == col(Delivery.fingerprint),
        )
        .scalar_subquery()
    )
    return or_(col(Delivery.approvals) == 0, given >= col(Delivery.approvals))
