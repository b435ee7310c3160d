"""What there is to say of a week besides its figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.reach.week import CREDENTIALS, Stop, Trouble, Upcoming
from publisher.store import approvals, channel_states, deliveries, holds
from publisher.store.models import Delivery, Hold

WEEK = timedelta(days=7)


def troubles(
    session: Session, start: datetime, now: datetime, zone: ZoneInfo
) -> tuple[Trouble, ...]:
    """What fell due since ``start`` and went wrong; doubts of any age, until they are settled."""
    wrong = [State.FAILED.value, State.MISSED.value]
    rows = session.exec(
        select(Delivery)
        .where(
            or_(
                col(Delivery.state) == State.UNCONFIRMED.value,
                and_(
                    col(Delivery.state).in_(wrong),
                    col(Delivery.due_at) >= start,
                    col(Delivery.due_at) <= now,
                ),
            )
        )
        .order_by(col(Delivery.due_at), col(Delivery.id))
    ).all()
    return tuple(
        Trouble(
            deliveries.identity_of(row).key,
            row.first_line,
            row.channel,
            row.due_at.astimezone(zone),
            State(row.state),
            row.note,
        )
        for row in rows
    )


def stops(session: Session, in_force: Sequence[Hold], zone: ZoneInfo) -> tuple[Stop, ...]:
    """The holds ``in_force``, then the channels that are stopped for their log-in."""
    held = [
        Stop(
            hold.scope,
            hold.target,
            hold.reason,
            hold.placed_at.astimezone(zone),
            hold.until.astimezone(zone) if hold.until else None,
        )
        for hold in in_force
    ]
    stopped = [
        Stop(CREDENTIALS, state.channel, state.stopped, state.updated_at.astimezone(zone))
        for state in channel_states.all_of_them(session)
        if state.stopped
    ]
    return (*held, *stopped)


def upcoming(
    session: Session, in_force: Sequence[Hold], now: datetime, zone: ZoneInfo
) -> tuple[Upcoming, ...]:
    """The posts that fall due in the seven days from ``now``, each with all of its channels."""
    rows = session.exec(
        select(Delivery)
        .where(
            col(Delivery.state).in_([state.value for state in CLAIMABLE]),
            col(Delivery.due_at) >= now,
            col(Delivery.due_at) < now + WEEK,
            col(Delivery.holdable).is_(True),
        )
        .order_by(col(Delivery.due_at), col(Delivery.id))
    ).all()
    together: dict[tuple[str, int, str, str], list[Delivery]] = defaultdict(list)
    for row in rows:
        together[deliveries.post_of(row)].append(row)
    return tuple(
        Upcoming(
            group[0].first_line,
            group[0].campaign,
            group[0].due_at.astimezone(zone),
            tuple(row.channel for row in group),
            waits=any(len(approvals.given(session, row)) < row.approvals for row in group),
            held=any(_covers(hold, row) for hold in in_force for row in group),
        )
        for group in together.values()
    )


def _covers(hold: Hold, row: Delivery) -> bool:
    lasts = hold.until is None or hold.until > row.due_at
    return lasts and holds.covers(hold, row.campaign, row.channel)
