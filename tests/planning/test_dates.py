"""Days and hours: every zone's clock, working days, Vietnamese holidays, recurrences, blackouts."""

from __future__ import annotations

import time as time_module
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.campaign.when import FromFeed, Offset, Recurring, WhenError, parse_when
from publisher.planning.dates import (
    in_blackout,
    is_at_night,
    is_working_day,
    moment,
    occurrences,
    offset_day,
    public_holidays,
)
from publisher.settings.blackouts import Blackout
from publisher.settings.office import Hours
from tests.planning.builders import VIETNAM, days, moments, utc, vietnam, zones

PARIS = ZoneInfo("Europe/Paris")
EIGHT = time(8, 0)

wall_days = st.dates(date(2005, 1, 1), date(2037, 12, 31))
wall_times = st.times().map(lambda at: at.replace(microsecond=0))


def falls(
    when: str, start: datetime, end: datetime, zone: ZoneInfo = VIETNAM, usual: time = EIGHT
) -> list[tuple[datetime, str]]:
    return occurrences(parse_when(when), None, usual, zone, start, end)


def local(at: datetime, zone: ZoneInfo = VIETNAM) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


# -- wall time ------------------------------------------------------------------------------------


@given(wall_days, wall_times, zones)
def test_a_moment_shows_its_wall_time_or_the_first_after_a_gap(
    day: date, at: time, zone: ZoneInfo
) -> None:
    asked = datetime.combine(day, at)
    found = moment(day, at, zone)
    shown = found.astimezone(zone).replace(tzinfo=None)
    just_before = (found - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
    assert found.tzinfo is UTC
    assert shown == asked or just_before < asked < shown


@given(wall_days, wall_times, wall_days, wall_times, zones)
def test_what_is_later_on_the_wall_never_goes_out_earlier(
    day: date, at: time, other_day: date, other_at: time, zone: ZoneInfo
) -> None:
    (early, late) = sorted([(day, at), (other_day, other_at)])
    assert moment(*early, zone) <= moment(*late, zone)


@pytest.mark.parametrize(
    ("zone", "day", "at", "shown"),
    [
        ("Europe/Paris", date(2027, 3, 28), time(2, 0), "2027-03-28 03:00"),
        ("Europe/Paris", date(2027, 3, 28), time(2, 30), "2027-03-28 03:00"),
        ("Europe/Paris", date(2027, 3, 28), time(3, 0), "2027-03-28 03:00"),
        ("Europe/London", date(2027, 3, 28), time(1, 30), "2027-03-28 02:00"),
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 15), "2027-10-03 02:30"),
        ("America/Sao_Paulo", date(2018, 11, 4), time(0, 0), "2018-11-04 01:00"),
        ("Pacific/Apia", date(2011, 12, 30), time(8, 0), "2011-12-31 00:00"),
    ],
)
def test_a_time_the_clock_leaves_out_is_the_first_after_the_gap(
    zone: str, day: date, at: time, shown: str
) -> None:
    found = moment(day, at, ZoneInfo(zone))
    assert local(found, ZoneInfo(zone)) == shown
    assert (found.second, found.microsecond) == (0, 0)
    assert found.tzinfo is UTC


def test_a_time_the_clock_shows_twice_is_its_first() -> None:
    assert moment(date(2027, 10, 31), time(2, 30), PARIS) == utc(2027, 10, 31, 0, 30)
    assert moment(date(2027, 10, 31), time(2, 30, fold=1), PARIS) == utc(2027, 10, 31, 0, 30)


