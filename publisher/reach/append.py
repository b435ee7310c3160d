"""Appends readings to the store as they were given.

With each stands what speaks against it. Called by ``publisher.reach.collect``, in one transaction
for each batch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import insert
from sqlmodel import Session, col, select

from channels.base import AccountFigures, Reading
from publisher.reach import doubts, gone
from publisher.reach.due import Due
from publisher.reach.figures import GIVEN
from publisher.store.models import AccountReading, ReadingRow

log = structlog.get_logger("reach")

_OF_AN_ACCOUNT = ("followers", "reach")
_ACCOUNTS_COMPARED = 30
"""So many earlier readings of an account are compared with."""


def posts(
    session: Session, batch: Sequence[Due], told: Mapping[str, Reading], now: datetime
) -> int:
    """Store a reading of each post of ``batch``, empty where nothing was ``told``; gives of how
    many something was."""
    earlier = _earlier(session, [due.number for due in batch])
    rows = []
    for due in batch:
        before, age_s = earlier[due.number], int(due.age.total_seconds())
        if any(taken_s >= age_s for taken_s, _figures, _doubts in before):
            # Another was quicker: one that a daemon before this one left behind with a platform
            # that hung.
            continue
        reading = told.get(due.receipt.remote_id)
        rows.append(_row(due, age_s, reading or Reading(now), before, now))
        if reading is not None and reading.exists is due.is_gone:
            gone.mark(session, due.number, there=reading.exists, now=now)
    if rows:
        session.execute(insert(ReadingRow), rows)
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


Before = tuple[int, dict[str, int], list[str]]
"""An earlier reading of a post: at which age in seconds, its figures, the doubts about them."""


def _row(
    due: Due, age_s: int, reading: Reading, before: Sequence[Before], now: datetime
) -> dict[str, Any]:
    given = _counts(reading.metrics, GIVEN)
    earlier = [(figures, doubted) for _age_s, figures, doubted in before]
    return {
        "delivery_id": due.number,
        "at": _aware(reading.at, now),
        "due_age_s": age_s,
        "found": reading.exists,
        "doubts": doubts.of_reading(given, due.age, earlier),
        # Every row names every column, or they couldn't go in together.
        **{
            name: value
            if (value := given.get(name)) is not None and doubts.is_storable(value)
            else None
            for name in GIVEN
        },
    }


def _earlier(session: Session, numbers: Sequence[int]) -> dict[int, list[Before]]:
    """The readings of posts so far, by their row id, the oldest first."""
    columns: list[Any] = [
        ReadingRow.delivery_id,
        ReadingRow.due_age_s,
        ReadingRow.doubts,
        *(getattr(ReadingRow, name) for name in GIVEN),
    ]
    rows = session.execute(
        select(*columns)
        .where(col(ReadingRow.delivery_id).in_(numbers))
        .order_by(col(ReadingRow.at), col(ReadingRow.id))
    ).all()
    found: dict[int, list[Before]] = defaultdict(list)
    for number, age_s, doubted, *values in rows:
        figures = {
            name: value for name, value in zip(GIVEN, values, strict=True) if value is not None
        }
        found[number].append((age_s, figures, doubted or []))
    return found


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
