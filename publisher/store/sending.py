"""What the store says is to be sent next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, exists, func, or_
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.store.deliveries import names
from publisher.store.models import ChannelState, Delivery


def due_channels(session: Session, now: datetime) -> Sequence[str]:
    """Channels with something whose time has come, whether or not it may go."""
    return session.exec(
        select(Delivery.channel)
        .where(
            col(Delivery.state).in_(names(CLAIMABLE)),
            col(Delivery.next_at) <= now,
            col(Delivery.expires_at) > now,
        )
        .distinct()
    ).all()


def next_moment(session: Session, after: datetime) -> datetime | None:
    """When the next delivery's time comes, or a channel's pause ends that keeps one waiting.

    ``None`` where there is neither.
    """
    claimable = col(Delivery.state).in_(names(CLAIMABLE))
    # State by state, which the index answers with its first entry; for all of them together every
    # entry would be looked at.
    due = [
        session.exec(
            select(func.min(Delivery.next_at)).where(
                col(Delivery.state) == state, col(Delivery.next_at) > after
            )
        ).one()
        for state in names(CLAIMABLE)
    ]
    waiting = exists().where(
        col(Delivery.channel) == col(ChannelState.channel),
        claimable,
        col(Delivery.next_at) <= after,
        col(Delivery.expires_at) > after,
    )
    pause = session.exec(
        select(func.min(ChannelState.paused_until)).where(
            col(ChannelState.paused_until) > after, waiting
        )
    ).one()
    return min(filter(None, (*due, pause)), default=None)


def waiting(session: Session, channel: str, now: datetime) -> int:
    """How many deliveries of ``channel`` wait that should be out: tried, in doubt or due."""
    begun = col(Delivery.state).in_(names((State.RETRYING, State.UNCONFIRMED)))
    due = and_(col(Delivery.state) == State.PLANNED.value, col(Delivery.next_at) <= now)
    return session.exec(
        select(func.count())
        .select_from(Delivery)
        .where(col(Delivery.channel) == channel, or_(begun, due))
    ).one()


def out_of_time(session: Session, channel: str, until: datetime) -> int:
    """How many deliveries of ``channel`` are past their grace by ``until``, if none goes before."""
    return session.exec(
        select(func.count())
        .select_from(Delivery)
        .where(
            col(Delivery.channel) == channel,
            col(Delivery.state).in_(names(CLAIMABLE)),
            col(Delivery.expires_at) <= until,
        )
    ).one()


def expired(session: Session, now: datetime) -> Sequence[Delivery]:
    """Deliveries whose grace is over and that never went out."""
    # Grace begins with the due time, which a planned one's ``next_at`` is: so those of the year to
    # come needn't be looked at.
    begun = and_(col(Delivery.state) == State.PLANNED.value, col(Delivery.next_at) <= now)
    tried = col(Delivery.state).in_(names(CLAIMABLE - {State.PLANNED}))
    return session.exec(
        select(Delivery)
        .where(or_(begun, tried), col(Delivery.expires_at) <= now)
        .order_by(col(Delivery.due_at), col(Delivery.id))
    ).all()
