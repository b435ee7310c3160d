"""Spans that are reported: one after another without gap or overlap, and what they are called."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.reach.spans import (
    Span,
    a_year_earlier,
    any_span,
    before,
    half_year,
    month,
    parts,
    whole_year,
)

A_DAY = timedelta(days=1)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

years = st.integers(2020, 2060)
closing_days = st.integers(1, 31)
days = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def tile(spans: list[Span] | tuple[Span, ...]) -> bool:
    """Whether each begins on the day after the one before it ends."""
    return all(one.last + A_DAY == other.first for one, other in pairwise(spans))


def test_a_report_counts_to_the_middle_of_its_month_as_the_decree_sets_it() -> None:
    assert (month(2027, 10, 14).first, month(2027, 10, 14).last) == (
        date(2027, 9, 15),
        date(2027, 10, 14),
    )
    first, second = half_year(2027, 1, 14), half_year(2027, 2, 14)
    assert (first.first, first.last) == (date(2026, 12, 15), date(2027, 6, 14))
    assert (second.first, second.last) == (date(2027, 6, 15), date(2027, 12, 14))
    assert whole_year(2027, 14).first == date(2026, 12, 15)
    assert whole_year(2027, 14).last == date(2027, 12, 14)


def test_with_31_a_report_counts_whole_calendar_months() -> None:
    assert month(2028, 2, 31).first == date(2028, 2, 1)
    assert month(2028, 2, 31).last == date(2028, 2, 29)
    assert whole_year(2027, 31).first == date(2027, 1, 1)
    assert whole_year(2027, 31).last == date(2027, 12, 31)


@given(years, closing_days)
def test_months_follow_one_another_and_make_up_half_years_and_years(
    year: int, closes_on: int
) -> None:
    months = [month(year, number, closes_on) for number in range(1, 13)]
    halves = [half_year(year, number, closes_on) for number in (1, 2)]
    assert tile([month(year - 1, 12, closes_on), *months, month(year + 1, 1, closes_on)])
    for half, six in zip(halves, (months[:6], months[6:]), strict=True):
        assert (half.first, half.last) == (six[0].first, six[-1].last)
        assert half.days == sum(one.days for one in six)
    whole = whole_year(year, closes_on)
    assert (whole.first, whole.last) == (halves[0].first, halves[1].last)
    assert all(
        one.last.month == number and one.last.year == year for number, one in enumerate(months, 1)
    )


@given(years, st.integers(1, 12), closing_days)
def test_what_is_compared_is_the_last_of_its_kind_and_that_of_a_year_ago(
    year: int, number: int, closes_on: int
) -> None:
    span = month(year, number, closes_on)
    assert before(span, closes_on).last == span.first - A_DAY
    assert before(span, closes_on).kind == "monthly"
    assert a_year_earlier(span, closes_on) == month(year - 1, number, closes_on)
    half = half_year(year, 1 + number % 2, closes_on)
    assert tile([before(half, closes_on), half])
    assert tile([before(whole_year(year, closes_on), closes_on), whole_year(year, closes_on)])


def test_any_days_are_compared_with_as_many_before_and_the_same_a_year_ago() -> None:
    span = any_span(date(2028, 2, 29), date(2028, 3, 4))
    assert before(span, 14) == any_span(date(2028, 2, 24), date(2028, 2, 28))
    assert a_year_earlier(span, 14) == any_span(date(2027, 2, 28), date(2027, 3, 4))


def test_a_span_that_goes_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="is before"):
        any_span(date(2027, 10, 2), date(2027, 10, 1))


@given(years, st.integers(1, 2), closing_days)
def test_a_half_years_trend_is_that_of_its_six_monthly_reports(
    year: int, number: int, closes_on: int
) -> None:
    months = range(6 * number - 5, 6 * number + 1)
    expected = tuple(month(year, one, closes_on) for one in months)
    assert parts(half_year(year, number, closes_on), closes_on) == expected


@given(days, st.integers(0, 800), closing_days)
def test_the_parts_of_any_days_are_all_of_them_once(
    first: date, length: int, closes_on: int
) -> None:
    span = any_span(first, first + length * A_DAY)
    found = parts(span, closes_on)
    assert tile(found)
    assert (found[0].first, found[-1].last) == (span.first, span.last)
    if span.days < 70:
        assert all(part.first.weekday() == 0 for part in found[1:])
        assert max(part.days for part in found) <= 7
    else:
        assert all(part.first.day == 1 for part in found[1:])


def test_a_month_that_an_end_cuts_short_is_no_month() -> None:
    found = parts(any_span(date(2027, 1, 10), date(2027, 4, 30)), 14)
    assert [part.kind for part in found] == ["span", "monthly", "monthly", "monthly"]
    assert found[0] == any_span(date(2027, 1, 10), date(2027, 1, 31))


def test_its_bounds_are_midnights_in_the_office() -> None:
    start, end = month(2027, 10, 14).bounds(ZONE)
    assert start == datetime(2027, 9, 14, 17, tzinfo=UTC)
    assert end == datetime(2027, 10, 14, 17, tzinfo=UTC)


def test_labels_tell_spans_apart_and_fit_file_names() -> None:
    labels = [
        month(2027, 1, 14).label,
        half_year(2027, 1, 14).label,
        whole_year(2027, 14).label,
        any_span(date(2027, 1, 1), date(2027, 1, 5)).label,
    ]
    assert labels == ["2027-01", "2027-H1", "2027", "20270101-20270105"]
