"""How often each post was shown at one age.

``publisher.reach.insight`` is drawn from it. A post of Monday has had six days more to be seen than
one of Sunday: at the report's moment their figures can't be compared, at the same age they can. A
post that hasn't reached that age yet counts in the next week's report.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from publisher.reach.insight import Measured
from publisher.store.models import Delivery
from publisher.store.reach_tables import ReadingRow

SPAN = timedelta(weeks=8)
AGE = timedelta(days=3)


def measured(
    session: Session, end: datetime, zone: ZoneInfo, now: datetime, ages: Sequence[timedelta]
) -> list[Measured]:
    """What went out in the ``SPAN`` before ``end``, and how often it was shown at one of ``ages``:
    the highest up to ``AGE``. What is in doubt, or was read long after that age, is left out."""
    age = max((one for one in ages if one <= AGE), default=min(ages))
    rows = session.execute(
        select(  # type: ignore[call-overload]
            Delivery.campaign,
            Delivery.edition,
            Delivery.post,
            Delivery.occurrence,
            Delivery.channel,
            Delivery.kind,
            Delivery.sent_at,
            ReadingRow.at,
            ReadingRow.impressions,
            ReadingRow.views,
            ReadingRow.doubts,
        )
        .join(ReadingRow, col(ReadingRow.delivery_id) == col(Delivery.id))
        .where(
            col(Delivery.sent_at) >= end - SPAN,
            col(Delivery.sent_at) < end,
            col(Delivery.holdable).is_(True),
            col(ReadingRow.due_age_s) == int(age.total_seconds()),
            col(ReadingRow.at) <= now,
        )
        .order_by(col(Delivery.sent_at), col(Delivery.id))
    ).all()
    found = []
    for *of_post, channel, kind, sent_at, at, impressions, views, doubts in rows:
        shown = impressions if impressions is not None else views
        if shown is None or doubts or at - sent_at > 2 * age:
            continue
        local = sent_at.astimezone(zone)
        week = local.date() - timedelta(days=local.weekday())
        found.append(Measured(tuple(of_post), channel, week, local.hour, kind, shown))
    return found
