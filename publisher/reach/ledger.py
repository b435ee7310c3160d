"""The ledger: what the readings of what went out say, as of any moment.

Figures *as of* a moment are each delivery's latest reading not after it that tells any metric: a
post that was deleted since did reach those whom it had reached. What each figure means stands in
``publisher.reach.figures``.

A week's, a month's, a year's figures are those of the posts published in it (``published``), so
what an older post gains is its own span's. To compare two spans fairly, both are asked for as of
the same age: ``publisher.reach.summary`` reads the week before as of seven days earlier.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, ScalarSelect, String, cast, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from publisher.reach.figures import GIVEN, Figures, Sum, add_up, in_order, weighs
from publisher.store.models import Delivery
from publisher.store.reach_tables import LinkClicks, ReadingRow, ShortLink

OfPost = tuple[str, int, str, str]
"""What names a post: campaign, edition, post, occurrence; one on all its channels."""


@dataclass(frozen=True, slots=True)
class Published:
    """A delivery that went out, with its figures as of the moment asked for; times in UTC.

    ``doubts`` is what speaks against the figures and ``weighs``; ``gone_at`` is when the platform
    first said that it is no longer there, where that was not after the moment asked for.
    """

    id: int
    campaign: str
    edition: int
    post: str
    channel: str
    occurrence: str
    first_line: str
    due_at: datetime
    sent_at: datetime
    url: str
    kind: str
    audiences: tuple[str, ...]
    covers: tuple[str, ...]
    figures: Figures
    doubts: tuple[str, ...] = ()
    gone_at: datetime | None = None

    @property
    def of_post(self) -> OfPost:
        """What names its post."""
        return self.campaign, self.edition, self.post, self.occurrence

    @property
    def post_key(self) -> str:
        """The same as one text: "CAMPAIGN/YEAR/POST[/OCCURRENCE]"."""
        return "/".join(str(part) for part in self.of_post if part)


def published(
    session: Session,
    start: datetime,
    end: datetime,
    as_of: datetime,
    *,
    only: Sequence[ColumnElement[bool]] = (),
) -> Sequence[Published]:
    """What went out in [start, end), oldest first, as of ``as_of``; reports are left out.

    ``only`` narrows it to the deliveries of which all of these conditions hold.
    """
    clicks = _link_clicks(session, start, end, as_of)
    rows = _rows(session, (*_FACTS, *_FIGURES), start, end, as_of, only)
    # What is the same on twenty channels is kept once.
    kept: dict[Any, Any] = {}
    return [_published(row, clicks, as_of, kept.setdefault) for row in rows]


def total(
    session: Session,
    start: datetime,
    end: datetime,
    as_of: datetime,
    *,
    only: Sequence[ColumnElement[bool]] = (),
) -> Sum:
    """``sum_of`` what was ``published``, where nothing but the sum is wanted: much cheaper."""
    clicks = _link_clicks(session, start, end, as_of)
    figures, doubtful, gone = [], 0, 0
    columns = (_DELIVERY.id, _DELIVERY.gone_at, *_FIGURES)
    for number, gone_at, doubts, *given in _rows(session, columns, start, end, as_of, only):
        figures.append(in_order(given, clicks.get(number)))
        doubtful += bool(_doubts(doubts))
        gone += gone_at is not None and gone_at <= as_of
    return add_up(figures, doubtful=doubtful, gone=gone)


def sum_of(posts: Iterable[Published]) -> Sum:
    """The sum of several deliveries."""
    every = list(posts)
    return add_up(
        (post.figures for post in every),
        doubtful=sum(bool(post.doubts) for post in every),
        gone=sum(post.gone_at is not None for post in every),
    )


def by_post(deliveries: Iterable[Published]) -> dict[OfPost, list[Published]]:
    """The deliveries of each post together, in the order in which each first went out."""
    together: dict[OfPost, list[Published]] = defaultdict(list)
    for delivery in deliveries:
        together[delivery.of_post].append(delivery)
    return together


def sums_by(
    posts: Iterable[Published], names_of: Callable[[Published], Iterable[str]]
) -> dict[str, Sum]:
    """The sum of each group that ``names_of`` makes. A delivery may be of several: what is for two
    audiences counts for both, and such groups don't add up to the whole."""
    groups: dict[str, list[Published]] = defaultdict(list)
    for post in posts:
        for name in names_of(post):
            groups[name].append(post)
    return {name: sum_of(group) for name, group in groups.items()}


