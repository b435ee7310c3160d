"""The claim: which delivery of a channel may go now, given to one worker alone.

Which may is said by ``conditions``; the courier calls ``claim`` and commits before a byte leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Integer,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal_column,
    not_,
)
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CLAIM, State
from publisher.planning.model import Identity
from publisher.store import conditions, deliveries, doubts
from publisher.store.direct import Prepared
from publisher.store.models import Attempt, ChannelState, Delivery, Version


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker alone may send now, with the attempt already written down.

    ``attempts`` counts that one too. ``doubted_at`` is when the first attempt began that may have
    been taken, ``None`` where none may have been; ``content`` is the message as it is stored,
    ``None`` where it isn't there.
    """

    number: int
    identity: Identity
    fingerprint: str
    due_at: datetime
    expires_at: datetime
    attempts: int
    attempt_id: int
    doubted_at: datetime | None
    content: Any


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
    first = _first(conditions.fixed(barred)).rows(session, {"on": channel, "now": now})
    if not first:
        return None
    [(number, *identity, fingerprint, due_at, expires_at, attempts)] = first
    taken = deliveries.move(
        session,
        number,
        CLAIM,
        now,
        attempts=attempts + 1,
        owner=owner,
        lease_until=now + lease,
        note="",
    )
    if not taken:
        return None
    attempt = {
        "delivery_id": number,
        "number": attempts + 1,
        "fingerprint": fingerprint,
        "owner": owner,
        "started_at": now,
        "detail": "",
    }
    attempt_id = _ATTEMPT.added(session, attempt)
    [(content, doubted_at)] = _FOR_SENDING.rows(session, {"delivery": number})
    return Claimed(
        number,
        Identity(*identity),
        fingerprint,
        due_at,
        expires_at,
        attempts + 1,
        attempt_id,
        doubted_at,
        content,
    )


def stands(session: Session, claimed: Claimed, now: datetime) -> bool:
    """Whether what was claimed may go still: its process may have stood still since, and others
    have taken the attempt for interrupted; a hold may have been placed, its grace be over."""
    asked = {"delivery": claimed.number, "attempt": claimed.attempt_id, "now": now}
    return bool(_STANDS.rows(session, asked))


def claimed_by(session: Session, channel: str, owner: str) -> Sequence[int]:
    """What ``owner`` has claimed on ``channel``, a claim among it that is just being committed."""
    _alone(session, channel)
    claimed = select(Delivery.id).where(
        Delivery.channel == channel,
        Delivery.state == State.SENDING.value,
        Delivery.owner == owner,
    )
    return [number for number in session.exec(claimed) if number is not None]


def waits(session: Session, channel: str, now: datetime) -> bool:
    """Whether something on ``channel`` is due and the channel is neither stopped nor paused."""
    return bool(_WAITS.rows(session, {"on": channel, "now": now}))


def is_wanted(
    session: Session, channel: str, now: datetime, barred: Collection[str] | None = ()
) -> bool:
    """Whether ``channel`` is to be left alone by all but its sends: it is stopped or paused, or
    something is going out on it, or may go now (``barred`` as for ``claim``)."""
    asked = {"on": channel, "now": now}
    may_go = _any(conditions.fixed(barred))
    return any(each.rows(session, asked) for each in (_WANTED_CLOSED, _WANTED_GOING, may_go))


def ready(session: Session, now: datetime) -> dict[str, int]:
    """The channels with something that may go now as far as no blackout keeps it in, each with the
    first such delivery's id; on some of them another may be going out just now."""
    return dict(_READY.rows(session, {"now": now}))


def may_go(
    session: Session, channel: str, now: datetime, barred: Collection[str] | None = ()
) -> bool:
    """Whether ``claim`` would find something on ``channel`` now."""
    return bool(_any(conditions.fixed(barred)).rows(session, {"on": channel, "now": now}))


def _alone(session: Session, channel: str) -> None:
    """One claim at a time on a channel: SQLite has one writer anyway, PostgreSQL is asked to.

    Without it two nodes could each take another delivery of the channel, neither seeing the other's
    "sending" yet.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"claim {channel}"))))


# -- statements, each made once ------------------------------------------------------------------


_GIVEN: list[Any] = [
    Delivery.id,
    *deliveries.IDENTITY,
    Delivery.fingerprint,
    Delivery.due_at,
    Delivery.expires_at,
    Delivery.attempts,
]


@lru_cache
def _first(barred: conditions.Barred) -> Prepared:
    """The earliest. On a channel that fails, what was tried least: the post that is itself to
    blame must not take every trial."""
    fails = exists().where(
        col(ChannelState.channel) == conditions.ON, col(ChannelState.failures) > 0
    )
    return Prepared(
        select(*_GIVEN)
        .where(*conditions.may_go(barred))
        .order_by(
            case((fails, col(Delivery.attempts)), else_=0), col(Delivery.due_at), col(Delivery.id)
        )
        .limit(1)
        # On PostgreSQL the plan could change the row between this look and the move.
        .with_for_update(of=Delivery)
    )


@lru_cache
def _any(barred: conditions.Barred) -> Prepared:
    return Prepared(select(Delivery.id).where(*conditions.may_go(barred)).limit(1))


_ATTEMPT = Prepared(
    insert(Attempt), "delivery_id", "number", "fingerprint", "owner", "started_at", "detail"
)

# Apart from ``_first``: there both would be looked up for all that is due, before the order is
# known.
_FOR_SENDING = Prepared(
    select(
        select(Version.content)
        .where(col(Version.fingerprint) == col(Delivery.fingerprint))
        .scalar_subquery(),
        doubts.FIRST,
    ).where(col(Delivery.id) == bindparam("delivery"))
)

_STANDS = Prepared(
    select(Delivery.id).where(
        col(Delivery.id) == bindparam("delivery"),
        exists().where(col(Attempt.id) == bindparam("attempt"), col(Attempt.ended_at).is_(None)),
        col(Delivery.lease_until) > conditions.NOW,
        col(Delivery.expires_at) > conditions.NOW,
        conditions.is_free(),
    )
)

_WAITS = Prepared(
    select(Delivery.id).where(conditions.is_due(), not_(conditions.is_closed())).limit(1)
)

_WANTED_CLOSED = Prepared(select(literal_column("1", Integer)).where(conditions.is_closed()))

_WANTED_GOING = Prepared(
    select(Delivery.id)
    .where(col(Delivery.channel) == conditions.ON, deliveries.is_any_of({State.SENDING}))
    .limit(1)
)

_READY = Prepared(
    select(Delivery.channel, func.min(Delivery.id))
    .where(
        conditions.has_time(),
        col(Delivery.channel).not_in(select(ChannelState.channel).where(conditions.rests())),
        conditions.is_free(),
        conditions.is_approved(),
    )
    .group_by(col(Delivery.channel))
)
