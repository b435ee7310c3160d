"""What must hold for a delivery to go now: every condition of docs/guarantee.md, as SQL.

Each is made of parameters, so that a statement of it can stand ready: ``NOW`` is the moment, ``ON``
the channel that is asked about. ``claims`` makes its statements of them.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, literal, not_, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.store import deliveries, holds
from publisher.store.columns import UtcDateTime
from publisher.store.models import Approval, ChannelState, Delivery, Hold

NOW = bindparam("now", type_=UtcDateTime())
ON: ColumnElement[str] = bindparam("on")

Barred = frozenset[str] | None
"""The campaigns that a blackout covers, ``None`` for all: from one day to the next the same."""

_OTHER = aliased(Delivery)
"""Another delivery than the one that is looked at; made once, for its columns are many."""


def fixed(barred: Collection[str] | None) -> Barred:
    """``barred`` as a key by which a statement is kept."""
    return None if barred is None else frozenset(barred)


def may_go(barred: Barred) -> list[ColumnElement[bool]]:
    """All that a delivery on ``ON`` must meet; ``barred`` is what a blackout covers."""
    conditions = [is_due(), not_(_other_goes()), not_(is_closed()), is_free(), is_approved()]
    cannot_be_held = col(Delivery.holdable).is_(False)
    if barred is None:
        conditions.append(cannot_be_held)
    elif barred:
        names = [literal(name) for name in sorted(barred)]
        conditions.append(or_(cannot_be_held, col(Delivery.campaign).not_in(names)))
    return conditions


def has_time() -> ColumnElement[bool]:
    """Its time has come, and its grace isn't over."""
    return and_(
        deliveries.is_any_of(CLAIMABLE),
        col(Delivery.next_at) <= NOW,
        col(Delivery.expires_at) > NOW,
    )


def is_due() -> ColumnElement[bool]:
    """It is one of ``ON``'s, and its time has come."""
    return and_(col(Delivery.channel) == ON, has_time())


def rests() -> ColumnElement[bool]:
    """Of a row of ``ChannelState``: the channel is stopped or paused."""
    return or_(col(ChannelState.stopped) != "", col(ChannelState.paused_until) > NOW)


def is_closed() -> ColumnElement[bool]:
    """``ON`` is stopped or paused."""
    return exists().where(col(ChannelState.channel) == ON, rests())


def is_free() -> ColumnElement[bool]:
    """No hold keeps it in."""
    covers = or_(
        col(Hold.scope) == holds.EVERYTHING,
        and_(col(Hold.scope) == holds.CHANNEL, col(Hold.target) == col(Delivery.channel)),
        and_(col(Hold.scope) == holds.CAMPAIGN, col(Hold.target) == col(Delivery.campaign)),
    )
    is_held = exists().where(holds.is_open(NOW), covers)
    return or_(col(Delivery.holdable).is_(False), not_(is_held))


def is_approved() -> ColumnElement[bool]:
    """Its present text has the approvals that it needs."""
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


def _other_goes() -> ColumnElement[bool]:
    return exists().where(col(_OTHER.channel) == ON, deliveries.is_any_of({State.SENDING}, _OTHER))
