"""Deliveries as they stand in the store.

Each move is one conditional UPDATE, so two workers, processes or nodes can't both win. The only
way to change a state is ``move`` with a ``Move`` of ``delivery.lifecycle``. Claims stand in
``claims``, tries in ``attempts``, what they leave open in ``doubts``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal_column, not_, update
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CANCEL, CLAIMABLE, MISS, OUT, Move, State
from publisher.planning.diff import OUTSIDE
from publisher.planning.model import Identity
from publisher.store.attempts import in_doubt
from publisher.store.columns import MOST_WHOLE
from publisher.store.direct import Prepared
from publisher.store.models import Delivery

IDENTITY: Sequence[Any] = [getattr(Delivery, part.name) for part in fields(Identity)]
"""The columns that an ``Identity`` is made of, in its order."""


def identity_of(delivery: Delivery) -> Identity:
    return Identity(
        delivery.campaign, delivery.edition, delivery.post, delivery.channel, delivery.occurrence
    )


def post_of(delivery: Delivery) -> tuple[str, int, str, str]:
    """What a delivery has in common with those of its post to other channels."""
    return delivery.campaign, delivery.edition, delivery.post, delivery.occurrence


def short(delivery: Delivery) -> str:
    """What people call a delivery: its post, and its day where there are several."""
    return f"{delivery.campaign}/{delivery.post}" + (
        f"/{delivery.occurrence}" if delivery.occurrence else ""
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
    values = {"number": delivery_id, "state": step.after.value, "updated_at": now, **changes}
    moved = bool(_moving(step, *changes).changed(session, values))
    row = session.identity_map.get(session.identity_key(Delivery, delivery_id))
    if row is not None:
        session.refresh(row)
    return moved


@cache
def _moving(step: Move, *changed: str) -> Prepared:
    moving = update(Delivery).where(col(Delivery.id) == bindparam("number"), is_any_of(step.before))
    if step in (MISS, CANCEL):
        moving = moving.where(not_(in_doubt()))
    return Prepared(moving, "state", "updated_at", *changed)


def lock(session: Session, delivery_id: int) -> None:
    """Let nobody else change that delivery until the transaction ends; SQLite has one writer."""
    session.execute(select(Delivery.id).where(col(Delivery.id) == delivery_id).with_for_update())


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


def is_anothers(session: Session, delivery: Delivery, remote_id: str) -> bool:
    """Whether that post on the platform is known as another delivery of the channel."""
    other = select(Delivery.id).where(
        col(Delivery.channel) == delivery.channel,
        col(Delivery.remote_id) == remote_id,
        col(Delivery.id) != delivery.id,
    )
    return bool(remote_id) and session.exec(other.limit(1)).first() is not None


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
    query = query.where(*are_of(campaign, post, channel))
    if posts:
        query = query.where(col(Delivery.post).in_(posts))
    return session.exec(query).all()


def are_of(campaign: str, post: str, channel: str) -> list[ColumnElement[bool]]:
    """The conditions that a delivery has these in its identity; what is empty may be anything."""
    parts = ((Delivery.campaign, campaign), (Delivery.post, post), (Delivery.channel, channel))
    return [col(column) == wanted for column, wanted in parts if wanted]


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
    row = session.get(Delivery, delivery_id) if delivery_id <= MOST_WHOLE else None
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
            col(Delivery.state).in_(names(OUT)),
            col(Delivery.updated_at) > since,
        )
    ).one()


def names(states: Collection[State]) -> list[str]:
    """The states as they stand in the table."""
    return [state.value for state in states]


def is_any_of(states: Collection[State], of: Any = Delivery) -> ColumnElement[bool]:
    """The condition that ``of`` is in any of ``states``, written out: there is nothing to fill in
    each time."""
    return col(of.state).in_([literal_column(f"'{name}'") for name in sorted(names(states))])