# -- working days ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anchor", "offset", "day"),
    [
        # 10 October 2027 is a Sunday.
        (date(2027, 10, 10), 0, date(2027, 10, 11)),
        (date(2027, 10, 10), 1, date(2027, 10, 11)),
        (date(2027, 10, 10), -1, date(2027, 10, 8)),
        # 18 May 2027 is a Tuesday.
        (date(2027, 5, 18), 0, date(2027, 5, 18)),
        (date(2027, 5, 18), 4, date(2027, 5, 24)),
        (date(2027, 5, 18), -2, date(2027, 5, 14)),
        # Tet of 2027 is 4 to 10 February; the year's first day (mùng một) is the 6th.
        (date(2027, 2, 3), 1, date(2027, 2, 11)),
        (date(2027, 2, 6), 0, date(2027, 2, 11)),
        (date(2027, 2, 11), -1, date(2027, 2, 3)),
        # 30 April to 3 May 2027: Friday, Saturday, and a Monday in lieu.
        (date(2027, 4, 30), 0, date(2027, 5, 4)),
        # National Day 2027: Thursday and Friday, then a weekend.
        (date(2027, 9, 2), 0, date(2027, 9, 6)),
        # Viet Nam Culture Day, a day off since 2026: 24 November 2026 is a Tuesday.
        (date(2026, 11, 23), 1, date(2026, 11, 25)),
    ],
)
def test_working_days_leave_out_weekends_and_public_holidays(
    anchor: date, offset: int, day: date
) -> None:
    closed = public_holidays([2026, 2027])
    assert offset_day(anchor, Offset(offset, working_days=True), closed) == day


@given(days, st.integers(-366, 366))
def test_between_an_anchor_and_its_working_day_lie_as_many_as_were_asked_for(
    anchor: date, count: int
) -> None:
    closed = public_holidays(range(2021, 2040))
    day = offset_day(anchor, Offset(count, working_days=True), closed)
    assert is_working_day(day, closed)
    first, last = (anchor + timedelta(1), day) if count >= 0 else (day, anchor - timedelta(1))
    between = [first + timedelta(n) for n in range((last - first).days + 1)]
    working = sum(is_working_day(one, closed) for one in between)
    assert working == abs(count) or (count == 0 and working == (day != anchor))


def test_the_public_holidays_are_viet_nams() -> None:
    days_off = public_holidays([2026, 2027])
    assert days_off[date(2027, 2, 6)] == "Tết Nguyên Đán"
    assert days_off[date(2027, 4, 16)] == "Ngày Giỗ Tổ Hùng Vương"
    assert days_off[date(2026, 11, 24)] == "Ngày Văn hóa Việt Nam"
    assert {date(2027, 1, 1), date(2027, 4, 30), date(2027, 5, 1), date(2027, 9, 2)} <= set(
        days_off
    )
    # Days of remembrance, but no days off.
    assert date(2027, 5, 18) not in days_off
    assert date(2027, 10, 10) not in days_off


def test_the_public_holidays_have_english_names_too() -> None:
    assert public_holidays([2027], "en")[date(2027, 2, 6)] == "Lunar New Year"


# -- recurrences ----------------------------------------------------------------------------------


def test_a_recurrence_without_an_hour_takes_the_campaigns() -> None:
    [(at, label)] = falls(
        "RRULE:FREQ=WEEKLY;BYDAY=MO", utc(2027, 3, 1), utc(2027, 3, 7), usual=time(7, 30)
    )
    assert (local(at), label) == ("2027-03-01 07:30", "2027-03-01")


@given(moments, moments, st.integers(2, 8))
def test_every_second_week_is_the_same_from_whatever_day_one_looks(
    start: datetime, other: datetime, interval: int
) -> None:
    rule = f"RRULE:FREQ=WEEKLY;INTERVAL={interval};BYDAY=MO"
    end = utc(2036, 1, 1)
    late = max(start, other)
    assert falls(rule, late, end) == [one for one in falls(rule, start, end) if one[0] >= late]
    assert all(
        (at.astimezone(VIETNAM).date() - date(2024, 1, 1)).days % (7 * interval) == 0
        for at, _label in falls(rule, start, end)
    )


