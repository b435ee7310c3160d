"""Looks through everything that the officers wrote, all at once.

Whatever is wrong, or merely odd, is told. ``publisher check`` runs it before a commit and the
preview shows it beside the posts. The next two editions of every campaign are rendered for every
channel, just as the daemon would. Errors keep a campaign from going out; warnings are worth a look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from publisher.assemble.assembler import Assembler
from publisher.assemble.holidays import closed_days
from publisher.assemble.media import files_of
from publisher.campaign.model import Campaign
from publisher.campaign.reader import read_campaigns
from publisher.check.habits import odd
from publisher.check.reckoning import of_office
from publisher.check.samples import SAMPLE
from publisher.files.faults import Fault
from publisher.media.record import NOTHING, Library
from publisher.planning.model import PlannedDelivery, Slot
from publisher.planning.plan import FeedItem, slots
from publisher.settings import Settings

EDITIONS = 2
FAR = timedelta(days=1200)
"""How far ahead the next two editions are looked for."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a check looked at: campaigns, their rendered deliveries, and every fault."""

    campaigns: tuple[Campaign, ...]
    planned: tuple[PlannedDelivery, ...]
    faults: tuple[Fault, ...]


def nothing_of_it() -> Library:
    """An empty media library."""
    return NOTHING


def look(
    settings: Settings,
    now: datetime,
    library: Callable[[], Library | None] = nothing_of_it,
) -> Looked:
    """Read, plan and render everything that is to come after ``now``.

    ``library`` gives the media library, ``None`` where it isn't on this machine; it is asked only
    where a post names something of it.
    """
    campaigns, faults = read_campaigns(settings)
    faults += of_office(settings, campaigns)
    known = library() if _name_it(campaigns) else NOTHING
    assembler = Assembler(settings, library=known, makes_videos=False)
    closed = closed_days(now, now + FAR)
    planned: list[PlannedDelivery] = []
    coming: set[tuple[str, str]] = set()
    for campaign in campaigns:
        items = [SAMPLE.due(now)] if campaign.file.feed is not None else []
        places = _coming(campaign, settings, now, closed, items)
        coming |= {(slot.identity.campaign, slot.identity.post) for slot in places}
        found, wrong = assembler.fill(campaign, places, items)
        planned += found
        faults += wrong
    planned.sort(key=lambda delivery: (delivery.slot.due_at, delivery.identity))
    faults += odd(settings, campaigns, planned, coming, now)
    faults.sort(key=lambda fault: (fault.path, fault.line or 0))
    return Looked(tuple(campaigns), tuple(planned), tuple(faults))


def _name_it(campaigns: Sequence[Campaign]) -> bool:
    posts = [post for campaign in campaigns for post in campaign.posts]
    return any(medium.library for post in posts for _field, medium in files_of(post))


def _coming(
    campaign: Campaign,
    settings: Settings,
    now: datetime,
    closed: frozenset[date],
    items: Sequence[FeedItem],
) -> list[Slot]:
    """The slots of the next two editions; of a standing campaign those within the horizon.

    A post that falls only later than that is looked at once, on its first day.
    """
    found = slots(campaign, settings.zone, now, now + FAR, closed, items)
    if campaign.file.anchor is not None:
        editions = sorted({slot.identity.edition for slot in found})[:EDITIONS]
        return [slot for slot in found if slot.identity.edition in editions]
    near = [slot for slot in found if slot.due_at < now + settings.horizon]
    seen = {(slot.identity.post, slot.identity.channel) for slot in near}
    for slot in found:
        mark = (slot.identity.post, slot.identity.channel)
        if mark not in seen:
            seen.add(mark)
            near.append(slot)
    return near
