"""One post as it would read on one channel now."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta

from publisher.assemble.assembler import NO_LINKS, Assembler
from publisher.assemble.holidays import closed_days
from publisher.campaign.names import is_slug
from publisher.campaign.reader import read_campaign
from publisher.files.faults import Fault, any_error
from publisher.files.messages import either, near, quoted
from publisher.files.text import shown
from publisher.i18n import _
from publisher.media.record import NOTHING, Library
from publisher.planning.model import PlannedDelivery
from publisher.planning.plan import slots
from publisher.settings import Settings


def assemble_one(
    settings: Settings,
    campaign: str,
    post: str,
    channel: str,
    now: datetime,
    taken: Mapping[str, str] = NO_LINKS,
    library: Library | None = NOTHING,
) -> tuple[PlannedDelivery | None, list[Fault]]:
    """``post`` as it would read on ``channel`` at ``now``, in its nearest edition."""
    if not is_slug(campaign) or not (settings.campaigns_folder / campaign).is_dir():
        return None, [
            Fault(
                shown(settings.campaigns_folder),
                None,
                "no_such_campaign",
                _("There is no campaign “%(name)s”.") % {"name": quoted(campaign)},
                near(campaign, settings.campaign_names),
            )
        ]
    read, faults = read_campaign(settings.campaigns_folder / campaign, settings)
    if read is None:
        return None, faults
    wanted = next((one for one in read.posts if one.id == post), None)
    if wanted is None or channel not in settings.channels:
        return None, [
            Fault(
                shown(read.folder),
                None,
                "no_such_post",
                _("There is no post “%(post)s” in this campaign.") % {"post": post},
                either(one.id for one in read.posts),
            )
        ]
    front = wanted.front.model_copy(update={"channels": (channel,)})
    own = dataclasses.replace(wanted, front=front)
    # The others count for the days alone: an edition reaches from its first post to its last.
    others = (one for one in read.posts if one.id != post)
    whole = dataclasses.replace(read, posts=(own, *others))
    start, end = now - _A_YEAR, now + 2 * _A_YEAR
    days = slots(whole, settings.zone, start, end, closed_days(start, end))
    found = [slot for slot in days if slot.identity.post == post]
    if not found:
        return None, [
            Fault(
                shown(wanted.path),
                None,
                "no_day",
                _("This post can't be sent by itself: it has no day of its own."),
                _(
                    "A post of a feed goes out with an entry, by itself. Give any other post "
                    'another day: when = "2027-10-01 08:00"'
                ),
            )
        ]
    nearest = min(found, key=lambda slot: abs(slot.due_at - now))
    slot = dataclasses.replace(nearest, due_at=now, local=now.astimezone(nearest.local.tzinfo))
    alone = dataclasses.replace(read, posts=(own,))
    planned, faults = Assembler(settings, taken, library).fill(alone, [slot])
    return (None if any_error(faults) or not planned else planned[0]), faults


_A_YEAR = timedelta(days=366)
