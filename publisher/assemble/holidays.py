"""The public holidays that a plan may look at."""

from __future__ import annotations

from datetime import date, datetime

from publisher.planning.dates import public_holidays


def closed_days(start: datetime, end: datetime) -> frozenset[date]:
    """Public holidays of every year that a plan of [start, end) may look at."""
    return frozenset(public_holidays(range(start.year - 2, end.year + 3)))
