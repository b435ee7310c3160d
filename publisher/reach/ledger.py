"""The ledger: what went out and what its readings say, as of any moment.

Figures *as of* a moment are each delivery's latest reading not after it that tells any metric: a
post that was deleted since did reach those whom it had reached. What each figure means stands in
``publisher.reach.figures``.

A week's, a month's, a year's figures are those of the posts published in it (``published``), so
what an older post gains is its own span's. To compare two spans fairly, both are asked for as of
the same age: ``publisher.reach.summary`` reads the week before as of seven days earlier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from publisher.reach.figures import GIVEN, Figures, Sum, add_up, of_given
from publisher.store.models import Delivery, LinkClicks, ReadingRow, ShortLink


@dataclass(frozen=True, slots=True)
class Published:
    """A delivery that went out, with its figures as of the moment asked for; times in UTC.

    ``doubts`` is what speaks against the figures; ``gone_at`` is when the platform first said that
    it is no longer there, where that was not after the moment asked for.
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
    def of_post(self) -> tuple[str, int, str, str]:
        """What names its post: campaign, edition, post, occurrence; one on all its channels."""
        return self.campaign, self.edition, self.post, self.occurrence


_COLUMNS = (
    "id",
    "campaign",
    "edition",
    "post",
    "channel",
    "occurrence",
    "first_line",
    "due_at",
    "sent_at",
    "url",
    "kind",
    "audiences",
    "covers",
    "gone_at",
)


def published(
    session: Session, start: datetime, end: datetime, as_of: datetime
) -> Sequence[Published]:
    """What went out in [start, end), oldest first, as of ``as_of``; reports are left out."""
    clicks = _link_clicks(session, start, end, as_of)
    wanted: list[Any] = [getattr(Delivery, name) for name in _COLUMNS]
    given: list[Any] = [getattr(ReadingRow, name) for name in GIVEN]
    rows = session.execute(
        select(*wanted, ReadingRow.doubts, *given)  # type: ignore[call-overload]
        .select_from(Delivery)
        .outerjoin(ReadingRow, col(ReadingRow.id) == _latest(as_of))
        .where(*_went_out(start, end))
        .order_by(col(Delivery.sent_at), col(Delivery.id))
    ).all()
    return [_published(row, clicks, as_of) for row in rows]


def sum_of(posts: Iterable[Published]) -> Sum:
    """The sum of several deliveries."""
    every = list(posts)
    return add_up(
        (post.figures for post in every),
        doubtful=sum(bool(post.doubts) for post in every),
        gone=sum(post.gone_at is not None for post in every),
    )


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


def _published(row: Any, clicks: dict[int, int], as_of: datetime) -> Published:
    facts = dict(zip(_COLUMNS, row, strict=False))
    doubts, *given = row[len(_COLUMNS) :]
    gone_at = facts.pop("gone_at")
    return Published(
        **facts
        | {
            "url": facts["url"] or "",
            "audiences": tuple(facts["audiences"]),
            "covers": tuple(facts["covers"]),
        },
        figures=of_given(dict(zip(GIVEN, given, strict=True)), clicks.get(facts["id"])),
        doubts=tuple(doubts or ()),
        gone_at=gone_at if gone_at is not None and gone_at <= as_of else None,
    )


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
    other = aliased(ReadingRow)
    return (
        select(other.id)
        .where(
            other.delivery_id == Delivery.id,
            col(other.at) <= as_of,
            or_(*(col(getattr(other, name)).is_not(None) for name in GIVEN)),
        )
        .order_by(col(other.at).desc(), col(other.id).desc())
        .limit(1)
        .correlate(Delivery)
        .scalar_subquery()
    )


def _link_clicks(
    session: Session, start: datetime, end: datetime, as_of: datetime
) -> dict[int, int]:
    """By delivery, how often its short links were followed; a delivery that has none is absent."""
    rows = session.execute(
        select(ShortLink.delivery_id, func.coalesce(func.sum(LinkClicks.count), 0))
        .select_from(ShortLink)
        .join(Delivery, col(Delivery.id) == col(ShortLink.delivery_id))
        .outerjoin(
            LinkClicks,
            (col(LinkClicks.code) == col(ShortLink.code)) & (col(LinkClicks.hour) <= as_of),
        )
        .where(*_went_out(start, end))
        .group_by(col(ShortLink.delivery_id))
    ).all()
    return {delivery_id: int(count) for delivery_id, count in rows}