def test_a_recurrence_keeps_its_hour_on_the_wall_through_summer_time() -> None:
    found = falls("RRULE:FREQ=DAILY", utc(2027, 3, 26), utc(2027, 3, 30), PARIS)
    assert [local(at, PARIS)[-5:] for at, _label in found] == ["08:00"] * 4
    assert [at.hour for at, _label in found] == [7, 7, 6, 6]


def test_a_recurrence_falls_once_also_on_the_days_the_clock_changes() -> None:
    rule = "RRULE:FREQ=DAILY;BYHOUR=2;BYMINUTE=30"
    spring = falls(rule, utc(2027, 3, 26, 12), utc(2027, 3, 29, 12), PARIS)
    autumn = falls(rule, utc(2027, 10, 29, 12), utc(2027, 11, 1, 12), PARIS)
    assert [label for _at, label in spring] == ["2027-03-27", "2027-03-28", "2027-03-29"]
    assert [label for _at, label in autumn] == ["2027-10-30", "2027-10-31", "2027-11-01"]
    assert local(spring[1][0], PARIS) == "2027-03-28 03:00"


@pytest.mark.parametrize(
    ("rule", "labels"),
    [
        ("RRULE:FREQ=DAILY;BYHOUR=2,3", ["2027-03-28"]),
        (
            "RRULE:FREQ=HOURLY",
            # Two and three o'clock are one moment; four o'clock stays the fifth of the day.
            ["2027-03-28", "2027-03-28#2", "2027-03-28#3", "2027-03-28#5"],
        ),
    ],
)
def test_hours_that_meet_at_the_end_of_a_gap_fall_once(rule: str, labels: list[str]) -> None:
    found = falls(rule, utc(2027, 3, 27, 23), utc(2027, 3, 28, 3), PARIS)
    assert [label for _at, label in found] == labels
    # Also where a window begins on that very moment.
    from_there = falls(rule, utc(2027, 3, 28, 1), utc(2027, 3, 28, 3), PARIS)
    assert from_there == [one for one in found if one[0] >= utc(2027, 3, 28, 1)]


def test_a_recurrence_keeps_its_label_when_its_hour_moves() -> None:
    labels = [
        [
            label
            for _at, label in falls(
                f"RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR={hour};BYMINUTE=0",
                utc(2027, 3, 1),
                utc(2027, 3, 15),
            )
        ]
        for hour in (8, 9)
    ]
    assert labels[0] == labels[1] == ["2027-03-01", "2027-03-08"]


def test_the_second_of_a_day_is_the_second_even_where_the_first_is_past() -> None:
    rule = "RRULE:FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0"
    whole = falls(rule, vietnam(2027, 3, 1), vietnam(2027, 3, 2))
    evening = falls(rule, vietnam(2027, 3, 1, 12), vietnam(2027, 3, 2))
    assert [label for _at, label in whole] == ["2027-03-01", "2027-03-01#2"]
    assert [label for _at, label in evening] == ["2027-03-01#2"]


@pytest.mark.parametrize("until", ["20270303", "2027-03-03"])
def test_the_day_a_recurrence_ends_on_is_still_one_of_its_days(until: str) -> None:
    found = falls(f"RRULE:FREQ=DAILY;UNTIL={until}", utc(2027, 3, 1), utc(2027, 4, 1))
    assert [label for _at, label in found] == ["2027-03-01", "2027-03-02", "2027-03-03"]


def test_the_moment_a_recurrence_ends_at_is_its_last() -> None:
    rule = "RRULE:FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0;UNTIL=20270302T080000"
    found = falls(rule, vietnam(2027, 3, 1), vietnam(2027, 4, 1))
    assert [label for _at, label in found] == ["2027-03-01", "2027-03-01#2", "2027-03-02"]


