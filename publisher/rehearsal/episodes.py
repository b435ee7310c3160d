"""Which stretches of time a rehearsal plays.

The coming editions of anchored campaigns. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.campaign.model import Campaign
from publisher.planning.dates import public_holidays
from publisher.planning.plan import slots
from publisher.settings import Settings

_FAR = timedelta(days=800)
"""So far ahead a yearly day surely has an edition that is still whole."""

_WHOLE = timedelta(days=31)
"""An edition whose day is nearer than that has begun: half of one would rehearse little."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of time to play: from before the first post to after the weekly mail that follows
    the last; both aware."""

    start: datetime
    end: datetime


def coming(campaigns: Sequence[Campaign], settings: Settings, now: datetime) -> list[Episode]:
    """The stretches in which the next edition of each anchored campaign goes out, in order."""
    found = [
        episode
        for campaign in campaigns
        if campaign.file.anchor is not None
        for episode in _next_edition(campaign, settings, now)
    ]
    return _merged(sorted(found, key=lambda episode: episode.start))


def _next_edition(campaign: Campaign, settings: Settings, now: datetime) -> Iterator[Episode]:
    holidays = public_holidays(range(now.year, now.year + 4))
    planned = slots(campaign, settings.zone, now, now + _FAR, holidays)
    whole = [slot for slot in planned if _is_whole(slot.identity.edition, campaign, now)]
    if not whole:
        return
    edition = min(slot.identity.edition for slot in whole)
    dues = [slot.due_at for slot in whole if slot.identity.edition == edition]
    # Nine days on, the last week has ended and its mail has gone out.
    yield Episode(min(dues) - timedelta(days=1), max(dues) + timedelta(days=9))


def _is_whole(edition: int, campaign: Campaign, now: datetime) -> bool:
    day = campaign.file.anchor.day_in(edition) if campaign.file.anchor else None
    return day is not None and day - now.date() > _WHOLE


def _merged(episodes: Sequence[Episode]) -> list[Episode]:
    merged: list[Episode] = []
    for episode in episodes:
        if merged and episode.start <= merged[-1].end:
            merged[-1] = Episode(merged[-1].start, max(merged[-1].end, episode.end))
        else:
            merged.append(episode)
    return merged
