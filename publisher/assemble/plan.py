"""The whole plan with its texts.

The daemon, ``plan`` and the preview come here, and the check goes by the same ``Assembler``: all of
them see the same messages and the same faults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from publisher.assemble.assembler import NO_LINKS, Assembler
from publisher.assemble.holidays import closed_days
from publisher.campaign.model import Campaign
from publisher.files.faults import Fault
from publisher.media.record import NOTHING, Library
from publisher.planning.model import PlannedDelivery
from publisher.planning.plan import FeedItem, slots
from publisher.settings import Settings

_NO_ENTRIES: Mapping[str, Sequence[FeedItem]] = MappingProxyType({})


def assemble(
    settings: Settings,
    campaigns: Sequence[Campaign],
    start: datetime,
    end: datetime,
    entries: Mapping[str, Sequence[FeedItem]] = _NO_ENTRIES,
    taken: Mapping[str, str] = NO_LINKS,
    library: Library | None = NOTHING,
) -> tuple[list[PlannedDelivery], list[Fault]]:
    """Every delivery due in [start, end), rendered; and whatever is wrong with the posts.

    ``entries`` are feed entries by campaign, ``taken`` codes of short links with the address
    that has each, ``library`` is the media library (``None``: not here). A delivery that a channel
    would refuse is given along with its fault, so that a preview can show it.
    """
    assembler = Assembler(settings, taken, library)
    closed = closed_days(start, end)
    planned: list[PlannedDelivery] = []
    faults: list[Fault] = []
    for campaign in campaigns:
        items = entries.get(campaign.slug, ())
        found, wrong = assembler.fill(
            campaign, slots(campaign, settings.zone, start, end, closed, items), items
        )
        planned += found
        faults += wrong
    planned.sort(key=lambda delivery: (delivery.slot.due_at, delivery.identity))
    return planned, faults
