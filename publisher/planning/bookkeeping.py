"""What is noted of a post for reports alone, kept as its file says: whom it is for, what of the
coverage register it covers. Pure; the desk asks, ``store.bookkeeping`` applies.

No reader sees any of it, so it may change after a post went out, and changes neither what was
approved nor what is sent. An office tags a post once it is out; that must not tag what the same
file brought in other years, or in other weeks:

- Only the editions in force are touched (``editions_in_force``); those of earlier years keep what
  was noted of them.
- A recurrence and a feed bring many posts from one file, which says what comes next: one that went
  out is touched only while the file would still bring the very same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from publisher.campaign.model import Anchor, Campaign
from publisher.planning.diff import OUTSIDE
from publisher.planning.model import Identity, PlannedDelivery


@dataclass(frozen=True, slots=True)
class Tags:
    """Whom a post is for, and what of the coverage register it covers."""

    audiences: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaggedDelivery:
    """A stored delivery with what is noted of it; ``is_out``: it went out, or may have."""

    id: int
    identity: Identity
    is_out: bool
    fingerprint: str
    tags: Tags


@dataclass(frozen=True, slots=True)
class Retagging:
    """A stored delivery, and what is to be noted of it from now on."""

    stored: TaggedDelivery
    tags: Tags


@dataclass(frozen=True, slots=True)
class Filed:
    """What the files say: ``posts`` by campaign and post, ``editions`` in force by campaign, and
    the fingerprints of what is ``asked`` for in the plan's window."""

    posts: Mapping[tuple[str, str], Tags]
    editions: Mapping[str, frozenset[int]]
    asked: Mapping[Identity, str]


def filed(
    campaigns: Iterable[Campaign],
    planned: Collection[PlannedDelivery],
    now: datetime,
    zone: ZoneInfo,
) -> Filed:
    """What the files of ``campaigns`` say; ``planned`` is what they ask for in the window."""
    posts: dict[tuple[str, str], Tags] = {}
    editions: dict[str, frozenset[int]] = {}
    asked: dict[str, set[int]] = defaultdict(set)
    for delivery in planned:
        asked[delivery.identity.campaign].add(delivery.identity.edition)
    for campaign in campaigns:
        editions[campaign.slug] = editions_in_force(campaign, asked[campaign.slug], now, zone)
        for post in campaign.posts:
            posts[campaign.slug, post.id] = Tags(campaign.audiences_of(post), post.front.covers)
    prints = {delivery.identity: delivery.fingerprint for delivery in planned}
    return Filed(posts, editions, prints)


def editions_in_force(
    campaign: Campaign, asked: Collection[int], now: datetime, zone: ZoneInfo
) -> frozenset[int]:
    """The editions that the campaign's files now speak of: those ``asked`` for in the plan's
    window; where there are none, the one whose day is nearest (a standing campaign's: this year's).
    """
    today = now.astimezone(campaign.file.zone(zone)).date()
    return editions_by(campaign.file.anchor, asked, today)


def editions_by(anchor: Anchor | None, asked: Collection[int], today: date) -> frozenset[int]:
    """The same of a campaign that turns on ``anchor``, on a day of its own zone."""
    if asked:
        return frozenset(asked)
    if anchor is None:
        return frozenset({today.year})
    if anchor.date is not None:
        return frozenset({anchor.date.year})
    days = [anchor.day_in(today.year + year) for year in (-1, 0, 1)]

    def distance(day: date) -> int:
        return abs((day - today).days)

    return frozenset({min((day for day in days if day is not None), key=distance).year})


def retaggings(files: Filed, stored: Iterable[TaggedDelivery]) -> tuple[Retagging, ...]:
    """What of ``stored`` is to be noted otherwise."""
    return tuple(
        Retagging(row, tags)
        for row in stored
        if (tags := files.posts.get((row.identity.campaign, row.identity.post))) is not None
        and tags != row.tags
        and row.identity.edition in files.editions[row.identity.campaign]
        and _is_spoken_of(row, files)
    )


def _is_spoken_of(row: TaggedDelivery, files: Filed) -> bool:
    occurrence = row.identity.occurrence
    if not occurrence or occurrence.startswith(OUTSIDE):
        return row.is_out or row.identity in files.asked
    asked = files.asked.get(row.identity)
    return asked is not None and (not row.is_out or asked == row.fingerprint)
