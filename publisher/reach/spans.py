"""Spans of days that are reported: a month, half a year, a year, or any.

All days are local. A periodic report counts up to a day before its month ends, so that it can be
written by its deadline: with ``closes_on`` 14, October's report counts 15 September to 14 October,
the first half of 2027 counts 15 December 2026 to 14 June 2027, and 2027 ends on 14 December.
(Decree 09/2019/NĐ-CP, article 12, sets these days for periodic reports of state bodies. From
memory, not looked up: the day is a setting.) With 31 a report counts whole calendar months.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from publisher.planning.dates import moment

Kind = Literal["monthly", "half-year", "yearly", "span"]

_BY_MONTH_FROM = 70
"""Days from which on months tell more than weeks."""

_MONTHS: dict[str, int] = {"monthly": 1, "half-year": 6, "yearly": 12}


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``first`` to ``last``, both counted. ``year`` and ``number`` name it: the
    month (1-12), the half (1-2), or 1 for a year; 0 for a span that was asked for by its days."""

    kind: Kind
    first: date
    last: date
    year: int = 0
    number: int = 0

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}")

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    @property
    def label(self) -> str:
        """A name for files and identities: "2027-10", "2027-H1", "2027", "20271001-20271005"."""
        return {
            "monthly": f"{self.year}-{self.number:02d}",
            "half-year": f"{self.year}-H{self.number}",
            "yearly": f"{self.year}",
            "span": f"{self.first:%Y%m%d}-{self.last:%Y%m%d}",
        }[self.kind]

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first moment, and the first one after it; in UTC."""
        after = self.last + timedelta(days=1)
        return moment(self.first, time(), zone), moment(after, time(), zone)


def month(year: int, number: int, closes_on: int) -> Span:
    """The report of a month."""
    return _ending(year, number, closes_on, "monthly", number)


def half_year(year: int, number: int, closes_on: int) -> Span:
    """The report of the first or second half of a year."""
    return _ending(year, 6 * number, closes_on, "half-year", number)


def whole_year(year: int, closes_on: int) -> Span:
    """The report of a year."""
    return _ending(year, 12, closes_on, "yearly", 1)


def this_year(closes_on: int, today: date) -> Span:
    """The year whose report counts today."""
    year = whole_year(today.year, closes_on)
    return year if today <= year.last else whole_year(today.year + 1, closes_on)


def any_span(first: date, last: date) -> Span:
    """The report of any days. Raises ``ValueError`` where they go backwards."""
    return Span("span", first, last)


def before(span: Span, closes_on: int) -> Span:
    """What ``span`` is compared with: the last of its kind; as many days before, for any days."""
    if span.kind == "span":
        last = span.first - timedelta(days=1)
        return any_span(last - timedelta(days=span.days - 1), last)
    return _of_kind(span, span.year, span.number - 1, closes_on)


def a_year_earlier(span: Span, closes_on: int) -> Span:
    """The same span of the year before."""
    if span.kind == "span":
        return any_span(_in_year_before(span.first), _in_year_before(span.last))
    return _of_kind(span, span.year - 1, span.number, closes_on)


def parts(span: Span, closes_on: int) -> tuple[Span, ...]:
    """``span`` cut up for a trend, without gap or overlap.

    By months, as they are reported: a half-year's six are those of its monthly reports. By weeks
    from Monday where it is shorter than ten weeks. A span that was asked for by its days is cut at
    calendar months. What an end of ``span`` cuts short is a span of its days alone.
    """
    if span.days < _BY_MONTH_FROM:
        return tuple(_weeks(span))
    return tuple(_months(span, 31 if span.kind == "span" else closes_on))


def _weeks(span: Span) -> Iterator[Span]:
    first = span.first
    while first <= span.last:
        sunday = first + timedelta(days=6 - first.weekday())
        yield any_span(first, min(sunday, span.last))
        first = sunday + timedelta(days=1)


def _months(span: Span, closes_on: int) -> Iterator[Span]:
    year, number = span.first.year, span.first.month
    while (whole := month(year, number, closes_on)).first <= span.last:
        first, last = max(whole.first, span.first), min(whole.last, span.last)
        if first <= last:
            yield whole if (first, last) == (whole.first, whole.last) else any_span(first, last)
        year, number = year + number // 12, number % 12 + 1


def _of_kind(span: Span, year: int, number: int, closes_on: int) -> Span:
    if number == 0:
        year, number = year - 1, 12 // _MONTHS[span.kind]
    return _ending(year, number * _MONTHS[span.kind], closes_on, span.kind, number)


def _ending(year: int, last_month: int, closes_on: int, kind: Kind, number: int) -> Span:
    """The span of ``kind`` whose last month is ``last_month`` of ``year``."""
    months_before = year * 12 + last_month - 1 - _MONTHS[kind]
    opened = _closing(months_before // 12, months_before % 12 + 1, closes_on)
    first = opened + timedelta(days=1)
    return Span(kind, first, _closing(year, last_month, closes_on), year, number)


def _closing(year: int, number: int, closes_on: int) -> date:
    return date(year, number, min(closes_on, calendar.monthrange(year, number)[1]))


def _in_year_before(day: date) -> date:
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))
