"""Days and times as offices type them: what is clear is read, what isn't is left alone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.calendar.moments import Said, said_in, time_in, weekday_in

TODAY = date(2027, 9, 20)
DAY = date(2027, 10, 10)


@pytest.mark.parametrize(
    "text",
    [
        "10/10/2027",
        "10-10-2027",
        "10.10.2027",
        "10/10/27",
        "2027-10-10",
        "2027/10/10",
        " 10 / 10 / 2027 ",
        "10/10",
        "10-10",
        "10.10",
        "Chủ Nhật, 10/10/2027",
        "CN 10/10",
        "ngày 10/10",
        "Ngày 10 tháng 10 năm 2027",
        "10 tháng 10",
        "ngay 10 thang 10, 2027",
        "Sunday 10/10/2027",
        "(10/10/2027)",
        datetime.fromisoformat("2027-10-10"),
        DAY,
        46670,
        46670.0,
    ],
)
def test_a_day_is_read_in_every_way_it_is_typed(text: object) -> None:
    assert said_in(text, TODAY) == Said(DAY)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("8h30", time(8, 30)),
        ("8:30", time(8, 30)),
        ("08:30:00", time(8, 30)),
        ("8H30", time(8, 30)),
        ("8 h 30", time(8, 30)),
        ("8h", time(8)),
        ("8 giờ", time(8)),
        ("8 giờ 30", time(8, 30)),
        ("8 giờ 30 phút", time(8, 30)),
        ("8g30", time(8, 30)),
        ("20h00", time(20)),
        ("lúc 8h30", time(8, 30)),
        ("8:30 CH", time(20, 30)),
        ("8:30 SA", time(8, 30)),
        ("8:30 PM", time(20, 30)),
        ("12:15 AM", time(0, 15)),
        ("8h30 tối", time(20, 30)),
        ("2h chiều", time(14)),
        ("12h trưa", time(12)),
        ("9 sáng", None),
        ("8.30", time(8, 30)),
        ("8", time(8)),
        (8, time(8)),
        (time(8, 30), time(8, 30)),
        (0.354166666666667, time(8, 30)),
        (timedelta(hours=8, minutes=30), time(8, 30)),
        ("8h30 - 9h30", None),
        ("8h30-9h30", None),
        ("25h", None),
        ("8:75", None),
        ("sáng", None),
        ("8h30 hoặc 9h", None),
        (8.5, None),
        (True, None),
        (30, None),
    ],
)
def test_a_time_is_read_in_every_way_it_is_typed(text: object, at: time | None) -> None:
    assert time_in(text, TODAY) == at


@pytest.mark.parametrize(
    "text",
    [
        "10/10/2027 8:30",
        "8h30 10/10/2027",
        "8h30, ngày 10/10",
        "8 giờ 30 ngày 10 tháng 10",
        "Chủ nhật 10/10 lúc 8h30",
        datetime.fromisoformat("2027-10-10 08:30"),
        46670 + 8.5 / 24,
    ],
)
def test_a_cell_may_hold_both(text: object) -> None:
    assert said_in(text, TODAY) == Said(DAY, time(8, 30))


@pytest.mark.parametrize(
    "text",
    [
        "10/10 - 12/10",
        "10-12/10",
        "tuần 2 tháng 10",
        "31/02/2027",
        "13/13/2027",
        "đầu tháng 10",
        "10/10 (dự kiến)",
        "10/10/20277",
        "",
        "?",
        "2027",
        2027,
        -1,
        1e300,
        "=A1+1",
    ],
)
def test_what_is_no_single_day_is_left_alone(text: object) -> None:
    said = said_in(text, TODAY)
    assert said is None or said.day is None


def test_a_day_without_a_year_is_the_next_such_day() -> None:
    assert said_in("19/9", TODAY) == Said(date(2028, 9, 19))
    assert said_in("20/9", TODAY) == Said(date(2027, 9, 20))
    assert said_in("29/2", TODAY) == Said(date(2028, 2, 29))


@example("¹")
@example("9" * 5000)
@given(st.text(max_size=30) | st.floats() | st.integers() | st.datetimes() | st.times())
def test_nothing_that_can_stand_in_a_cell_stops_it(cell: object) -> None:
    said_in(cell, TODAY)
    time_in(cell, TODAY)
    weekday_in(cell)


@given(st.dates(TODAY, TODAY + timedelta(days=364)), st.times())
def test_a_moment_written_as_it_is_here_comes_back(day: date, at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    for text in (f"{at:%H:%M} {day:%d/%m/%Y}", f"{day.day}/{day.month} {at.hour}h{at.minute:02}"):
        assert said_in(text, TODAY) == Said(day, at)


@pytest.mark.parametrize(
    ("text", "number"),
    [("Thứ Hai", 0), ("thu 7", 5), ("T6", 4), (2, 0), ("CN", 6), ("Sunday", 6), ("x", None)],
)
def test_a_weekday_is_known_by_its_names(text: object, number: int | None) -> None:
    assert weekday_in(text) == number
