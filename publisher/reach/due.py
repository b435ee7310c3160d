"""What is due to be read now.

Posts by channel, and accounts. Used by ``collect``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from channels.base import Receipt
from publisher.reach.ages import CATCH_UP, due_at, is_accounts_turn, newest_age
from publisher.settings.readings import Readings
from publisher.store.models import AccountReading, Delivery, ReadingRow


@dataclass(frozen=True, slots=True)
class Due:
    """A post that is to be read at ``age`` since the moment ``at``; ``number`` is its delivery's
    row id, ``is_gone`` whether its platform said that it isn't there."""

    number: int
    receipt: Receipt
    age: timedelta
    at: datetime
    is_gone: bool


def posts(session: Session, wanted: Readings, now: datetime) -> dict[str, list[Due]]:
    """By channel, the posts whose present age has no reading yet, those that wait longest first."""
    taken = (
        select(func.max(ReadingRow.due_age_s))
        .where(ReadingRow.delivery_id == Delivery.id)
        .correlate(Delivery)
        .scalar_subquery()
    )
    columns: list[Any] = [getattr(Delivery, name) for name in _COLUMNS]
    sent = session.execute(
        select(*columns, taken).where(  # type: ignore[call-overload]
            # Only what was sent has a ``sent_at``, and by its index nothing older is looked at.
            col(Delivery.sent_at) > now - wanted.ages[-1] - CATCH_UP,
            # What a person settled as sent has no id to ask about; reports aren't posts.
            col(Delivery.remote_id) != "",
            col(Delivery.holdable).is_(True),
        )
    ).all()
    due: dict[str, list[Due]] = defaultdict(list)
    for number, channel, remote_id, url, sent_at, gone_at, newest_taken_s in sent:
        age = newest_age(wanted.ages, number, sent_at, now)
        if age is not None and (newest_taken_s or 0) < age.total_seconds():
            receipt = Receipt(remote_id, url or "", sent_at)
            at = due_at(wanted.ages, age, number, sent_at)
            due[channel].append(Due(number, receipt, age, at, gone_at is not None))
    for waiting in due.values():
        waiting.sort(key=lambda one: (one.at, one.number))
    return due


_COLUMNS = ("id", "channel", "remote_id", "url", "sent_at", "gone_at")


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
