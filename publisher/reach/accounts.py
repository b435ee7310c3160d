"""How the channels' accounts stood at a span's two ends.

Their followers, and whom they reached. At its first end is what was told last before the span, at
its last what was told last in it or before: an account that wasn't read since stands as it was,
with the day on which it was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from publisher.reach.spans import Span
from publisher.store.database import Database
from publisher.store.reach_tables import AccountReading


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of an account, when it was read (local), and what speaks against it.

    ``days`` is how many days before it a reach counts; ``None`` for followers, or not told.
    """

    value: int
    at: datetime
    days: int | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A channel's account at the first and the last end of a span; ``None`` is not known."""

    channel: str
    followers_first: Told | None
    followers_last: Told | None
    reach_first: Told | None
    reach_last: Told | None

    @property
    def gained(self) -> int | None:
        """How many followers came, or went; ``None`` where one end isn't known."""
        if self.followers_first is None or self.followers_last is None:
            return None
        return self.followers_last.value - self.followers_first.value


def accounts(
    database: Database, span: Span, zone: ZoneInfo, now: datetime, channels: Sequence[str] = ()
) -> tuple[Account, ...]:
    """Every account of which anything was told until the end of ``span``, by its channel's name;
    of ``channels`` alone where some are named."""
    start, end = span.bounds(zone)
    with database.reading() as session:
        told = [
            told_before(session, figure, moment, zone)
            for figure in ("followers", "reach")
            for moment in (min(start, now), min(end, now))
        ]
    names = sorted({name for one in told for name in one if not channels or name in channels})
    return tuple(Account(name, *(one.get(name) for one in told)) for name in names)


def told_before(session: Session, figure: str, moment: datetime, zone: ZoneInfo) -> dict[str, Told]:
    """By channel, the latest of ``figure`` ("followers" or "reach") that was read before
    ``moment``."""
    is_told = col(getattr(AccountReading, figure)).is_not(None)
    newest = (
        select(col(AccountReading.channel), func.max(AccountReading.at).label("at"))
        .where(col(AccountReading.at) < moment, is_told)
        .group_by(col(AccountReading.channel))
        .subquery()
    )
    rows = session.exec(
        select(AccountReading)
        .join(
            newest,
            (col(AccountReading.channel) == newest.c.channel)
            & (col(AccountReading.at) == newest.c.at),
        )
        .where(is_told)
        .order_by(col(AccountReading.id))
    ).all()
    return {
        row.channel: Told(
            getattr(row, figure),
            row.at.astimezone(zone),
            row.reach_days if figure == "reach" else None,
            tuple(one for one in row.doubts or () if one.rpartition(":")[2] == figure),
        )
        for row in rows
    }
