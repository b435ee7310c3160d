"""How many people follow each channel's account at a week's two ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from publisher.store.reach_tables import AccountReading

LOOK_BACK = timedelta(days=7)
"""An older count is no beginning of the week: a change since then would be another span's."""


@dataclass(frozen=True, slots=True)
class Followed:
    """How many people followed a channel's account as the week began and as it ended; either may
    be unknown. ``doubtful`` where something speaks against a figure."""

    channel: str
    before: int | None
    now: int | None
    doubtful: bool = False


def followed(session: Session, start: datetime, end: datetime) -> tuple[Followed, ...]:
    """By channel, what was told last in the week before ``start``, and last up to ``end``."""
    rows = session.execute(
        select(
            AccountReading.channel,
            AccountReading.at,
            AccountReading.followers,
            AccountReading.doubts,
        )
        .where(
            col(AccountReading.at) >= start - LOOK_BACK,
            col(AccountReading.at) < end,
            col(AccountReading.followers).is_not(None),
        )
        .order_by(col(AccountReading.at), col(AccountReading.id))
    ).all()
    ends: dict[str, dict[bool, tuple[int, bool]]] = defaultdict(dict)
    for channel, at, followers, doubts in rows:
        ends[channel][at >= start] = followers, bool(doubts)
    nothing = (None, False)
    return tuple(
        Followed(
            channel,
            before=told.get(False, nothing)[0],
            now=told.get(True, nothing)[0],
            doubtful=any(doubtful for _count, doubtful in told.values()),
        )
        for channel, told in sorted(ends.items())
    )
