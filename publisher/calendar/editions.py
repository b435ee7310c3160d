"""When a post falls in given editions, where it falls once in each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from publisher.campaign.model import Campaign, Post
from publisher.campaign.when import Offset, OnDate
from publisher.planning.dates import offset_day, public_holidays


def moments_of(campaign: Campaign, post: Post, editions: Sequence[int]) -> list[datetime]:
    """The local moments of a post that has one in each edition."""
    when, found = post.front.when, []
    closed = frozenset(public_holidays(range(min(editions) - 1, max(editions) + 2)))
    for edition in editions:
        anchor = campaign.file.anchor.day_in(edition) if campaign.file.anchor else None
        if isinstance(when, OnDate) and when.day.year == edition:
            found.append(datetime.combine(when.day, when.at or campaign.file.time))
        elif isinstance(when, Offset) and anchor is not None:
            day = offset_day(anchor, when, closed)
            found.append(datetime.combine(day, when.at or campaign.file.time))
    return found
