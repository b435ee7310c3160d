"""Writes the references from the code itself: the officers' files, the commands, the life cycle.

``python -m publisher.reference docs/reference`` writes campaign.md, criteria.md, schedule.md,
commands.md, figures.md and platform-errors.md, and the life cycle into the lifecycle.md beside that
folder. Tests keep what is committed equal to what is written, so that the pages can't grow old.
"""

from publisher.reference.lifecycle import life_cycle
from publisher.reference.pages import (
    campaign_page,
    commands_page,
    criteria_page,
    schedule_page,
    write,
)

__all__ = [
    "campaign_page",
    "commands_page",
    "criteria_page",
    "life_cycle",
    "schedule_page",
    "write",
]
