"""Deliveries in the store: every move of the life cycle, and the claim.

Each move is one conditional UPDATE, so two workers, processes or nodes can't both win. The only
way to change a state is ``move`` with a ``Move`` of ``delivery.lifecycle``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CLAIM, CLAIMABLE, Move, State
from publisher.planning.model import Identity
from publisher.store import holds
from publisher.store.models import Approval, Attempt, ChannelState, Delivery, Hold


def identity_of(delivery: Delivery) -> Identity:
    return Identity(
        delivery.campaign, delivery.edition, delivery.post, delivery.channel, delivery.occurrence
    )


def number_of(delivery: Delivery) -> int:
    """The row's id, which a stored delivery always has."""
    if delivery.id is None:
        raise ValueError("the delivery was never stored")
    return delivery.id


def move(session: Session, delivery_id: int, step: Move, now: datetime, **changes: Any) -> bool:
    """Make one legal move; false where the delivery was no longer in a state it starts from."""
    statement = (
        update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.state).in_(_names(step.before)))
        .values(state=step.after.value, updated_at=now, **changes)
    )
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


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
    candidate = select(Delivery).where(*_may_go(channel, now, barred))
    row = session.exec(
        candidate.order_by(col(Delivery.due_at), col(Delivery.id)).limit(1)
    ).one_or_none()
    if row is None:
        return None
    delivery_id = number_of(row)
    taken = move(
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


def _may_go(
    channel: str, now: datetime, barred: Collection[str] | None
) -> list[ColumnElement[bool]]:
    sending = aliased(Delivery)
    conditions: list[ColumnElement[bool]] = [
        col(Delivery.channel) == channel,
        col(Delivery.state).in_(_names(CLAIMABLE)),
        col(Delivery.next_at) <= now,
        col(Delivery.expires_at) > now,
        not_(
            exists().where(
                col(sending.channel) == channel, col(sending.state) == State.SENDING.value
            )
        ),
        not_(exists().where(col(ChannelState.channel) == channel, _closed(now))),
        or_(col(Delivery.holdable).is_(False), not_(_held(now))),
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


def due_channels(session: Session, now: datetime) -> Sequence[str]:
    """Channels with something whose time has come, whether or not it may go."""
    return session.exec(
        select(Delivery.channel)
        .where(
            col(Delivery.state).in_(_names(CLAIMABLE)),
            col(Delivery.next_at) <= now,
            col(Delivery.expires_at) > now,
        )
        .distinct()
    ).all()


def waits(session: Session, channel: str, now: datetime) -> bool:
    """Whether something on ``channel`` is due and the channel is neither stopped nor paused."""
    closed = exists().where(col(ChannelState.channel) == channel, _closed(now))
    due = (
        select(Delivery.id)
        .where(
            col(Delivery.channel) == channel,
            col(Delivery.state).in_(_names(CLAIMABLE)),
            col(Delivery.next_at) <= now,
            col(Delivery.expires_at) > now,
            not_(closed),
        )
        .limit(1)
    )
    return session.exec(due).first() is not None


def next_moment(session: Session, after: datetime) -> datetime | None:
    """When the next delivery's time comes; ``None`` where nothing is planned."""
    return session.exec(
        select(func.min(Delivery.next_at)).where(
            col(Delivery.state).in_(_names(CLAIMABLE)), col(Delivery.next_at) > after
        )
    ).one()


def expired(session: Session, now: datetime) -> Sequence[Delivery]:
    """Deliveries whose grace is over and that never went out."""
    return session.exec(
        select(Delivery)
        .where(col(Delivery.state).in_(_names(CLAIMABLE)), col(Delivery.expires_at) <= now)
        .order_by(col(Delivery.due_at), col(Delivery.id))
    ).all()


def in_state(session: Session, *states: State) -> Sequence[Delivery]:
    """All deliveries in any of ``states``, by due time."""
    return session.exec(
        select(Delivery)
        .where(col(Delivery.state).in_(_names(states)))
        .order_by(col(Delivery.due_at), col(Delivery.id))
    ).all()


def matching(
    session: Session, *, campaign: str = "", post: str = "", channel: str = ""
) -> Sequence[Delivery]:
    """Deliveries by any part of their identity, by due time."""
    query = select(Delivery).order_by(col(Delivery.due_at), col(Delivery.id))
    for column, wanted in (
        (Delivery.campaign, campaign),
        (Delivery.post, post),
        (Delivery.channel, channel),
    ):
        if wanted:
            query = query.where(col(column) == wanted)
    return session.exec(query).all()


def of_identity(session: Session, identity: Identity) -> Delivery | None:
    return session.exec(
        select(Delivery).where(
            Delivery.campaign == identity.campaign,
            Delivery.edition == identity.edition,
            Delivery.post == identity.post,
            Delivery.channel == identity.channel,
            Delivery.occurrence == identity.occurrence,
        )
    ).one_or_none()


def by_number(session: Session, delivery_id: int) -> Delivery:
    """The delivery of that row id; raises ``KeyError``."""
    row = session.get(Delivery, delivery_id)
    if row is None:
        raise KeyError(delivery_id)
    return row


def sent_lately(
    session: Session, channel: str, fingerprint: str, since: datetime
) -> datetime | None:
    """When this very text last went, or may have gone, to ``channel`` after ``since``."""
    return session.exec(
        select(func.max(Delivery.updated_at)).where(
            Delivery.channel == channel,
            Delivery.fingerprint == fingerprint,
            col(Delivery.state).in_(_names({State.SENT, State.SENDING, State.UNCONFIRMED})),
            col(Delivery.updated_at) > since,
        )
    ).one()


def first_attempt_at(session: Session, delivery_id: int) -> datetime | None:
    return session.exec(
        select(func.min(Attempt.started_at)).where(col(Attempt.delivery_id) == delivery_id)
    ).one()


def last_attempt_at(session: Session, delivery_id: int) -> datetime | None:
    return session.exec(
        select(func.max(Attempt.started_at)).where(col(Attempt.delivery_id) == delivery_id)
    ).one()


def end_attempt(
    session: Session, attempt_id: int, now: datetime, outcome: str, detail: str = ""
) -> None:
    """Close an attempt that is still open."""
    session.execute(
        update(Attempt)
        .where(col(Attempt.id) == attempt_id, col(Attempt.ended_at).is_(None))
        .values(ended_at=now, outcome=outcome, detail=detail)
    )


def end_open_attempts(session: Session, delivery_id: int, now: datetime, outcome: str) -> None:
    """Close the attempts that a process left open when it died."""
    session.execute(
        update(Attempt)
        .where(col(Attempt.delivery_id) == delivery_id, col(Attempt.ended_at).is_(None))
        .values(ended_at=now, outcome=outcome)
    )


def is_doubted(session: Session, delivery_id: int) -> bool:
    """Whether some attempt may have been taken and nothing has disproved it yet."""
    return (
        session.exec(
            select(Attempt.id)
            .where(col(Attempt.delivery_id) == delivery_id, col(Attempt.outcome) == "doubt")
            .limit(1)
        ).first()
        is not None
    )


def disprove_doubts(session: Session, delivery_id: int) -> None:
    """The platform showed that the doubted attempts were never taken."""
    session.execute(
        update(Attempt)
        .where(col(Attempt.delivery_id) == delivery_id, col(Attempt.outcome) == "doubt")
        .values(outcome="absent")
    )


def _names(states: Collection[State]) -> list[str]:
    return [state.value for state in states]
