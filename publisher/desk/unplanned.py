"""A post that a person sends outside the plan.

It becomes a delivery like any other, due now, under the same guarantee. Who sends it approves it by
that. Where the campaign asks for two people, the second one sends it too: that finds what waits and
completes it.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from publisher.assemble.single import assemble_one
from publisher.desk.codes import with_own_codes
from publisher.desk.desk import Desk
from publisher.files.faults import Fault
from publisher.media.library import keep
from publisher.planning.dates import in_blackout
from publisher.planning.diff import OUTSIDE
from publisher.planning.model import PlannedDelivery
from publisher.store import approvals, audit, deliveries, holds, short_links
from publisher.store import planned as stored_plan

LATELY = timedelta(hours=24)
GRACE = timedelta(minutes=30)
"""How long a send outside the plan may wait or be tried again: a person is waiting for it."""


class SentLately(Exception):  # noqa: N818 -- it tells a fact; the caller decides
    """The same text went to this channel ``at`` a moment within the last day."""

    def __init__(self, at: datetime) -> None:
        super().__init__(str(at))
        self.at = at


class Stopped(Exception):  # noqa: N818 -- likewise
    """A hold or a blackout covers it, for ``reason``: nothing was put in."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def as_it_would_read(
    desk: Desk, campaign: str, post: str, channel: str
) -> tuple[PlannedDelivery | None, list[Fault]]:
    """``post`` as ``channel`` would get it now, with codes of short links that are nobody else's;
    ``None`` where it can't be sent, and why."""
    now, library = desk.clock(), desk.planner.library()
    return with_own_codes(
        desk.database,
        lambda taken: assemble_one(desk.settings, campaign, post, channel, now, taken, library),
        lambda made: made[0].links if made[0] else (),
    )


def put_in(desk: Desk, planned: PlannedDelivery, actor: str, *, repeat: bool) -> int:
    """Store ``planned`` as due now, approved by ``actor``; gives its row id.

    Raises ``Stopped``; ``SentLately`` unless ``repeat``.
    """
    now = desk.clock()
    identity = dataclasses.replace(planned.identity, occurrence=f"{OUTSIDE}{now:%Y%m%dT%H%M%S%f}")
    slot = dataclasses.replace(
        planned.slot,
        identity=identity,
        due_at=now,
        local=now.astimezone(planned.slot.local.tzinfo),
        grace=GRACE,
    )
    media = tuple(keep(one, desk.settings.media_folder) for one in planned.message.media)
    message = dataclasses.replace(planned.message, key=identity.key, due_at=now, media=media)
    _refuse_blackout(desk, planned)
    with desk.database.writing() as session:
        hold = holds.covering(session, now, identity.campaign, identity.channel)
        if hold is not None:
            raise Stopped(hold.reason)
        row = deliveries.waiting_outside(session, identity, message.fingerprint)
        if row is None:
            lately = deliveries.sent_lately(
                session, identity.channel, message.fingerprint, now - LATELY
            )
            if lately is not None and not repeat:
                raise SentLately(lately)
            filled = dataclasses.replace(planned, slot=slot, message=message)
            row = stored_plan.add(session, filled, now)
        if row.approvals:
            approvals.approve(session, row, actor, now)
        if len(approvals.given(session, row)) >= row.approvals:
            short_links.take_over(session, deliveries.number_of(row), planned.links)
        audit.record(session, now, actor, "send", deliveries.identity_of(row).key)
        return deliveries.number_of(row)


def _refuse_blackout(desk: Desk, planned: PlannedDelivery) -> None:
    today = desk.clock().astimezone(desk.settings.zone).date()
    identity = planned.identity
    blackout = in_blackout(today, desk.settings.blackouts, identity.channel, identity.campaign)
    if blackout is not None:
        raise Stopped(blackout.reason)
