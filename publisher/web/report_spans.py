"""The spans of periodic reports as pages name them, by their labels: 2027-10, 2027-H1, 2027."""

from __future__ import annotations

import re
from datetime import date

from publisher.reach import spans
from publisher.reach.spans import Span
from publisher.web.visit import Visit

_LABEL = re.compile(r"(2\d{3})(?:-(?:H([12])|(0[1-9]|1[0-2])))?")
_DAYS = re.compile(r"(2\d{3})(\d\d)(\d\d)-(2\d{3})(\d\d)(\d\d)")
_MONTHS_BACK = 12


def of_label(label: str, closes_on: int) -> Span | None:
    """The span of ``label`` (``Span.label``); ``None`` where that names none."""
    if match := _DAYS.fullmatch(label):
        numbers = [int(part) for part in match.groups()]
        try:
            return spans.any_span(date(*numbers[:3]), date(*numbers[3:]))
        except ValueError:
            return None
    match = _LABEL.fullmatch(label)
    if match is None:
        return None
    year, half, month = match.groups()
    if half is not None:
        return spans.half_year(int(year), int(half), closes_on)
    if month is not None:
        return spans.month(int(year), int(month), closes_on)
    return spans.whole_year(int(year), closes_on)


def so_far(visit: Visit) -> list[Span]:
    """The spans that have begun and that somebody may want to see: this year and the last, their
    halves, the last twelve months."""
    closes_on, today = visit.settings.reports.periodic.closes_on, visit.now.date()
    year = spans.this_year(closes_on, today)
    every = [
        *(spans.whole_year(number, closes_on) for number in (year.year, year.year - 1)),
        *(
            spans.half_year(number, half, closes_on)
            for number in (year.year, year.year - 1)
            for half in (2, 1)
        ),
    ]
    month = spans.month(year.year, 12, closes_on)
    months: list[Span] = []
    while len(months) < _MONTHS_BACK:
        if month.first <= today:
            months.append(month)
        month = spans.before(month, closes_on)
    return [one for one in every if one.first <= today] + months
