"""When an entry goes out, by the rules that its campaign gives its feeds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from publisher.campaign.feed_source import FeedSource
from publisher.campaign.model import Campaign
from publisher.campaign.when import FromFeed
from publisher.planning.dates import moment
from publisher.settings import Settings


@dataclass(frozen=True, slots=True)
class Rules:
    """What ``campaign`` asks of its feeds' entries: ``hours`` are the first and the last time of
    day in ``zone``; ``beside`` the other campaigns whose entries go to one of its channels."""

    campaign: str
    source: FeedSource
    hours: tuple[time, time]
    zone: ZoneInfo
    beside: frozenset[str] = frozenset()


def rules_of(
    campaign: Campaign, source: FeedSource, others: Collection[Campaign], settings: Settings
) -> Rules:
    """The rules of ``campaign`` for its ``source``, among all campaigns of the office."""
    hours = source.hours or settings.hours
    own = _channels(campaign)
    return Rules(
        campaign.slug,
        source,
        (hours.start, hours.end),
        campaign.file.zone(settings.zone),
        frozenset(
            other.slug
            for other in others
            if other.slug != campaign.slug and other.file.feed and own & _channels(other)
        ),
    )


def next_due(now: datetime, taken: Sequence[datetime], rules: Rules) -> datetime:
    """When, in UTC, a new entry goes out: now, or the next moment that the rules leave free.

    ``taken`` are the due times of the campaign's other entries, of today at least. A due time once
    given never moves.
    """
    (start, end), zone, gap = rules.hours, rules.zone, rules.source.gap
    due = max([now, *(other + gap for other in taken)]).astimezone(UTC)
    while True:
        local = due.astimezone(zone)
        day = local.date()
        same_day = sum(1 for other in taken if other.astimezone(zone).date() == day)
        if local.time() > end or same_day >= rules.source.most_a_day:
            due = moment(day + timedelta(days=1), start, zone)
        elif local.time() < start:
            due = moment(day, start, zone)
        else:
            return due


def _channels(campaign: Campaign) -> frozenset[str]:
    """Where its entries go out."""
    posts = [post for post in campaign.posts if isinstance(post.front.when, FromFeed)]
    named = [name for post in posts for name in campaign.channels_of(post)]
    return frozenset(named or campaign.file.channels)