_DELIVERY, _READING = Delivery.__table__.c, ReadingRow.__table__.c  # type: ignore[attr-defined]

_FACTS = (
    *(_DELIVERY[name] for name in ("id", "campaign", "edition", "post", "channel", "occurrence")),
    *(_DELIVERY[name] for name in ("first_line", "due_at", "sent_at", "url", "kind", "gone_at")),
    # As they were written: there are few different ones, and each is read once.
    cast(_DELIVERY.audiences, String),
    cast(_DELIVERY.covers, String),
)
_FIGURES = (cast(_READING.doubts, String), *(_READING[name] for name in GIVEN))

_LATER = aliased(ReadingRow)
"""Made once: an alias costs more than the statement that it stands in."""
_TELLS = or_(*(col(getattr(_LATER, name)).is_not(None) for name in GIVEN))

_AT_ONCE = 5000
"""So many rows are fetched at once: all of a year's would need as much room again."""


def _rows(
    session: Session,
    columns: Sequence[Any],
    start: datetime,
    end: datetime,
    as_of: datetime,
    only: Sequence[ColumnElement[bool]] = (),
) -> Iterator[Any]:
    """``columns`` of what went out in [start, end), and of its latest reading where it has one."""
    found = session.connection().execute(
        sqlalchemy.select(*columns)
        .select_from(Delivery)
        .outerjoin(ReadingRow, col(ReadingRow.id) == _latest(as_of))
        .where(*_went_out(start, end), *only)
        .order_by(col(Delivery.sent_at), col(Delivery.id))
    )
    for part in found.partitions(_AT_ONCE):
        yield from part


def _published(
    row: Any, clicks: Mapping[int, int], as_of: datetime, same: Callable[[Any, Any], Any]
) -> Published:
    number, campaign, edition, post, channel, occurrence, first_line, due_at, sent_at, *more = row
    url, kind, gone_at, audiences, covers, doubts, *given = more
    return Published(
        id=number,
        campaign=same(campaign, campaign),
        edition=edition,
        post=same(post, post),
        channel=same(channel, channel),
        occurrence=same(occurrence, occurrence),
        first_line=same(first_line, first_line),
        due_at=same(due_at, due_at),
        sent_at=sent_at,
        url=url or "",
        kind=same(kind, kind),
        audiences=_names(audiences),
        covers=_names(covers),
        figures=in_order(given, clicks.get(number)),
        doubts=_doubts(doubts),
        gone_at=gone_at if gone_at is not None and gone_at <= as_of else None,
    )


@lru_cache(maxsize=4096)
def _names(written: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(json.loads(written))) if written else ()


@lru_cache(maxsize=4096)
def _doubts(written: str | None) -> tuple[str, ...]:
    return tuple(doubt for doubt in _names(written) if weighs(doubt))


def _went_out(start: datetime, end: datetime) -> tuple[Any, ...]:
    return (
        # Only what was sent has a ``sent_at``. To ask for the state as well would lead SQLite
        # to its index, and through all that was ever sent.
        col(Delivery.sent_at) >= start,
        col(Delivery.sent_at) < end,
        # Reports are the only deliveries that no hold stops.
        col(Delivery.holdable).is_(True),
    )


def _latest(as_of: datetime) -> ScalarSelect[int | None]:
    """The id of a delivery's newest telling reading; of two at one moment, the later row's."""
    return (
        select(_LATER.id)
        .where(_LATER.delivery_id == Delivery.id, col(_LATER.at) <= as_of, _TELLS)
        .order_by(col(_LATER.at).desc(), col(_LATER.id).desc())
        .limit(1)
        .correlate(Delivery)
        .scalar_subquery()
    )


def _link_clicks(
    session: Session, start: datetime, end: datetime, as_of: datetime
) -> dict[int, int]:
    """By delivery, how often its short links were followed; a delivery that has none is absent."""
    followed = (
        select(func.coalesce(func.sum(LinkClicks.count), 0))
        .where(LinkClicks.code == ShortLink.code, col(LinkClicks.hour) <= as_of)
        .correlate(ShortLink)
        .scalar_subquery()
    )
    # Added up by delivery here: told to group them, SQLite goes through all links there are.
    rows = session.execute(
        select(Delivery.id, followed)
        .join(ShortLink, col(ShortLink.delivery_id) == col(Delivery.id))
        .where(*_went_out(start, end))
    ).all()
    clicks: dict[int, int] = defaultdict(int)
    for delivery_id, count in rows:
        clicks[delivery_id] += int(count)
    return dict(clicks)
