"""When a report is owed.

Its office is reminded of it ahead. Pure; all days are local.

The plan asks for monthly reports "by the 20th" and for half-yearly ones "before 20 June and before
20 December": their last good day is the 19th, and the year's report goes with December's. A report
that can't be whole by then, because more days of its month are counted, is owed a month later.

Nobody signs and sends on a day off. Where the last good day is one, the working day before is the
one to send on; reminders count back from that, and come on working days themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from publisher.planning.dates import is_working_day, moment, public_holidays
from publisher.reach.spans import Span, half_year, month, whole_year
from publisher.settings import Settings
from publisher.settings.reports import Periodic, ReportKind

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reminder:
    """When (UTC) a draft is mailed ahead of a deadline; ``label`` tells it from the others of the
    same report and stays the same: "5d"."""

    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A report that is owed: ``day`` is the last on which it is in time, ``send_on`` the working
    day by which it has to be on its way; ``reminders`` are in the order of time."""

    span: Span
    day: date
    send_on: date
    reminders: tuple[Reminder, ...]


def deadline_of(span: Span, settings: Settings) -> Deadline | None:
    """When the report of ``span`` is owed; ``None`` where one was asked for by its days."""
    if span.kind == "span":
        return None
    periodic = settings.reports.periodic
    day = _last_good_day(span, periodic)
    send_on = _working_day(day)
    return Deadline(span, day, send_on, _reminders(send_on, periodic, settings.zone))


def deadlines(settings: Settings, first: date, last: date) -> tuple[Deadline, ...]:
    """The reports that this office owes between two days, both counted, by their day."""
    found = [
        deadline
        for kind in settings.reports.periodic.kinds
        for deadline in takewhile(
            lambda deadline: deadline.day <= last, _owed_from(kind, first, settings)
        )
    ]
    order = ("monthly", "half-year", "yearly")
    return tuple(sorted(found, key=lambda owed: (owed.day, order.index(owed.span.kind))))


def next_owed(kind: ReportKind, today: date, settings: Settings) -> Deadline:
    """The report of ``kind`` that is still in time today, or will be next."""
    return next(_owed_from(kind, today, settings))


def due_reminders(settings: Settings, now: datetime) -> tuple[tuple[Deadline, Reminder], ...]:
    """What is to be mailed now: of each report the latest reminder whose moment has come, within
    its grace and while the report is still in time."""
    today = now.astimezone(settings.zone).date()
    found = []
    for deadline in deadlines(settings, today, today + _FURTHEST_AHEAD):
        begun = [reminder for reminder in deadline.reminders if reminder.at <= now]
        if begun and now < expires_at(deadline, begun[-1], settings):
            found.append((deadline, begun[-1]))
    return tuple(found)


def expires_at(deadline: Deadline, reminder: Reminder, settings: Settings) -> datetime:
    """From when on (UTC) a reminder isn't sent any more: its grace is over, or the report late."""
    late = moment(deadline.day + A_DAY, datetime.min.time(), settings.zone)
    return min(reminder.at + settings.reports.periodic.grace, late)


_FURTHEST_AHEAD = timedelta(days=400)
"""Every kind of report has a deadline within a year."""


def _owed_from(kind: ReportKind, first: date, settings: Settings) -> Iterator[Deadline]:
    """The reports of ``kind`` whose last good day isn't before ``first``, in order, without end."""
    for span in _spans(kind, first.year - 1, settings.reports.periodic.closes_on):
        deadline = deadline_of(span, settings)
        if deadline is not None and deadline.day >= first:
            yield deadline


def _spans(kind: ReportKind, year: int, closes_on: int) -> Iterator[Span]:
    """All spans of ``kind`` from the first of ``year`` on."""
    while True:
        match kind:
            case "monthly":
                yield from (month(year, number, closes_on) for number in range(1, 13))
            case "half-year":
                yield from (half_year(year, number, closes_on) for number in (1, 2))
            case "yearly":
                yield whole_year(year, closes_on)
        year += 1


def _last_good_day(span: Span, periodic: Periodic) -> date:
    # "By the 20th" takes the 20th in, "before 20 June" doesn't.
    day = periodic.deadline_day - (0 if span.kind == "monthly" else 1)
    year, number = span.last.year, span.last.month
    if periodic.closes_on > day:
        year, number = year + number // 12, number % 12 + 1
    return date(year, number, 1) + (day - 1) * A_DAY


def _working_day(day: date) -> date:
    """``day``, or the last working day before it."""
    closed = public_holidays(range(day.year - 1, day.year + 1))
    while not is_working_day(day, closed):
        day -= A_DAY
    return day


def _reminders(send_on: date, periodic: Periodic, zone: ZoneInfo) -> tuple[Reminder, ...]:
    """In order; of those that days off push together, the one asked for nearest to the deadline."""
    by_moment = {}
    for ahead in sorted(set(periodic.remind), reverse=True):
        day = _working_day(send_on - ahead.days * A_DAY)
        at = moment(day, periodic.at, zone) - (ahead - ahead.days * A_DAY)
        by_moment[at] = Reminder(at, _label(ahead))
    return tuple(by_moment[at] for at in sorted(by_moment))


def _label(ahead: timedelta) -> str:
    hours, rest = divmod(ahead.seconds, 3600)
    parts = ((ahead.days, "d"), (hours, "h"), (rest // 60, "m"), (rest % 60, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0d"
