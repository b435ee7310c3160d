"""What each task of the coverage register has had.

``coverage_of(session, topics, span, as_of, zone)`` is for the command and the reports;
``posts_by_code`` is for the criteria, which need no figures. A post counts once for each code that
it names, on however many channels it went out; codes are the same in small letters and capitals.
Figures of different topics don't add up to anything: one post may cover several.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, cast
from sqlmodel import Session, col, select

from publisher.campaign.register import Topic, mark
from publisher.reach.figures import Sum
from publisher.reach.ledger import OfPost, Published, published, sum_of
from publisher.reach.spans import Span
from publisher.store.models import Delivery

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Covered:
    """What one topic has had: how many posts, the last on which local day, their figures."""

    topic: Topic
    posts: int
    last: date | None
    sum: Sum


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole register; ``of`` is in its order, secret topics left out.

    ``unknown`` are the codes that posts name and the register lacks, in order.
    """

    of: tuple[Covered, ...]
    unknown: tuple[str, ...] = ()

    @property
    def without(self) -> tuple[Topic, ...]:
        """What has had nothing."""
        return tuple(one.topic for one in self.of if not one.posts)


def coverage_of(
    session: Session, topics: Sequence[Topic], span: Span | None, as_of: datetime, zone: ZoneInfo
) -> Coverage:
    """What each of ``topics`` has had in ``span``, or ever, of what was out at ``as_of``."""
    start, end = (_EVER, as_of + _MOMENT) if span is None else span.bounds(zone)
    by_code: dict[str, list[Published]] = defaultdict(list)
    written: dict[str, str] = {}
    for one in published(session, start, end, as_of, only=(_names_codes(),)):
        if one.sent_at <= as_of:
            for code in dict.fromkeys(one.covers):
                by_code[mark(code)].append(one)
                written.setdefault(mark(code), code)
    known = {mark(topic.code) for topic in topics}
    return Coverage(
        tuple(_covered(topic, by_code[mark(topic.code)], zone) for topic in _open(topics)),
        tuple(sorted(code for found, code in written.items() if found not in known)),
    )


def posts_by_code(
    session: Session, start: datetime | None, end: datetime, as_of: datetime
) -> Mapping[str, set[OfPost]]:
    """By code (``mark``), the posts that went out in [start, end) until ``as_of``; ``None`` as
    start: ever."""
    # As they were written: PostgreSQL can't tell whether two JSON values are the same.
    covers = cast(col(Delivery.covers), String)
    rows = session.execute(
        select(  # type: ignore[call-overload]
            Delivery.campaign, Delivery.edition, Delivery.post, Delivery.occurrence, covers
        )
        .where(
            col(Delivery.sent_at) >= (start or _EVER),
            col(Delivery.sent_at) < end,
            col(Delivery.sent_at) <= as_of,
            col(Delivery.holdable).is_(True),
            _names_codes(),
        )
        .distinct()
    ).all()
    found: dict[str, set[OfPost]] = defaultdict(set)
    for *of_post, written in rows:
        for code in json.loads(written):
            found[mark(code)].add(tuple(of_post))
    return found


def _open(topics: Sequence[Topic]) -> list[Topic]:
    return [topic for topic in topics if not topic.secret]


def _covered(topic: Topic, deliveries: Sequence[Published], zone: ZoneInfo) -> Covered:
    last = max((one.sent_at for one in deliveries), default=None)
    return Covered(
        topic,
        len({one.of_post for one in deliveries}),
        last.astimezone(zone).date() if last else None,
        sum_of(deliveries),
    )


def _names_codes() -> ColumnElement[bool]:
    """That a delivery names anything of the register: few do, of hundreds of thousands."""
    return cast(col(Delivery.covers), String) != "[]"
