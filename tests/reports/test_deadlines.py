"""When reports are owed and reminded of: the plan's days, days off, and every setting there is."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from publisher.planning.dates import is_working_day, public_holidays
from publisher.reach.spans import any_span, half_year, month, whole_year
from publisher.reports.deadlines import (
    Deadline,
    deadline_of,
    deadlines,
    due_reminders,
    expires_at,
    next_owed,
)
from publisher.settings import Settings
from publisher.settings.reports import Periodic, Reports
from tests.store.builders import ZONE

A_DAY = timedelta(days=1)


def settings(**keys: Any) -> Settings:
    return Settings(reports=Reports(periodic=Periodic.model_validate(keys)))


def owed(found: Deadline | None) -> Deadline:
    assert found is not None
    return found


def local(deadline: Deadline) -> list[tuple[str, str]]:
    return [(one.label, f"{one.at.astimezone(ZONE):%d/%m %H:%M}") for one in deadline.reminders]


def test_a_month_is_owed_by_the_20th_and_halves_and_years_before_it() -> None:
    assert owed(deadline_of(month(2027, 10, 14), Settings())).day == date(2027, 10, 20)
    assert owed(deadline_of(half_year(2027, 1, 14), Settings())).day == date(2027, 6, 19)
    assert owed(deadline_of(half_year(2027, 2, 14), Settings())).day == date(2027, 12, 19)
    assert owed(deadline_of(whole_year(2027, 14), Settings())).day == date(2027, 12, 19)


def test_what_was_asked_for_by_its_days_has_no_deadline() -> None:
    assert deadline_of(any_span(date(2027, 1, 1), date(2027, 1, 5)), Settings()) is None


def test_a_working_day_is_reminded_of_five_days_and_one_day_before() -> None:
    found = owed(deadline_of(month(2027, 10, 14), Settings()))
    assert found.send_on == date(2027, 10, 20)
    assert local(found) == [("5d", "15/10 08:00"), ("1d", "19/10 08:00")]


def test_a_saturdays_deadline_is_met_on_friday_and_reminded_of_earlier() -> None:
    found = owed(deadline_of(half_year(2027, 1, 14), Settings()))
    assert found.day.weekday() == 5
    assert found.send_on == date(2027, 6, 18)
    assert local(found) == [("5d", "11/06 08:00"), ("1d", "17/06 08:00")]


def test_a_deadline_within_tet_is_met_before_it() -> None:
    # The eve of Tet 2026 is 16 February; the days off in lieu end on the 20th.
    found = owed(deadline_of(month(2026, 2, 14), Settings()))
    assert found.day == date(2026, 2, 20)
    assert found.send_on == date(2026, 2, 13)
    assert all(one.at.astimezone(ZONE).date() < found.send_on for one in found.reminders)


def test_who_counts_whole_months_owes_them_a_month_later() -> None:
    whole = settings(closes_on=31)
    assert owed(deadline_of(month(2027, 10, 31), whole)).day == date(2027, 11, 20)
    assert owed(deadline_of(half_year(2027, 1, 31), whole)).day == date(2027, 7, 19)


def test_the_last_counted_day_may_be_the_deadlines_own() -> None:
    assert owed(deadline_of(month(2027, 10, 20), settings(closes_on=20))).day == date(2027, 10, 20)


def test_only_the_kinds_that_an_office_owes_are_listed() -> None:
    found = deadlines(settings(kinds=["half-year"]), date(2027, 1, 1), date(2027, 12, 31))
    assert [one.span.label for one in found] == ["2027-H1", "2027-H2"]


def test_in_december_three_reports_are_owed_and_the_month_is_the_last() -> None:
    found = deadlines(Settings(), date(2027, 12, 1), date(2027, 12, 31))
    assert [one.span.kind for one in found] == ["half-year", "yearly", "monthly"]


def test_the_next_owed_is_still_that_of_today() -> None:
    assert next_owed("monthly", date(2027, 10, 20), Settings()).span.label == "2027-10"
    assert next_owed("monthly", date(2027, 10, 21), Settings()).span.label == "2027-11"
    assert next_owed("yearly", date(2027, 12, 20), Settings()).span.label == "2028"


def test_a_reminder_is_due_from_its_moment_until_its_grace_ends() -> None:
    at = datetime(2027, 10, 15, 8, tzinfo=ZONE)
    assert due_reminders(Settings(), at - timedelta(seconds=1)) == ()
    [(deadline, reminder)] = due_reminders(Settings(), at)
    assert (deadline.span.label, reminder.label) == ("2027-10", "5d")
    assert due_reminders(Settings(), at + 2 * A_DAY) == ()


def test_of_two_that_were_slept_through_the_later_is_due() -> None:
    [(_deadline, reminder)] = due_reminders(
        settings(grace="10d"), datetime(2027, 10, 19, 9, tzinfo=ZONE)
    )
    assert reminder.label == "1d"


def test_after_the_deadline_nobody_is_reminded_of_it_any_more() -> None:
    long = settings(grace="10d")
    [(deadline, reminder)] = due_reminders(long, datetime(2027, 10, 20, 23, 59, tzinfo=ZONE))
    assert expires_at(deadline, reminder, long) == datetime(2027, 10, 21, tzinfo=ZONE)
    assert due_reminders(long, datetime(2027, 10, 21, tzinfo=ZONE)) == ()


def test_reminders_that_days_off_push_together_are_one() -> None:
    # Monday the 20th: one day and three days before are the weekend.
    found = owed(deadline_of(month(2027, 9, 14), settings(remind=["3d", "2d", "1d"])))
    assert local(found) == [("1d", "17/09 08:00")]


any_settings = st.builds(
    settings,
    closes_on=st.integers(1, 31),
    deadline_day=st.integers(1, 28),
    remind=st.lists(
        st.integers(0, 20 * 24).map(lambda hours: timedelta(hours=hours)), max_size=4
    ).map(tuple),
    at=st.times(time(0), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0)),
)
years = st.integers(2024, 2035)


@given(any_settings, years)
def test_every_month_has_one_monthly_deadline_and_their_spans_leave_nothing_out(
    asked: Settings, year: int
) -> None:
    found = [
        one
        for one in deadlines(asked, date(year, 1, 1), date(year + 1, 12, 31))
        if one.span.kind == "monthly"
    ]
    by_month = Counter((one.day.year, one.day.month) for one in found)
    assert by_month == Counter((y, m) for y in (year, year + 1) for m in range(1, 13))
    for one, other in pairwise(found):
        assert one.span.last + A_DAY == other.span.first


@given(any_settings, years)
def test_half_years_and_years_are_owed_once_and_their_spans_leave_nothing_out(
    asked: Settings, year: int
) -> None:
    # Where the first is "before" the day, December's may fall on the last day of a year.
    every = deadlines(asked, date(year, 1, 1), date(year + 3, 12, 31))
    for kind, a_year in (("half-year", 2), ("yearly", 1)):
        found = [one for one in every if one.span.kind == kind]
        assert len(found) == 4 * a_year
        for one, other in pairwise(found):
            assert one.span.last + A_DAY == other.span.first
    halves = [one for one in every if one.span.kind == "half-year" and one.span.number == 2]
    assert [one.day for one in halves] == [one.day for one in every if one.span.kind == "yearly"]


@given(any_settings, years)
def test_reminders_come_on_working_days_before_the_day_to_send_on(
    asked: Settings, year: int
) -> None:
    for one in deadlines(asked, date(year, 1, 1), date(year, 12, 31)):
        closed = public_holidays(range(year - 1, year + 2))
        assert is_working_day(one.send_on, closed)
        assert one.send_on <= one.day
        assert all(not is_working_day(day, closed) for day in days_between(one.send_on, one.day))
        moments = [reminder.at for reminder in one.reminders]
        assert moments == sorted(set(moments))
        for reminder in one.reminders:
            assert reminder.at < expires_at(one, reminder, asked)
            assert reminder.at.astimezone(ZONE).date() <= one.send_on
        assert len({reminder.label for reminder in one.reminders}) == len(one.reminders)
        if asked.reports.periodic.remind:
            assert one.reminders


@given(any_settings, st.integers(0, 3 * 365 * 24))
def test_of_one_report_at_most_one_reminder_is_due_at_a_time(asked: Settings, hours: int) -> None:
    due = due_reminders(asked, datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(hours=hours))
    labels = [(deadline.span.kind, deadline.span.label) for deadline, _reminder in due]
    assert len(labels) == len(set(labels))
    for deadline, reminder in due:
        assert deadline == deadline_of(deadline.span, asked)
        assert reminder in deadline.reminders


def days_between(after: date, last: date) -> list[date]:
    return [after + n * A_DAY for n in range(1, (last - after).days + 1)]
