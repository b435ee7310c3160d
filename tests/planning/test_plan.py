"""The planner: pure, steady, and right over year ends, leap days and every zone."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.campaign.model import Campaign, CampaignFile, FrontMatter, Post
from publisher.campaign.when import Offset, Recurring, WhenError, parse_when
from publisher.planning.dates import (
    moment,
    occurrences,
    offset_day,
    public_holidays,
)
from publisher.planning.plan import FeedItem, slots

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
ZONES = sorted(zoneinfo.available_timezones())

days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
anchors = days.filter(lambda day: (day.month, day.day) != (2, 29)).map(
    lambda d: d.strftime("%m-%d")
)
whens = st.one_of(
    st.builds(
        "D{:+d} {:02d}:{:02d}".format,
        st.integers(-366, 366),
        st.integers(0, 23),
        st.integers(0, 59),
    ),
    st.builds("D{:+d} weekdays".format, st.integers(-20, 20)),
    days.map(lambda day: f"{day} 09:00"),
    st.sampled_from(
        ["RRULE:FREQ=WEEKLY;BYDAY=MO,TH", "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=7;BYMINUTE=5"]
    ),
)


def post(name: str, when: str, **keys: object) -> Post:
    return Post(
        name, Path(f"{name}.md"), FrontMatter.model_validate({"when": when, **keys}), "x", 4
    )


def campaign(*posts: Post, anchor: str | None = "10-10", **keys: object) -> Campaign:
    file = CampaignFile.model_validate(
        {
            "title": "Thử",
            "owner": "Sở",
            "channels": ["x"],
            "anchor": {"every": anchor} if anchor else None,
            **keys,
        }
    )
    return Campaign("thu", Path("thu"), file, posts)


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    texts = draw(st.lists(whens, min_size=1, max_size=5))
    posts = [post(f"p{number}", text) for number, text in enumerate(texts)]
    first = draw(st.none() | st.integers(2024, 2030))
    return campaign(*posts, anchor=draw(st.none() | anchors), first_edition=first)


@given(campaigns(), moments, st.integers(1, 500), st.sampled_from(ZONES))
def test_the_same_input_gives_the_same_plan(
    made: Campaign, start: datetime, length: int, zone: str
) -> None:
    end = start + timedelta(days=length)
    once = slots(made, ZoneInfo(zone), start, end)
    assert once == slots(made, ZoneInfo(zone), start, end)
    assert all(start <= slot.due_at < end for slot in once)
    assert len({slot.identity for slot in once}) == len(once)


@given(campaigns(), moments, st.integers(1, 300), st.integers(1, 300))
def test_a_window_may_be_cut_anywhere(
    made: Campaign, start: datetime, first: int, second: int
) -> None:
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)
    cut = slots(made, VIETNAM, start, middle) + slots(made, VIETNAM, middle, end)
    assert cut == slots(made, VIETNAM, start, end)


@given(campaigns(), whens, moments)
def test_adding_a_post_never_moves_another(made: Campaign, when: str, start: datetime) -> None:
    # A recurrence lasts as long as its edition, so an offset may lengthen that: never move it.
    end = start + timedelta(days=400)
    more = Campaign(made.slug, made.folder, made.file, (*made.posts, post("moi", when)))
    before = {slot.identity: slot for slot in slots(made, VIETNAM, start, end)}
    after = {slot.identity: slot for slot in slots(more, VIETNAM, start, end)}
    assert all(after[identity] == slot for identity, slot in before.items())


@given(campaigns(), moments)
def test_nothing_is_planned_before_the_first_edition(made: Campaign, start: datetime) -> None:
    first = made.file.first_edition
    for slot in slots(made, VIETNAM, start, start + timedelta(days=800)):
        assert first is None or slot.identity.edition >= first


@given(anchors, st.integers(-366, 366), st.times(), st.sampled_from(ZONES), st.integers(2025, 2033))
def test_an_offset_is_counted_in_days_of_the_calendar(
    anchor: str, days_off: int, at: time, zone: str, year: int
) -> None:
    at = at.replace(second=0, microsecond=0, fold=0)
    made = campaign(post("a", f"D{days_off:+d} {at:%H:%M}"), anchor=anchor)
    window = datetime(year - 2, 1, 1, tzinfo=UTC), datetime(year + 3, 1, 1, tzinfo=UTC)
    [slot] = [
        slot for slot in slots(made, ZoneInfo(zone), *window) if slot.identity.edition == year
    ]
    assert slot.anchor is not None
    assert slot.anchor.year == year
    wall = datetime.combine(slot.anchor + timedelta(days=days_off), at)
    shown = slot.local.replace(tzinfo=None)
    # A wall time that a change of the clock leaves out is shown a little later, never elsewhere.
    assert shown == wall or timedelta() < shown - wall <= timedelta(hours=24)
    assert slot.due_at == slot.local.astimezone(UTC)


def test_days_before_an_anchor_in_january_belong_to_its_own_edition() -> None:
    made = campaign(post("mo-dau", "D-30 08:00"), anchor="01-05")
    [slot] = slots(
        made, VIETNAM, datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    )
    assert slot.local.date() == date(2026, 12, 6)
    assert slot.identity.edition == 2027


def test_a_working_day_is_no_weekend_and_no_holiday() -> None:
    closed = public_holidays([2027])
    assert date(2027, 2, 6) in closed
    assert offset_day(date(2027, 2, 4), Offset(1, working_days=True), closed) > date(2027, 2, 8)
    assert offset_day(date(2027, 10, 8), Offset(1, working_days=True)) == date(2027, 10, 11)
    assert offset_day(date(2027, 10, 10), Offset(0, working_days=True)) == date(2027, 10, 11)
    assert offset_day(date(2027, 10, 11), Offset(-1, working_days=True)) == date(2027, 10, 8)


def test_a_gap_in_the_clock_moves_forward_and_a_repeat_is_its_first() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert moment(date(2027, 3, 28), time(2, 30), paris) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert moment(date(2027, 10, 31), time(2, 30), paris) == datetime(
        2027, 10, 31, 0, 30, tzinfo=UTC
    )


def test_a_recurrence_keeps_its_label_when_its_hour_moves() -> None:
    window = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 15, tzinfo=UTC)
    labels = []
    for hour in (8, 9):
        rule = Recurring(f"FREQ=WEEKLY;BYDAY=MO;BYHOUR={hour};BYMINUTE=0")
        labels.append([label for _at, label in occurrences(rule, None, time(7), VIETNAM, *window)])
    assert labels[0] == labels[1] == ["2027-03-01", "2027-03-08"]


def test_two_occurrences_in_one_day_are_told_apart() -> None:
    rule = Recurring("FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0")
    window = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 2, tzinfo=UTC)
    found = occurrences(rule, None, time(7), VIETNAM, *window)
    assert [label for _at, label in found] == ["2027-03-01", "2027-03-01#2"]


def test_a_feed_entry_goes_out_when_it_was_given_its_time() -> None:
    made = campaign(post("tin", "feed"), anchor=None)
    due = datetime(2027, 3, 1, 2, tzinfo=UTC)
    [slot] = slots(made, VIETNAM, due, due + timedelta(1), entries=[FeedItem("abc", due)])
    assert (slot.due_at, slot.identity.occurrence) == (due, "abc")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ngày mai", "form"),
        ("D-7 25:00", "time"),
        ("2027-02-30", "date"),
        ("D-400", "far"),
        ("RRULE:FREQ=SOMETIMES", "rule"),
        ("RRULE:FREQ=MINUTELY", "rule_fast"),
        ("RRULE:DTSTART=20270101;FREQ=DAILY", "rule_start"),
    ],
)
def test_what_is_no_time_is_told_by_its_kind(text: str, code: str) -> None:
    with pytest.raises(WhenError) as error:
        parse_when(text)
    assert error.value.code == code
