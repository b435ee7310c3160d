"""What may be stopped, what a hold keeps back, and what becomes of it once the hold ends.

``effect`` is pure: it takes the deliveries on their way and the holds in force, and says of each
whether it would go out late, would be missed, or is kept by something else all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from publisher.planning.dates import in_blackout
from publisher.settings import Settings
from publisher.store import deliveries, holds
from publisher.store.models import ChannelState, Delivery, Hold


@dataclass(frozen=True, slots=True)
class Effect:
    """What the end of a hold would do to the deliveries that it covers, each by due time.

    ``late`` go out at once, ``lost`` are past their grace and are not sent any more, ``kept`` are
    due and stay where they are for another reason, ``coming`` go out at their time.
    """

    late: tuple[Delivery, ...]
    lost: tuple[Delivery, ...]
    kept: tuple[Delivery, ...]
    coming: tuple[Delivery, ...]

    @property
    def count(self) -> int:
        """How many it covers."""
        return len(self.late) + len(self.lost) + len(self.kept) + len(self.coming)


def stoppable(session: Session, settings: Settings) -> list[str]:
    """The campaigns that may be stopped: those that have a folder, faulty ones too, and those that
    ever had something in the plan."""
    return sorted({*deliveries.campaigns(session), *settings.campaign_names})


def covered(hold: Hold, rows: Sequence[Delivery]) -> list[Delivery]:
    """Those of ``rows`` that ``hold`` keeps back: what falls due while it is in force."""
    return [
        row
        for row in rows
        if row.holdable
        and holds.covers(hold, row.campaign, row.channel)
        and (hold.until is None or row.due_at < hold.until)
    ]


def effect(
    ending: Sequence[Hold],
    in_force: Sequence[Hold],
    rows: Sequence[Delivery],
    channels: Sequence[ChannelState],
    approvals: Mapping[int, int],
    settings: Settings,
    now: datetime,
) -> Effect:
    """What happens to ``rows``, which may still go, where the holds ``ending`` end ``now``."""
    gone = {hold.id for hold in ending}
    others = [hold for hold in in_force if hold.id not in gone]
    stopped = {one.channel for one in channels if one.stopped}
    today = now.astimezone(settings.zone).date()
    late, lost, kept, coming = [], [], [], []
    for row in rows:
        if not any(row in covered(hold, [row]) for hold in ending):
            continue
        if row.due_at > now:
            coming.append(row)
        elif row.expires_at <= now:
            lost.append(row)
        elif (
            row.channel in stopped
            or any(covered(hold, [row]) for hold in others)
            or in_blackout(today, settings.blackouts, row.channel, row.campaign)
            or approvals.get(deliveries.number_of(row), 0) < row.approvals
        ):
            kept.append(row)
        else:
            late.append(row)
    return Effect(tuple(late), tuple(lost), tuple(kept), tuple(coming))
