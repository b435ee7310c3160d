"""The ledger: what readings add up to. The one place where the figures are defined.

- *reach*: people, as the platform counts them, within one channel. Sums over channels count a
  person once for each channel: they are never presented as unique people.
- *shown*: impressions where a platform gives them, else views.
- *engagement*: reactions + comments + shares + clicks + saves, of those that are given.
- A metric that no post of a sum has is absent (``None``), never zero; ``of`` says how many posts
  a sum covers.
- Figures *as of* a moment are each post's latest reading not after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import State
from publisher.store.models import Delivery, ReadingRow

_ENGAGEMENT = ("reactions", "comments", "shares", "clicks", "saves")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one post, or several, reached; ``None`` is absent."""

    reach: int | None = None
    shown: int | None = None
    engagement: int | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """Figures of ``posts`` posts; ``of`` says how many of them each figure covers."""

    posts: int
    figures: Figures
    of: Mapping[str, int]


def of_reading(row: ReadingRow) -> Figures:
    """The figures of one reading."""
    given = [value for name in _ENGAGEMENT if (value := getattr(row, name)) is not None]
    return Figures(
        reach=row.reach,
        shown=row.impressions if row.impressions is not None else row.views,
        engagement=sum(given) if given else None,
    )


def add_up(figures: Iterable[Figures]) -> Sum:
    """The sum of several posts' figures."""
    every = list(figures)
    totals: dict[str, int | None] = {}
    covers: dict[str, int] = {}
    for name in ("reach", "shown", "engagement"):
        given = [value for one in every if (value := getattr(one, name)) is not None]
        totals[name] = sum(given) if given else None
        covers[name] = len(given)
    return Sum(len(every), Figures(**totals), covers)


def sent_between(session: Session, start: datetime, end: datetime) -> Sequence[Delivery]:
    """What went out in [start, end), by time; reports are left out."""
    return session.exec(
        select(Delivery)
        .where(
            Delivery.state == State.SENT.value,
            col(Delivery.sent_at) >= start,
            col(Delivery.sent_at) < end,
            col(Delivery.holdable).is_(True),
        )
        .order_by(col(Delivery.sent_at), col(Delivery.id))
    ).all()


def figures_as_of(
    session: Session, deliveries: Sequence[Delivery], moment: datetime
) -> dict[int, Figures]:
    """Each delivery's figures as of ``moment``, by row id; absent where it was never read."""
    ids = [delivery.id for delivery in deliveries]
    newest = (
        select(func.max(ReadingRow.id))
        .where(col(ReadingRow.delivery_id).in_(ids), col(ReadingRow.at) <= moment)
        .group_by(col(ReadingRow.delivery_id))
    )
    rows = session.exec(select(ReadingRow).where(col(ReadingRow.id).in_(newest))).all()
    return {row.delivery_id: of_reading(row) for row in rows}
