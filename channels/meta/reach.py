"""Reads how many people an account of Meta's reached, whichever of its posts they saw. Used by
``channels.facebook`` and ``channels.instagram``.

Meta counts people over a day, a week or 28 days, always up to a day that is over (which ends in
California), and tells that in the account's insights, with ``metric`` and ``period``. Sources:
developers.facebook.com/docs/graph-api/reference/insights (of Pages; day and days_28 were seen in a
public probe of v25.0) and /docs/instagram-platform/api-reference/instagram-user/insights (``reach``
by the day is documented; week and days_28 were until v21.0, and are seen in use). UNVERIFIED: that
each period is told of every account; so they are asked for one after another, as the configuration
says, and the first that is told is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from channels.base import ForbiddenError, InvalidContentError
from channels.meta.graph import Line
from channels.web.values import objects, tally

Period = Literal["day", "week", "days_28"]

DAYS: Mapping[Period, int] = {"day": 1, "week": 7, "days_28": 28}


def people_reached(
    line: Line, account: str, metric: str, periods: Sequence[Period]
) -> tuple[int | None, int | None]:
    """The people reached and in how many days, of the first of ``periods`` that is told; both are
    absent where none is."""
    for period in periods:
        try:
            told = line.get(f"{account}/insights", metric=metric, period=period)
        except (ForbiddenError, InvalidContentError):
            continue  # not this period, or nothing at all, for this account or this token
        reached = _newest(told.get("data"), metric, period)
        if reached is not None:
            return reached, DAYS[period]
    return None, None


def _newest(data: Any, metric: str, period: Period) -> int | None:
    for each in objects(data):
        if (each.get("name"), each.get("period")) == (metric, period):
            counts = [tally(value.get("value")) for value in objects(each.get("values"))]
            return next((count for count in reversed(counts) if count is not None), None)
    return None