@pytest.mark.parametrize(
    ("machine", "office", "clock", "start"),
    [
        # As far apart as zones are: what is late on one wall is two days later on the other.
        ("EAST-14", "Pacific/Pago_Pago", "23;BYMINUTE=45", utc(2027, 3, 1, 10, 30)),
        ("WEST11", "Pacific/Kiritimati", "0;BYMINUTE=15", utc(2027, 3, 1, 10)),
    ],
)
def test_the_zone_of_the_machine_makes_no_difference(
    monkeypatch: pytest.MonkeyPatch, machine: str, office: str, clock: str, start: datetime
) -> None:
    zone, end = ZoneInfo(office), start + timedelta(minutes=30)
    rule = f"RRULE:FREQ=DAILY;BYHOUR={clock}"
    try:
        with monkeypatch.context() as there:
            there.setenv("TZ", machine)
            time_module.tzset()
            found = falls(rule, start, end, zone)
    finally:
        time_module.tzset()
    assert [at for at, _label in found] == [start + timedelta(minutes=15)]


def test_a_feed_has_no_days_of_its_own() -> None:
    assert occurrences(FromFeed(), None, EIGHT, VIETNAM, utc(2027, 1, 1), utc(2028, 1, 1)) == []


def test_an_offset_without_a_day_to_count_from_never_falls() -> None:
    assert falls("D-7", utc(2020, 1, 1), utc(2030, 1, 1)) == []


# -- what is no time ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ngày mai", "form"),
        ("D-7 25:00", "time"),
        ("2027-02-30", "date"),
        ("D-400", "far"),
        ("RRULE:FREQ=SOMETIMES", "rule"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "rule"),
        ("RRULE:FREQ=DAILY;INTERVAL=-1", "rule"),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "rule"),
        ("RRULE:FREQ=DAILY;COUNT=5", "rule_count"),
        ("RRULE:FREQ=MINUTELY", "rule_fast"),
        ("RRULE:DTSTART=20270101;FREQ=DAILY", "rule_start"),
    ],
)
def test_what_is_no_time_is_told_by_its_kind(text: str, code: str) -> None:
    with pytest.raises(WhenError) as error:
        parse_when(text)
    assert error.value.code == code


def test_a_leap_day_recurs_every_fourth_year() -> None:
    rule = parse_when("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert isinstance(rule, Recurring)
    found = occurrences(rule, None, EIGHT, VIETNAM, utc(2025, 1, 1), utc(2033, 1, 1))
    assert [label for _at, label in found] == ["2028-02-29", "2032-02-29"]


# -- night and blackouts --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "night"),
    [
        (time(6, 59), True),
        (time(7, 0), False),
        (time(12, 0), False),
        (time(21, 0), False),
        (time(21, 1), True),
        (time(0, 0), True),
    ],
)
def test_night_is_outside_the_offices_hours(at: time, night: bool) -> None:
    assert is_at_night(datetime.combine(date(2027, 10, 10), at, VIETNAM), Hours()) is night


def mourning(**keys: object) -> Blackout:
    return Blackout.model_validate(
        {"from": "2027-01-01", "to": "2027-01-02", "reason": "Quốc tang", **keys}
    )


@pytest.mark.parametrize(
    ("day", "covered"),
    [
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), True),
        (date(2027, 1, 2), True),
        (date(2027, 1, 3), False),
    ],
)
def test_a_blackout_covers_its_first_and_last_day(day: date, covered: bool) -> None:
    assert (in_blackout(day, (mourning(),), "x", "thu") is not None) is covered


def test_a_blackout_may_be_for_some_channels_and_campaigns_only() -> None:
    day = date(2027, 1, 1)
    one_channel, one_campaign = mourning(channels=["x"]), mourning(campaigns=["thu"])
    both = (one_channel, one_campaign)
    assert in_blackout(day, both, "x", "khac") == one_channel
    assert in_blackout(day, both, "zalo", "thu") == one_campaign
    assert in_blackout(day, both, "zalo", "khac") is None
    assert in_blackout(day, (one_campaign,), "zalo", "") is None
