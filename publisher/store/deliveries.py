"""Deliveries in the store: every move of the life cycle, and what is known of each.

Each move is one conditional UPDATE, so two workers, processes or nodes can't both win. The only
way to change a state is ``move`` with a ``Move`` of ``delivery.lifecycle``. Claims stand in
``claims``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, update
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CANCEL, CLAIMABLE, DOUBT, MISS, SUSPECT, Move, State
from publisher.planning.diff import OUTSIDE
from publisher.planning.model import Identity
from publisher.store.models import Attempt, ChannelState, Delivery


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
    """Make one legal move; false where the delivery was no longer in a state it starts from.

    What may be out is never called missed or cancelled: not while a doubt stands.
    """
    statement = (
        update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.state).in_(names(step.before)))
        .values(state=step.after.value, updated_at=now, **changes)
    )
    if step in (MISS, CANCEL):
        statement = statement.where(not_(in_doubt()))
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def extend_leases(session: Session, ids: Collection[int], owner: str, until: datetime) -> None:
    """Let ``owner`` have those of ``ids`` that it is still sending until then."""
    session.execute(
        update(Delivery)
        .where(
            col(Delivery.id).in_(ids),
            col(Delivery.state) == State.SENDING.value,
            col(Delivery.owner) == owner,
        )
        .values(lease_until=until)
    )


def is_open(session: Session, attempt_id: int) -> bool:
    """Whether nobody has taken that attempt for interrupted."""
    attempt = session.get(Attempt, attempt_id)
    return attempt is not None and attempt.ended_at is None


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
    due = session.exec(
        select(func.min(Delivery.next_at)).where(claimable, col(Delivery.next_at) > after)
    ).one()
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
    return min(filter(None, (due, pause)), default=None)


def is_anothers(session: Session, delivery: Delivery, remote_id: str) -> bool:
    """Whether that post on the platform is known as another delivery of the channel."""
    other = select(Delivery.id).where(
        col(Delivery.channel) == delivery.channel,
        col(Delivery.remote_id) == remote_id,
        col(Delivery.id) != delivery.id,
    )
    return bool(remote_id) and session.exec(other.limit(1)).first() is not None


def waiting(session: Session, channel: str, now: datetime) -> int:
    """How many deliveries of ``channel`` wait that should be out: tried, in doubt or due."""
    begun = col(Delivery.state).in_(names((State.RETRYING, State.UNCONFIRMED)))
    due = and_(col(Delivery.state) == State.PLANNED.value, col(Delivery.next_at) <= now)
    return session.exec(
        select(func.count())
        .select_from(Delivery)
        .where(col(Delivery.channel) == channel, or_(begun, due))
    ).one()


def expired(session: Session, now: datetime) -> Sequence[Delivery]:
    """Deliveries whose grace is over and that never went out."""
    return session.exec(
        select(Delivery)
        .where(col(Delivery.state).in_(names(CLAIMABLE)), col(Delivery.expires_at) <= now)
        .order_by(col(Delivery.due_at), col(Delivery.id))
    ).all()


def in_state(
    session: Session,
    *states: State,
    after: datetime | None = None,
    before: datetime | None = None,
) -> Sequence[Delivery]:
    """All deliveries in any of ``states``, by due time; only those due after and before that."""
    query = select(Delivery).order_by(col(Delivery.due_at), col(Delivery.id))
    wanted = col(Delivery.state).in_(names(states))
    if after is not None:
        # Told which states it is not, SQLite goes by the time; the states' own index would lead it
        # through all that was ever sent.
        wanted = col(Delivery.state).not_in(names(set(State) - set(states)))
        query = query.where(col(Delivery.due_at) > after)
    if before is not None:
        query = query.where(col(Delivery.due_at) < before)
    return session.exec(query.where(wanted)).all()


def campaigns(session: Session) -> Sequence[str]:
    """The campaigns of which anything is stored, reports left out."""
    return session.exec(
        select(Delivery.campaign).where(col(Delivery.holdable).is_(True)).distinct()
    ).all()


def matching(
    session: Session,
    *,
    campaign: str = "",
    post: str = "",
    channel: str = "",
    posts: Collection[str] = (),
) -> Sequence[Delivery]:
    """Deliveries by any part of their identity, by due time; ``posts``: of any of these."""
    query = select(Delivery).order_by(col(Delivery.due_at), col(Delivery.id))
    for column, wanted in (
        (Delivery.campaign, campaign),
        (Delivery.post, post),
        (Delivery.channel, channel),
    ):
        if wanted:
            query = query.where(col(column) == wanted)
    if posts:
        query = query.where(col(Delivery.post).in_(posts))
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


def waiting_outside(session: Session, planned: Identity, fingerprint: str) -> Delivery | None:
    """What waits to be sent outside the plan with this very text, where ``planned`` would go."""
    return session.exec(
        select(Delivery)
        .where(
            Delivery.campaign == planned.campaign,
            Delivery.post == planned.post,
            Delivery.channel == planned.channel,
            Delivery.fingerprint == fingerprint,
            col(Delivery.occurrence).startswith(OUTSIDE),
            col(Delivery.state).in_(names(CLAIMABLE)),
        )
        .order_by(col(Delivery.id).desc())
        .limit(1)
    ).one_or_none()


def sent_lately(
    session: Session, channel: str, fingerprint: str, since: datetime
) -> datetime | None:
    """When this very text last went, or may have gone, to ``channel`` after ``since``."""
    return session.exec(
        select(func.max(Delivery.updated_at)).where(
            Delivery.channel == channel,
            Delivery.fingerprint == fingerprint,
            col(Delivery.state).in_(names({State.SENT, State.SENDING, State.UNCONFIRMED})),
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


def in_doubt() -> ColumnElement[bool]:
    """The condition that some attempt may have been taken and nothing has disproved it yet."""
    return exists().where(
        col(Attempt.delivery_id) == col(Delivery.id), col(Attempt.outcome) == DOUBT.name
    )


def first_doubt_at(session: Session, delivery_id: int) -> datetime | None:
    """When the first attempt began that may have been taken; ``None``: none may have been."""
    return session.exec(
        select(func.min(Attempt.started_at)).where(
            col(Attempt.delivery_id) == delivery_id, col(Attempt.outcome) == DOUBT.name
        )
    ).one()


def is_doubted(session: Session, delivery_id: int) -> bool:
    """Whether a doubt about it stands."""
    return first_doubt_at(session, delivery_id) is not None


def suspect(
    session: Session, delivery: Delivery, now: datetime, why: str, since: datetime | None = None
) -> bool:
    """Doubt a delivery that some attempt unknown to this store may have taken, since it fell due
    or since ``since``.

    That attempt is written down as well, so that the doubt outlives the settling's first tries.
    """
    number = number_of(delivery)
    if not move(session, number, SUSPECT, now, next_at=now, note=why):
        return False
    session.add(
        Attempt(
            delivery_id=number,
            number=delivery.attempts,
            fingerprint=delivery.fingerprint,
            owner="unknown",
            started_at=since or delivery.due_at,
            ended_at=now,
            outcome=DOUBT.name,
            detail=why,
        )
    )
    return True


def disprove_doubts(session: Session, delivery_id: int) -> None:
    """The platform showed that the doubted attempts were never taken."""
    session.execute(
        update(Attempt)
        .where(col(Attempt.delivery_id) == delivery_id, col(Attempt.outcome) == DOUBT.name)
        .values(outcome="absent")
    )


def names(states: Collection[State]) -> list[str]:
    """The states as they stand in the table."""
    return [state.value for state in states]
