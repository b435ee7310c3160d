"""Holds what reports are reckoned by against the campaigns.

That is the coverage register and the criteria file. Neither keeps a campaign from going out; a
report without them would be found out too late.
"""

from __future__ import annotations

from collections.abc import Sequence

from publisher.campaign.criteria_reader import Known, read_criteria
from publisher.campaign.model import Campaign
from publisher.campaign.register_reader import read_register
from publisher.files.faults import Fault
from publisher.settings import Settings


def of_office(settings: Settings, campaigns: Sequence[Campaign]) -> list[Fault]:
    """Every fault of the two files; what they name is looked for in the rest of the office's."""
    register, faults = read_register(settings)
    # A campaign with a fault is there all the same: it isn't told here a second time.
    folders = settings.campaign_names
    read = {campaign.slug for campaign in campaigns}
    feeds = {campaign.slug for campaign in campaigns if campaign.file.feed is not None}
    known = Known(
        campaigns=folders,
        feeds=sorted(feeds | (set(folders) - read)),
        channels=list(settings.channels),
        register=register,
    )
    _criteria, found = read_criteria(settings, known)
    return [*faults, *found]
