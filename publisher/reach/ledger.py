"""The ledger: what readings add up to. The one place where the figures are defined.

- *reach*: people, as the platform counts them, within one channel. Sums over channels count a
  person once for each channel, and sums over posts once for each post: they are never presented
  as unique people.
- *shown*: impressions where a platform gives them, else views.
- *engagement*: reactions + comments + shares + clicks + saves, of those that are given.
- A metric that no post of a sum has is absent (``None``), never zero; ``of`` says how many posts
  a sum covers.
- Figures *as of* a moment are each post's latest reading not after it that tells any metric: a
  post that was deleted since did reach those whom it had reached.

A week's figures are those of the posts published in it (``published``), so what an older post
gains is its own week's. To compare two weeks fairly, both are asked for as of the same age:
``publisher.reach.summary`` reads the week before as of seven days earlier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from publisher.store.models import Delivery, ReadingRow

_ENGAGEMENT = ("reactions", "comments", "shares", "clicks", "saves")
_METRICS = ("reach", "impressions", "views", *_ENGAGEMENT)


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


@dataclass(frozen=True, slots=True)
class Published:
    """A delivery that went out, with its figures as of the moment asked for."""

    delivery: Delivery
    figures: Figures


def published(
    session: Session, start: datetime, end: datetime, as_of: datetime
) -> Sequence[Published]:
    """What went out in [start, end), oldest first, as of ``as_of``; reports are left out."""
    rows = session.exec(
        select(Delivery, ReadingRow)
        .outerjoin(ReadingRow, col(ReadingRow.id) == _latest(as_of))
        .where(
            # Only what was sent has a ``sent_at``. To ask for the state as well would lead SQLite
            # to its index, and through all that was ever sent.
            col(Delivery.sent_at) >= start,
            col(Delivery.sent_at) < end,
            # Reports are the only deliveries that no hold stops.
            col(Delivery.holdable).is_(True),
        )
        .order_by(col(Delivery.sent_at), col(Delivery.id))
    ).all()
    return [
        # Where the outer join finds no reading, it gives None in its place.
        Published(delivery, of_reading(reading) if reading else Figures())
        for delivery, reading in rows
    ]


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


def sums_by(posts: Iterable[Published], name_of: Callable[[Delivery], str]) -> dict[str, Sum]:
    """The sum of each group that ``name_of`` makes: by channel, by campaign."""
    groups: dict[str, list[Figures]] = defaultdict(list)
    for post in posts:
        groups[name_of(post.delivery)].append(post.figures)
    return {name: add_up(figures) for name, figures in groups.items()}


def of_reading(row: ReadingRow) -> Figures:
    """The figures of one reading."""
    given = [value for name in _ENGAGEMENT if (value := getattr(row, name)) is not None]
    return Figures(
        reach=row.reach,
        shown=row.impressions if row.impressions is not None else row.views,
        engagement=sum(given) if given else None,
    )


def _latest(as_of: datetime) -> ScalarSelect[int | None]:
    """The id of a delivery's newest telling reading; of two at one moment, the later row's."""
    other = aliased(ReadingRow)
    return (
        select(other.id)
        .where(
            other.delivery_id == Delivery.id,
            col(other.at) <= as_of,
            or_(*(col(getattr(other, name)).is_not(None) for name in _METRICS)),
        )
        .order_by(col(other.at).desc(), col(other.id).desc())
        .limit(1)
        .correlate(Delivery)
        .scalar_subquery()
    )
