"""How changed posts would read on each channel, and what a channel would refuse of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import datetime, timedelta

from publisher.assemble.assembler import Assembler
from publisher.assemble.holidays import closed_days
from publisher.campaign.model import Campaign
from publisher.check.samples import SAMPLE
from publisher.files.faults import Fault
from publisher.media.record import Library
from publisher.planning.model import PlannedDelivery, Slot
from publisher.planning.plan import slots
from publisher.settings import Settings

_FAR = timedelta(days=800)
"""So far ahead every yearly campaign has a day to come, whatever the month."""


def rendered(
    settings: Settings,
    campaign: Campaign,
    posts: Collection[str],
    now: datetime,
    library: Library | None,
) -> tuple[list[PlannedDelivery], list[Fault]]:
    """The next time of each of ``posts``, in its texts for every channel, and what is wrong."""
    chosen = tuple(post for post in campaign.posts if post.id in posts)
    if not chosen:
        return [], []
    items = [SAMPLE.due(now)] if campaign.file.feed is not None else []
    end = now + _FAR
    found = slots(campaign, settings.zone, now, end, closed_days(now, end), items)
    first: dict[tuple[str, str], Slot] = {}
    for slot in found:
        if slot.identity.post in posts:
            first.setdefault((slot.identity.post, slot.identity.channel), slot)
    alone = dataclasses.replace(campaign, posts=chosen)
    # The films of slides take minutes to make, and what is wrong with them is told without.
    assembler = Assembler(settings, library=library, makes_videos=False)
    return assembler.fill(alone, first.values(), items)
