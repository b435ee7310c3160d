"""What would be wrong, and what readers would see, were proposals written; asked before that."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from publisher.campaign.model import Campaign
from publisher.campaign.reader import read_campaign
from publisher.editing import shadow
from publisher.editing.proposal import Proposal
from publisher.editing.rendered import rendered
from publisher.files.faults import Fault
from publisher.files.text import shown
from publisher.media.record import Library
from publisher.planning.model import PlannedDelivery
from publisher.settings import Settings


@dataclasses.dataclass(frozen=True)
class Looked:
    """A campaign as it would be with the files of ``changed``: what is to go out, what is wrong
    before and after."""

    campaign: Campaign | None
    planned: tuple[PlannedDelivery, ...]
    before: Sequence[Fault]
    after: Sequence[Fault]
    changed: frozenset[str]

    def judged(self, one: Proposal) -> Proposal:
        """``one`` with its faults: those of its own file, and those of files nobody changed."""
        own = shown(one.read_from)
        new = shadow.new_ones(self.after, self.before)
        mine = [fault for fault in new if fault.path == own or fault.path.name not in self.changed]
        return dataclasses.replace(
            one,
            faults=tuple(mine),
            standing=tuple(x for x in self.after if x.path == own and x not in mine),
            campaign=self.campaign,
            planned=tuple(x for x in self.planned if x.identity.post == one.post),
        )


def look(
    settings: Settings,
    folder: Path,
    proposals: Sequence[Proposal],
    now: datetime,
    library: Library,
) -> Looked:
    """The campaign in ``folder`` as it would be with all of ``proposals`` written."""
    changed: dict[str, str | None] = {}
    for one in proposals:
        if not one.changes_nothing:
            if one.target is not None:
                changed[one.path.name] = None
            changed[one.read_from.name] = one.after
    posts = {Path(name).stem for name, text in changed.items() if text is not None}
    # What stays as it is can be looked at too.
    posts |= {one.post for one in proposals if one.changes_nothing}
    was, before = read_campaign(folder, settings)
    campaign, after = shadow.read_with(settings, folder, changed)
    planned: Sequence[PlannedDelivery] = ()
    if campaign is not None:
        planned, wrong = rendered(settings, campaign, posts, now, library)
        after = [*after, *wrong]
    if was is not None:
        before = [*before, *rendered(settings, was, posts, now, library)[1]]
    return Looked(campaign, tuple(planned), before, after, frozenset(changed))
