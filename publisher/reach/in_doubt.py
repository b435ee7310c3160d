"""Lists the readings in doubt.

Which figure of which delivery or account, before and after, and why. They stand as they were given;
what a doubt's name means, ``publisher.reach.doubts`` says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, cast
from sqlmodel import Session, col, select

from publisher.reach.answers import Question, asked
from publisher.reach.figures import GIVEN
from publisher.reach.ledger import Published
from publisher.store.database import Database
from publisher.store.models import Delivery
from publisher.store.reach_tables import AccountReading, ReadingRow


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A figure that something speaks against, as it was read ``at`` (local).

    ``before`` is what it is held against: for one that fell the highest figure before it that is
    in no doubt, else the latest. Either is ``None`` where there is none. ``delivery`` is ``None``
    for a figure of the channel's account.
    """

    channel: str
    delivery: Published | None
    at: datetime
    metric: str
    before: int | None
    now: int | None
    doubt: str


def in_doubt(
    database: Database, question: Question, zone: ZoneInfo, now: datetime
) -> tuple[InDoubt, ...]:
    """The figures in doubt of the deliveries that ``question`` asks about, by delivery and time;
    then those of accounts that were read in its span. Nothing read after ``now`` counts."""
    start, end = question.span.bounds(zone)
    with database.reading() as session:
        rows = {row.id: row for row in asked(session, question, zone, now)}
        of_posts = [
            doubt
            for numbers in _in_parts([*_doubted_deliveries(session, start, end, now, rows)])
            for doubt in _of_deliveries(session, numbers, rows, zone, now)
        ]
        of_accounts = _of_accounts(session, question, start, min(end, now), zone)
    return (*of_posts, *of_accounts)


_FIGURES = (*GIVEN, "followers")

_PART = 500
"""So many deliveries are asked about at once."""


def _is_doubted(doubts: Any) -> ColumnElement[bool]:
    """Told by the JSON's text: SQLite and PostgreSQL compare JSON itself in ways of their own."""
    return cast(doubts, String).not_in(("[]", "null"))


def _doubted_deliveries(
    session: Session,
    start: datetime,
    end: datetime,
    now: datetime,
    among: Mapping[int, Published],
) -> Iterator[int]:
    """Those ``among`` that have a reading in doubt, by when they went out."""
    found = session.exec(
        select(ReadingRow.delivery_id)
        .join(Delivery, col(Delivery.id) == col(ReadingRow.delivery_id))
        .where(
            col(Delivery.sent_at) >= start,
            col(Delivery.sent_at) < end,
            col(ReadingRow.at) <= now,
            _is_doubted(ReadingRow.doubts),
        )
        .distinct()
    ).all()
    doubted = set(found)
    return (number for number in among if number in doubted)


def _of_deliveries(
    session: Session,
    numbers: Sequence[int],
    among: Mapping[int, Published],
    zone: ZoneInfo,
    now: datetime,
) -> Iterator[InDoubt]:
    readings: dict[int, list[ReadingRow]] = defaultdict(list)
    for row in session.exec(
        select(ReadingRow)
        .where(col(ReadingRow.delivery_id).in_(numbers), col(ReadingRow.at) <= now)
        .order_by(col(ReadingRow.at), col(ReadingRow.id))
    ):
        readings[row.delivery_id].append(row)
    for number in numbers:
        delivery = among[number]
        yield from _doubts(delivery.channel, delivery, readings[number], zone)


def _of_accounts(
    session: Session, question: Question, start: datetime, end: datetime, zone: ZoneInfo
) -> list[InDoubt]:
    if question.campaigns or question.audiences or question.editions:
        return []
    found = session.exec(
        select(AccountReading.channel)
        .where(
            col(AccountReading.at) >= start,
            col(AccountReading.at) < end,
            _is_doubted(AccountReading.doubts),
        )
        .distinct()
    ).all()
    names = [name for name in found if not question.channels or name in question.channels]
    readings: dict[str, list[AccountReading]] = defaultdict(list)
    for row in session.exec(
        select(AccountReading)
        .where(col(AccountReading.at) < end, col(AccountReading.channel).in_(names))
        .order_by(col(AccountReading.at), col(AccountReading.id))
    ):
        readings[row.channel].append(row)
    return [
        doubt
        for channel in sorted(readings)
        for doubt in _doubts(channel, None, readings[channel], zone)
        if doubt.at >= start
    ]


def _doubts(
    channel: str,
    delivery: Published | None,
    readings: Sequence[ReadingRow] | Sequence[AccountReading],
    zone: ZoneInfo,
) -> Iterator[InDoubt]:
    """What is in doubt in ``readings``, which are one delivery's or account's, oldest first."""
    latest: dict[str, int] = {}
    highest: dict[str, int] = {}
    for row in readings:
        figures = {name: getattr(row, name, None) for name in _FIGURES}
        doubted = set()
        for doubt in row.doubts or ():
            sort, _colon, metric = doubt.partition(":")
            doubted.add(metric)
            before = (highest if sort == "falling" else latest).get(metric)
            at = row.at.astimezone(zone)
            yield InDoubt(channel, delivery, at, metric, before, figures.get(metric), doubt)
        for name, value in figures.items():
            if value is not None:
                latest[name] = value
                if name not in doubted:
                    highest[name] = max(value, highest.get(name, value))


def _in_parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[first : first + _PART] for first in range(0, len(numbers), _PART))
