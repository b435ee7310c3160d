"""From campaigns to slots: what goes out, when and where. Pure: same input, same plan.

Each post is placed by itself, so adding one never moves another; each moment is placed by itself,
so a window may be cut anywhere. The desk plans with this, and so does the rehearsal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from channels.base import Media
from publisher.campaign.model import Campaign, Post
from publisher.campaign.when import FromFeed, Offset, OnDate, Recurring
from publisher.planning.dates import moment, occurrences, offset_day
from publisher.planning.model import Identity, Slot

HALF_A_YEAR = timedelta(days=182)
"""How far a recurrence reaches to either side of its edition's day: two editions, at least 365
days apart, never share a day, and nothing goes out twice."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An entry of a campaign's feed whose time has been set; times are aware."""

    key: str
    due_at: datetime
    title: str = ""
    summary: str = ""
    link: str = ""
    published: datetime | None = None
    picture: Media | None = None


def years_in_reach(start: datetime, end: datetime) -> range:
    """Every year whose edition could reach into the window: the holidays of them all are needed.

    An offset goes up to 366 working days, which is less than a year and a half.
    """
    return range(start.year - 2, end.year + 3)


def slots(
    campaign: Campaign,
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
    closed: Collection[date] = (),
    entries: Sequence[FeedItem] = (),
) -> list[Slot]:
    """The slots of ``campaign`` whose due time lies in [start, end), by due time and identity.

    ``zone`` holds where the campaign names none; ``closed`` are the public holidays of
    ``years_in_reach``; ``entries`` are those of the campaign's feed.

    An anchored campaign has an edition in every year that has its day, from ``first_edition`` on.
    An offset belongs to the edition it counts from, in whatever year it falls. A date belongs to
    the edition of its own year: people say "10/10 of 2027" of all that is done for it in 2027, in
    January as in December (for a day in early January, offsets are the way to speak of December).
    A recurrence runs from the day of the edition's first offset to the day of its last, within
    ``HALF_A_YEAR`` of the anchor. A standing campaign's edition is the local year, and so is that
    of a feed's entries.
    """
    own = campaign.file.zone(zone)
    editions = tuple(_editions(campaign, years_in_reach(start, end), closed))
    placing = _Placing(campaign, own, start, end, closed, editions)
    found = [slot for post in campaign.posts for slot in _of_post(placing, post, entries)]
    return sorted(found, key=lambda slot: (slot.due_at, slot.identity))


@dataclass(frozen=True, slots=True)
class _Edition:
    """A campaign in one year: its day, and the first and last day of its recurrences."""

    year: int
    day: date
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Placing:
    """What all posts of a campaign are placed by; a standing campaign has no ``editions``."""

    campaign: Campaign
    zone: ZoneInfo
    start: datetime
    end: datetime
    closed: Collection[date]
    editions: tuple[_Edition, ...]


def _editions(
    campaign: Campaign, years: Iterable[int], closed: Collection[date]
) -> Iterator[_Edition]:
    anchor = campaign.file.anchor
    for year in years:
        day = anchor.day_in(year) if anchor is not None else None
        if day is not None:
            yield _Edition(year, day, *_span(campaign, day, closed))


def _span(campaign: Campaign, day: date, closed: Collection[date]) -> tuple[date, date]:
    """The first and last day of an edition: those of its offsets, the day itself among them."""
    whens = [post.front.when for post in campaign.posts]
    days = [day, *(offset_day(day, when, closed) for when in whens if isinstance(when, Offset))]
    return max(min(days), day - HALF_A_YEAR), min(max(days), day + HALF_A_YEAR)


def _of_post(placing: _Placing, post: Post, entries: Sequence[FeedItem]) -> Iterator[Slot]:
    if isinstance(post.front.when, FromFeed):
        yield from _of_feed(placing, post, entries)
    elif placing.campaign.file.anchor is None:
        for at, label in _falls(placing, post, None, placing.start, placing.end):
            yield from _in_its_year(placing, post, at, label)
    else:
        for edition in placing.editions:
            yield from _of_edition(placing, post, edition)


def _of_feed(placing: _Placing, post: Post, entries: Sequence[FeedItem]) -> Iterator[Slot]:
    for entry in entries:
        if placing.start <= entry.due_at < placing.end:
            yield from _in_its_year(placing, post, entry.due_at.astimezone(UTC), entry.key)


def _in_its_year(placing: _Placing, post: Post, at: datetime, label: str) -> Iterator[Slot]:
    """A moment that counts from no day: its edition is the local year."""
    return _on_channels(placing, post, at, at.astimezone(placing.zone).year, None, label)


def _of_edition(placing: _Placing, post: Post, edition: _Edition) -> Iterator[Slot]:
    when, start, end = post.front.when, placing.start, placing.end
    if isinstance(when, OnDate) and when.day.year != edition.year:
        return
    if isinstance(when, Recurring):
        start = max(start, moment(edition.first, time(), placing.zone))
        end = min(end, moment(edition.last + timedelta(days=1), time(), placing.zone))
    for at, label in _falls(placing, post, edition.day, start, end):
        yield from _on_channels(placing, post, at, edition.year, edition.day, label)


def _falls(
    placing: _Placing, post: Post, day: date | None, start: datetime, end: datetime
) -> list[tuple[datetime, str]]:
    if start >= end:
        return []
    usual = placing.campaign.file.time
    return occurrences(post.front.when, day, usual, placing.zone, start, end, placing.closed)


def _on_channels(
    placing: _Placing, post: Post, at: datetime, edition: int, anchor: date | None, label: str
) -> Iterator[Slot]:
    campaign = placing.campaign
    first = campaign.file.first_edition
    if first is not None and edition < first:
        return
    for channel in campaign.channels_of(post):
        yield Slot(
            identity=Identity(campaign.slug, edition, post.id, channel, label),
            due_at=at,
            local=at.astimezone(placing.zone),
            anchor=anchor,
            grace=campaign.grace_of(post),
            approvals=campaign.approvals_of(post),
        )
