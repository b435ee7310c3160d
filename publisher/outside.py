"""What is sent outside the plan: a delivery like any other, due now, approved by who sends it."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from publisher.media.library import keep
from publisher.planning.diff import OUTSIDE
from publisher.planning.model import PlannedDelivery
from publisher.site import Site
from publisher.store import approvals, audit, deliveries
from publisher.store import planned as stored_plan

LATELY = timedelta(hours=24)
GRACE = timedelta(minutes=30)
"""How long a send outside the plan may be tried again: a person is waiting for it."""


class SentLately(Exception):  # noqa: N818 -- it tells a fact; the caller decides
    """The same text went to this channel ``at`` a moment within the last day."""

    def __init__(self, at: datetime) -> None:
        super().__init__(str(at))
        self.at = at


def put_in(site: Site, planned: PlannedDelivery, actor: str, *, repeat: bool) -> int:
    """Store ``planned`` as due now; gives its row id. Raises ``SentLately`` unless ``repeat``."""
    now = site.clock()
    identity = dataclasses.replace(planned.identity, occurrence=f"{OUTSIDE}{now:%Y%m%dT%H%M%S%f}")
    slot = dataclasses.replace(
        planned.slot,
        identity=identity,
        due_at=now,
        local=now.astimezone(planned.slot.local.tzinfo),
        grace=GRACE,
    )
    media = tuple(keep(one, site.settings.var_folder / "media") for one in planned.message.media)
    message = dataclasses.replace(planned.message, key=identity.key, due_at=now, media=media)
    with site.database.writing() as session:
        lately = deliveries.sent_lately(
            session, identity.channel, message.fingerprint, now - LATELY
        )
        if lately is not None and not repeat:
            raise SentLately(lately)
        row = stored_plan.add(
            session, dataclasses.replace(planned, slot=slot, message=message), now
        )
        if row.approvals:
            row.approvals = 1
            session.add(row)
            approvals.approve(session, row, actor, now)
        audit.record(session, now, actor, "send", identity.key)
        return deliveries.number_of(row)
