"""What is due to be read now.

Posts by channel, and accounts. Used by ``collect``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import String, case, cast, func
from sqlmodel import Session, col, select

from channels.base import Receipt
from publisher.reach.ages import CATCH_UP, due_at, is_accounts_turn, newest_age
from publisher.reach.figures import GIVEN
from publisher.settings.readings import Readings
from publisher.store.models import Delivery
from publisher.store.reach_tables import AccountReading, ReadingRow


@dataclass(frozen=True, slots=True)
class Before:
    """The readings of a post so far: how many there are, the greatest of each figure (``GIVEN``),
    and whether any of them is in doubt. Where none is, figures never fell, and the greatest are
    also the latest."""

    count: int = 0
    greatest: tuple[int | None, ...] = (None,) * len(GIVEN)
    is_doubted: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A post that is to be read at ``age`` since the moment ``at``; ``number`` is its delivery's
    row id, ``is_gone`` whether its platform said that it isn't there; ``before`` is what was read
    of it so far."""

    number: int
    receipt: Receipt
    age: timedelta
    at: datetime
    is_gone: bool
    before: Before = field(default_factory=Before)


def posts(session: Session, wanted: Readings, now: datetime) -> dict[str, list[Due]]:
    """By channel, the posts whose present age has no reading yet, those that wait longest first."""
    due: dict[str, list[Due]] = defaultdict(list)
    for row in session.connection().execute(_unread(wanted, now)):
        number, channel, remote_id, url, sent_at, gone_at, newest_taken_s, *before = row
        age = newest_age(wanted.ages, number, sent_at, now)
        # Stored in whole seconds, and so compared.
        if age is not None and (newest_taken_s or 0) < int(age.total_seconds()):
            receipt = Receipt(remote_id, url or "", sent_at)
            at = due_at(wanted.ages, age, number, sent_at)
            count, is_doubted, *greatest = before
            told = Before(count, tuple(greatest), bool(is_doubted))
            due[channel].append(Due(number, receipt, age, at, gone_at is not None, told))
    for waiting in due.values():
        waiting.sort(key=lambda one: (one.at, one.number))
    return due


_DELIVERY, _READING = Delivery.__table__.c, ReadingRow.__table__.c  # type: ignore[attr-defined]


def _unread(wanted: Readings, now: datetime) -> sqlalchemy.Select[Any]:
    """The posts that have reached an age without a reading, each with what was read of it before;
    its own wait (``ages``) may still keep it."""
    ages = reversed(wanted.ages)
    reached = case(
        *((_DELIVERY.sent_at <= now - age, int(age.total_seconds())) for age in ages), else_=0
    )
    newest_taken = (
        sqlalchemy.select(func.max(_READING.due_age_s))
        .where(_READING.delivery_id == _DELIVERY.id)
        .correlate(Delivery)
        .scalar_subquery()
    )
    return (
        sqlalchemy.select(*_FACTS, *_BEFORE)
        .select_from(Delivery)
        .outerjoin(ReadingRow, _READING.delivery_id == _DELIVERY.id)
        .where(
            # Only what was sent has a ``sent_at``, and by its index nothing older is looked at.
            _DELIVERY.sent_at > now - wanted.ages[-1] - CATCH_UP,
            # What a person settled as sent has no id to ask about; reports aren't posts.
            _DELIVERY.remote_id != "",
            _DELIVERY.holdable.is_(True),
            func.coalesce(newest_taken, 0) < reached,
        )
        # In the order of that index: SQLite would go through every delivery there ever was
        # rather than sort a few.
        .group_by(_DELIVERY.sent_at, _DELIVERY.id)
    )


_FACTS = tuple(
    _DELIVERY[name] for name in ("id", "channel", "remote_id", "url", "sent_at", "gone_at")
)
_BEFORE = (
    func.max(_READING.due_age_s),
    func.count(_READING.id),
    func.max(case((cast(_READING.doubts, String) != "[]", 1), else_=0)),
    *(func.max(_READING[name]) for name in GIVEN),
)


def accounts(
    session: Session, wanted: Readings, channels: Iterable[str], now: datetime
) -> Sequence[str]:
    """Those of ``channels`` whose account is to be read."""
    newest = select(AccountReading.channel, func.max(AccountReading.at)).group_by(
        col(AccountReading.channel)
    )
    last = dict(session.exec(newest).all())
    return [
        name for name in channels if is_accounts_turn(name, wanted.accounts, last.get(name), now)
    ]
