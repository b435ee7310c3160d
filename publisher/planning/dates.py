"""Days and hours: anchors, offsets, recurrences, public holidays, night, blackouts. Pure.

Wall times are turned into moments by one rule (``moment``), so a zone with summer time gives the
same answer everywhere, and what stands later on the wall never goes out earlier. ``plan`` asks
here when a post falls, the check about nights, the courier about blackouts.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from dateutil.rrule import rrulestr

from publisher.campaign.when import Offset, OnDate, Recurring, When
from publisher.settings.blackouts import Blackout
from publisher.settings.office import Hours

RECURRENCE_EPOCH = date(2024, 1, 1)
"""The day every recurrence starts from (a Monday), at the campaign's usual time: INTERVAL counts
from here on whatever day a plan is made. COUNT would too, and end before it began; so a rule that
has one is refused on reading (``campaign.when``)."""

_A_SECOND = timedelta(seconds=1)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which the clock on the wall of ``zone`` shows ``day`` and ``at``.

    A wall time that occurs twice is its first; one that a change of the clock leaves out is the
    first moment after the gap.
    """
    wall = datetime.combine(day, at.replace(fold=0))
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(found, zone) == wall:
        return found
    # Read by the clock before the change a left-out time lies behind the gap, by the clock after
    # it (fold 1, PEP 495) before: the gap's end is between the two.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while found - before > _A_SECOND:
        middle = before + (found - before) // (2 * _A_SECOND) * _A_SECOND
        if _wall(middle, zone) < wall:
            before = middle
        else:
            found = middle
    return found


def occurrences(
    when: When,
    anchor: date | None,
    usual: time,
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
    closed: Collection[date] = (),
) -> list[tuple[datetime, str]]:
    """Moments (UTC) at which ``when`` falls in [start, end), each with its occurrence's label.

    ``usual`` is the time of day where ``when`` names none, hour and minute each by itself in a
    recurrence; ``closed`` are public holidays, for offsets in working days. The label of a
    recurrence is its local date, with ``#2`` for the second of one day; the others need none. No
    two share a moment. An offset without an ``anchor`` never falls, and entries of a feed have
    their times elsewhere.
    """
    if isinstance(when, Offset):
        if anchor is None:
            return []
        day = offset_day(anchor, when, closed)
        found: Iterable[tuple[datetime, str]] = [(moment(day, when.at or usual, zone), "")]
    elif isinstance(when, OnDate):
        found = [(moment(when.day, when.at or usual, zone), "")]
    elif isinstance(when, Recurring):
        found = _recurring(when.rule, usual, zone, start, end)
    else:
        found = []
    return [(at, label) for at, label in found if start <= at < end]


def offset_day(anchor: date, offset: Offset, closed: Collection[date] = ()) -> date:
    """The day ``offset`` from ``anchor``.

    In working days: the N-th working day after or before it; N = 0 is the anchor itself or, where
    that is no working day, the next one.
    """
    if not offset.working_days:
        return anchor + timedelta(days=offset.days)
    step = timedelta(days=1 if offset.days >= 0 else -1)
    day, left = anchor, abs(offset.days)
    while left or not is_working_day(day, closed):
        day += step
        if left and is_working_day(day, closed):
            left -= 1
    return day


def is_working_day(day: date, closed: Collection[date] = ()) -> bool:
    """Monday to Friday, and no public holiday."""
    return day.weekday() < 5 and day not in closed


def public_holidays(years: Iterable[int], language: str = "vi") -> Mapping[date, str]:
    """Viet Nam's public holidays and the days off in lieu, by day, with their names.

    Source: the ``holidays`` library. Days off that the Government sets each year (the length of
    Tet, days in lieu) are known to it only once they are announced.
    """
    return _holidays(tuple(sorted(set(years))), language)


def is_at_night(local: datetime, hours: Hours) -> bool:
    """Whether ``local`` lies outside the office's hours."""
    return not hours.start <= local.time() <= hours.end


def in_blackout(
    day: date, blackouts: Sequence[Blackout], channel: str, campaign: str
) -> Blackout | None:
    """The first blackout that covers this local day for this channel and campaign.

    A blackout that names campaigns covers no other campaign, and none at all where ``campaign``
    is empty.
    """
    for blackout in blackouts:
        if (
            blackout.from_ <= day <= blackout.to
            and (not blackout.channels or channel in blackout.channels)
            and (not blackout.campaigns or campaign in blackout.campaigns)
        ):
            return blackout
    return None


def _recurring(
    rule: str, usual: time, zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[datetime, str]]:
    first = datetime.combine(RECURRENCE_EPOCH, usual)
    # Rules run on wall time. A day to either side covers every gap, and whole days are asked for:
    # the second of a day is the second whatever the window.
    low = datetime.combine(_wall(start, zone).date() - timedelta(days=1), time())
    high = _wall(end, zone) + timedelta(days=1)
    walls = rrulestr(_to_the_end_of_until(rule), dtstart=first).between(low, high, inc=True)
    before: datetime | None = None
    for day, same_day in itertools.groupby(walls, key=lambda wall: wall.date()):
        for count, wall in enumerate(same_day, start=1):
            at = moment(day, wall.time(), zone)
            # Hours that a gap leaves out all fall on its end: readers must not see them twice.
            if at != before:
                yield at, day.isoformat() if count == 1 else f"{day.isoformat()}#{count}"
            before = at


def _to_the_end_of_until(rule: str) -> str:
    """A last day without an hour is meant as a whole day (RFC 5545, 3.3.10), not its midnight."""
    return re.sub(r"(UNTIL=\d{4}-?\d\d-?\d\d)(?=;|$)", r"\1T235959", rule)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall of ``zone`` shows at the moment ``at``."""
    return at.astimezone(zone).replace(tzinfo=None)


@lru_cache(maxsize=64)
def _holidays(years: tuple[int, ...], language: str) -> Mapping[date, str]:
    names = {"vi": "vi", "en": "en_US"}
    return dict(holidays.country_holidays("VN", years=years, language=names[language]))
