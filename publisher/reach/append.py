"""Appends readings to the store as they were given.

With each stands what speaks against it. Called by ``publisher.reach.collect``, in one transaction
for each batch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy
import structlog
from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from channels.base import AccountFigures, Reading
from publisher.reach import doubts, gone
from publisher.reach.due import Due
from publisher.reach.figures import GIVEN
from publisher.store.many import Many, Row
from publisher.store.reach_tables import AccountReading, ReadingRow

log = structlog.get_logger("reach")

_OF_AN_ACCOUNT = ("followers", "reach")
_ACCOUNTS_COMPARED = 30
"""So many earlier readings of an account are compared with."""


def posts(
    session: Session, batch: Sequence[Due], told: Mapping[str, Reading], now: datetime
) -> int:
    """Store a reading of each post of ``batch``, empty where nothing was ``told``; gives of how
    many something was."""
    fresh = _fresh(session, batch)
    doubted = _earlier(session, [due.number for due in fresh if due.before.is_doubted])
    rows = []
    for due in fresh:
        reading = told.get(due.receipt.remote_id)
        rows.append(_row(due, reading or Reading(now), doubted.get(due.number), now))
        if reading is not None and reading.exists is due.is_gone:
            gone.mark(session, due.number, there=reading.exists, now=now)
    if rows:
        _KEPT.insert(session, rows)
    return sum(due.receipt.remote_id in told for due in batch)


def account(session: Session, channel: str, told: AccountFigures, now: datetime) -> None:
    """Store how the account of ``channel`` stands; also where nothing is told, so that it isn't
    asked again before its time."""
    last = select(AccountReading).where(AccountReading.channel == channel)
    last = last.order_by(col(AccountReading.at).desc(), col(AccountReading.id).desc())
    rows = reversed(session.exec(last.limit(_ACCOUNTS_COMPARED)).all())
    given = _counts({name: getattr(told, name) for name in _OF_AN_ACCOUNT}, _OF_AN_ACCOUNT)
    earlier = [(_held(row, _OF_AN_ACCOUNT), row.doubts) for row in rows]
    kept = {name: value for name, value in given.items() if doubts.is_storable(value)}
    session.add(
        AccountReading(
            channel=channel,
            at=now,
            reach_days=told.reach_days if "reach" in kept else None,
            doubts=doubts.of_account(given, earlier),
            **kept,
        )
    )


_NO_DOUBTS: list[str] = []
"""One for all: what most readings have is made ready for the store once."""

_READING = ReadingRow.__table__.c  # type: ignore[attr-defined]
_KEPT = Many(
    ReadingRow.__table__,  # type: ignore[attr-defined]
    ("delivery_id", "at", "due_age_s", "found", *GIVEN, "doubts"),
)
_NUMBERS: sqlalchemy.BindParameter[Any] = bindparam("numbers", expanding=True)
_COUNT = sqlalchemy.select(func.count()).where(_READING.delivery_id.in_(_NUMBERS))
_COUNTS = (
    sqlalchemy.select(_READING.delivery_id, func.count())
    .where(_READING.delivery_id.in_(_NUMBERS))
    .group_by(_READING.delivery_id)
)
_EARLIER = (
    sqlalchemy.select(_READING.delivery_id, _READING.doubts, *(_READING[name] for name in GIVEN))
    .where(_READING.delivery_id.in_(_NUMBERS))
    .order_by(_READING.at, _READING.id)
)


def _fresh(session: Session, batch: Sequence[Due]) -> Sequence[Due]:
    """Those of which nothing was stored since it was seen that they are due: a daemon before this
    one may have left behind another who was asking, of a platform that hung."""
    # Their number never falls: where the sum is the same, each is. To group them takes half as
    # long again, and hardly ever is there anything to tell apart.
    numbers = {"numbers": [due.number for due in batch]}
    connection = session.connection()
    if connection.execute(_COUNT, numbers).scalar() == sum(due.before.count for due in batch):
        return batch
    counts: dict[int, int] = dict(connection.execute(_COUNTS, numbers).all())
    return [due for due in batch if counts.get(due.number, 0) == due.before.count]


def _earlier(session: Session, numbers: Sequence[int]) -> dict[int, list[doubts.Earlier]]:
    """The readings of posts so far, by their row id, the oldest first."""
    found: dict[int, list[doubts.Earlier]] = defaultdict(list)
    if numbers:
        rows = session.connection().execute(_EARLIER, {"numbers": numbers})
        for number, doubted, *values in rows:
            found[number].append((_figures(values), doubted or []))
    return found


def _row(
    due: Due, reading: Reading, earlier: Sequence[doubts.Earlier] | None, now: datetime
) -> Row:
    """What is stored of ``reading``; ``earlier`` are those before it, where any is in doubt."""
    given = _counts(reading.metrics, GIVEN)
    against = earlier or [(_figures(due.before.greatest), ())]
    doubted = doubts.of_reading(given, due.age, against)
    if doubted:
        given = {name: value for name, value in given.items() if doubts.is_storable(value)}
    return (
        due.number,
        _aware(reading.at, now),
        int(due.age.total_seconds()),
        reading.exists,
        *map(given.get, GIVEN),
        doubted or _NO_DOUBTS,
    )


def _figures(values: Sequence[int | None]) -> dict[str, int]:
    return {name: value for name, value in zip(GIVEN, values, strict=True) if value is not None}


def _held(row: AccountReading, names: Sequence[str]) -> dict[str, int]:
    return {name: value for name in names if (value := getattr(row, name)) is not None}


def _counts(told: Mapping[Any, Any], names: Sequence[str]) -> dict[str, int]:
    """What of ``told`` is a count; adapters refuse the rest, and this is for those that don't."""
    counts: dict[str, int] = {}
    for name, value in told.items():
        if value is None:
            continue
        if name in names and isinstance(value, int) and not isinstance(value, bool):
            counts[name] = value
        else:
            log.error("an adapter told what is no count", metric=str(name))
    return counts


def _aware(at: datetime, now: datetime) -> datetime:
    return now if at.tzinfo is None else at
