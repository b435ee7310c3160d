"""The planner: pure, steady, and right over year ends, leap days and every zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.campaign.model import Campaign
from publisher.planning.dates import public_holidays
from publisher.planning.model import Slot
from publisher.planning.plan import FeedItem, slots, years_in_reach
from tests.planning.builders import (
    VIETNAM,
    anchors,
    campaign,
    campaigns,
    days,
    moments,
    post,
    utc,
    vietnam,
    whens,
    zones,
)

HOLIDAYS = public_holidays(range(2020, 2042))
spans = st.integers(1, 500).map(timedelta)


def plan(made: Campaign, start: datetime, end: datetime, zone: ZoneInfo = VIETNAM) -> list[Slot]:
    return slots(made, zone, start, end, HOLIDAYS)


def local_days(found: list[Slot]) -> list[tuple[str, int, str]]:
    """Of each slot its post, its edition and its local day."""
    return [(slot.identity.post, slot.identity.edition, str(slot.local.date())) for slot in found]


# -- what always holds ----------------------------------------------------------------------------


@given(campaigns(), moments, spans, zones)
def test_the_same_input_gives_the_same_plan(
    made: Campaign, start: datetime, length: timedelta, zone: ZoneInfo
) -> None:
    end = start + length
    once = plan(made, start, end, zone)
    assert once == plan(made, start, end, zone)
    assert once == sorted(once, key=lambda slot: (slot.due_at, slot.identity))
    assert all(start <= slot.due_at < end for slot in once)
    assert len({slot.identity for slot in once}) == len(once)


@given(campaigns(), moments, spans, zones)
def test_local_time_and_utc_are_the_same_moment(
    made: Campaign, start: datetime, length: timedelta, zone: ZoneInfo
) -> None:
    for slot in plan(made, start, start + length, zone):
        assert slot.due_at.tzinfo is UTC
        assert slot.local.tzinfo is zone
        assert slot.local.astimezone(UTC) == slot.due_at


@given(campaigns(), moments, spans, spans, zones)
def test_a_window_may_be_cut_anywhere(
    made: Campaign, start: datetime, first: timedelta, second: timedelta, zone: ZoneInfo
) -> None:
    middle, end = start + first, start + first + second
    cut = plan(made, start, middle, zone) + plan(made, middle, end, zone)
    assert cut == plan(made, start, end, zone)


@given(campaigns(), whens, moments, zones)
def test_adding_a_post_never_moves_another(
    made: Campaign, when: str, start: datetime, zone: ZoneInfo
) -> None:
    # A recurrence lasts as long as its edition, so an offset may lengthen that: never move it.
    end = start + timedelta(days=400)
    more = Campaign(made.slug, made.folder, made.file, (*made.posts, post("moi", when)))
    after = {slot.identity: slot for slot in plan(more, start, end, zone)}
    assert all(after[slot.identity] == slot for slot in plan(made, start, end, zone))


@given(campaigns(), moments)
def test_nothing_is_planned_before_the_first_edition(made: Campaign, start: datetime) -> None:
    first = made.file.first_edition
    for slot in plan(made, start, start + timedelta(days=800)):
        assert first is None or slot.identity.edition >= first


@given(campaigns(), moments, spans)
def test_the_holidays_of_the_years_in_reach_are_all_that_count(
    made: Campaign, start: datetime, length: timedelta
) -> None:
    far = [post("truoc", "D-366 weekdays"), post("sau", "D+366 weekdays")]
    made = Campaign(made.slug, made.folder, made.file, (*made.posts, *far))
    end = start + length
    near = public_holidays(years_in_reach(start, end))
    assert slots(made, VIETNAM, start, end, near) == plan(made, start, end)


def test_no_year_is_asked_for_whose_edition_cannot_reach_the_window() -> None:
    window = utc(2027, 1, 1), utc(2027, 12, 31)
    whens = ("D-366 weekdays", "D-1", "D+1", "D+366 weekdays")
    reaching = {
        slot.identity.edition
        for anchor in ("01-01", "12-31")
        for when in whens
        for slot in plan(campaign(post("a", when), anchor=anchor), *window)
    }
    assert sorted(reaching) == list(years_in_reach(*window))


@given(anchors, st.integers(-366, 366), st.times(), zones, st.integers(2025, 2033))
def test_an_offset_is_counted_in_days_of_the_calendar(
    anchor: str, days_off: int, at: time, zone: ZoneInfo, year: int
) -> None:
    at = at.replace(second=0, microsecond=0, fold=0)
    made = campaign(post("a", f"D{days_off:+d} {at:%H:%M}"), anchor=anchor)
    window = utc(year - 2, 1, 1), utc(year + 3, 1, 1)
    [slot] = [slot for slot in plan(made, *window, zone) if slot.identity.edition == year]
    assert slot.anchor is not None
    assert slot.anchor.strftime("%Y-%m-%d") == f"{year}-{anchor}"
    wall = datetime.combine(slot.anchor + timedelta(days=days_off), at)
    shown = slot.local.replace(tzinfo=None)
    just_before = slot.due_at - timedelta(seconds=1)
    # A wall time that a change of the clock leaves out is the first after it, never elsewhere.
    assert shown == wall or just_before.astimezone(zone).replace(tzinfo=None) < wall < shown


# -- editions -------------------------------------------------------------------------------------


def test_each_year_has_its_edition() -> None:
    made = campaign(post("mo-dau", "D-7 08:00"), post("cam-on", "D+1 weekdays 09:30"))
    found = plan(made, vietnam(2026, 12, 1), vietnam(2028, 12, 1))
    assert local_days(found) == [
        ("mo-dau", 2027, "2027-10-03"),
        ("cam-on", 2027, "2027-10-11"),
        ("mo-dau", 2028, "2028-10-03"),
        ("cam-on", 2028, "2028-10-11"),
    ]
    assert [slot.anchor for slot in found[::2]] == [date(2027, 10, 10), date(2028, 10, 10)]
    assert found[0].due_at == utc(2027, 10, 3, 1)


def test_days_before_an_anchor_in_january_belong_to_its_own_edition() -> None:
    made = campaign(post("mo-dau", "D-30 08:00"), anchor="01-05")
    found = plan(made, vietnam(2026, 12, 1), vietnam(2026, 12, 31))
    assert local_days(found) == [("mo-dau", 2027, "2026-12-06")]


def test_days_after_an_anchor_in_december_belong_to_its_own_edition() -> None:
    made = campaign(post("ket-qua", "D+14"), anchor="12-22", first_edition=2027)
    found = plan(made, vietnam(2027, 1, 1), vietnam(2028, 12, 1))
    assert local_days(found) == [("ket-qua", 2027, "2028-01-05")]


def test_an_offset_over_a_leap_day_counts_that_day() -> None:
    made = campaign(post("mo-dau", "D-3"), anchor="03-02")
    found = plan(made, vietnam(2027, 1, 1), vietnam(2028, 12, 1))
    assert local_days(found) == [
        ("mo-dau", 2027, "2027-02-27"),
        ("mo-dau", 2028, "2028-02-28"),
    ]


def test_a_campaign_of_one_date_runs_once() -> None:
    made = campaign(post("mo-dau", "D-7"), anchor=None)
    file = made.file.model_validate(
        {**made.file.model_dump(), "anchor": {"date": date(2027, 5, 18)}}
    )
    once = Campaign(made.slug, made.folder, file, made.posts)
    assert local_days(plan(once, utc(2020, 1, 1), utc(2035, 1, 1))) == [
        ("mo-dau", 2027, "2027-05-11")
    ]


def test_a_date_belongs_to_the_edition_of_its_year() -> None:
    made = campaign(
        post("thi", "2027-02-15 08:00"), post("tong-ket", "2027-12-20 08:00"), anchor="05-18"
    )
    found = plan(made, vietnam(2026, 1, 1), vietnam(2029, 1, 1))
    assert local_days(found) == [("thi", 2027, "2027-02-15"), ("tong-ket", 2027, "2027-12-20")]
    assert {slot.identity.occurrence for slot in found} == {""}
    assert {slot.anchor for slot in found} == {date(2027, 5, 18)}


def test_nothing_dated_before_the_first_edition_goes_out() -> None:
    made = campaign(post("cu", "2026-10-01"), post("moi", "2027-10-01"), first_edition=2027)
    found = plan(made, vietnam(2026, 1, 1), vietnam(2029, 1, 1))
    assert local_days(found) == [("moi", 2027, "2027-10-01")]


def test_a_standing_campaigns_edition_is_the_local_year() -> None:
    made = campaign(post("chuc", "2027-01-01 06:00"), anchor=None)
    [slot] = plan(made, utc(2026, 12, 1), utc(2027, 2, 1))
    assert slot.due_at == utc(2026, 12, 31, 23)
    assert slot.identity.edition == 2027
    assert slot.anchor is None


# -- recurrences in a campaign --------------------------------------------------------------------


def test_a_recurrence_runs_from_the_editions_first_offset_to_its_last() -> None:
    made = campaign(
        post("mo-dau", "D-20"), post("meo", "RRULE:FREQ=WEEKLY;BYDAY=MO"), post("cam-on", "D+1")
    )
    found = plan(made, vietnam(2027, 1, 1), vietnam(2028, 1, 1))
    weekly = [slot.identity.occurrence for slot in found if slot.identity.post == "meo"]
    # From 20 September to 11 October 2027, both Mondays.
    assert weekly == ["2027-09-20", "2027-09-27", "2027-10-04", "2027-10-11"]


def test_a_recurrence_begins_and_ends_with_the_offices_day_not_with_that_of_utc() -> None:
    made = campaign(
        post("mo-dau", "D-1"), post("meo", "RRULE:FREQ=DAILY;BYHOUR=0"), post("cam-on", "D+1")
    )
    found = plan(made, vietnam(2027, 1, 1), vietnam(2028, 1, 1))
    daily = [f"{slot.local:%m-%d %H:%M}" for slot in found if slot.identity.post == "meo"]
    assert daily == ["10-09 00:00", "10-10 00:00", "10-11 00:00"]


def test_a_recurrence_ends_on_the_last_working_day_that_its_edition_counts_to() -> None:
    # National Day 2027 is a Thursday; Friday is off too.
    made = campaign(post("cam-on", "D weekdays"), post("meo", "RRULE:FREQ=DAILY"), anchor="09-02")
    found = plan(made, vietnam(2027, 1, 1), vietnam(2028, 1, 1))
    assert max(local_days(found)) == ("meo", 2027, "2027-09-06")
    assert ("cam-on", 2027, "2027-09-06") in local_days(found)


@given(anchors, days, st.integers(0, 366), st.integers(0, 366))
def test_two_editions_never_share_a_day_of_a_recurrence(
    anchor: str, first: date, before: int, after: int
) -> None:
    made = campaign(
        post("dau", f"D-{before}"),
        post("cuoi", f"D+{after}"),
        post("meo", "RRULE:FREQ=WEEKLY"),
        anchor=anchor,
    )
    start = datetime.combine(first, time(), UTC)
    found = plan(made, start, start + timedelta(days=800))
    falls = [slot.due_at for slot in found if slot.identity.post == "meo"]
    assert len(set(falls)) == len(falls)


def test_a_standing_recurrence_goes_on_for_ever() -> None:
    made = campaign(post("meo", "RRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=18"), anchor=None)
    found = plan(made, vietnam(2026, 1, 1), vietnam(2029, 1, 1))
    assert local_days(found) == [
        ("meo", 2026, "2026-05-18"),
        ("meo", 2027, "2027-05-18"),
        ("meo", 2028, "2028-05-18"),
    ]


# -- what a slot carries --------------------------------------------------------------------------


def test_a_post_has_a_slot_on_each_of_its_channels() -> None:
    made = campaign(
        post("mo-dau", "D", approvals=2, grace="30m"),
        post("rieng", "D", channels=["zalo"]),
        channels=["x", "zalo"],
        approvals=0,
        grace="4h",
    )
    found = plan(made, vietnam(2027, 1, 1), vietnam(2028, 1, 1))
    assert [
        (slot.identity.key, slot.approvals, slot.grace / timedelta(hours=1)) for slot in found
    ] == [
        ("thu/2027/mo-dau/x", 2, 0.5),
        ("thu/2027/mo-dau/zalo", 2, 0.5),
        ("thu/2027/rieng/zalo", 0, 4),
    ]


def test_a_campaigns_own_zone_goes_before_the_offices() -> None:
    made = campaign(post("mo-dau", "D 08:00"), timezone="Europe/Paris")
    [slot] = plan(made, utc(2027, 1, 1), utc(2028, 1, 1))
    assert slot.due_at == utc(2027, 10, 10, 6)
    assert f"{slot.local:%H:%M} {slot.local.tzinfo}" == "08:00 Europe/Paris"


def test_the_end_of_a_window_is_no_part_of_it() -> None:
    made = campaign(post("mo-dau", "D 08:00"))
    due = vietnam(2027, 10, 10, 8)
    assert plan(made, due, due + timedelta(seconds=1))
    assert not plan(made, due - timedelta(days=1), due)


# -- feeds ----------------------------------------------------------------------------------------


def test_each_entry_of_a_feed_goes_out_when_it_was_given_its_time() -> None:
    made = campaign(post("tin", "feed"), anchor=None)
    first, second = vietnam(2026, 12, 31, 20), vietnam(2027, 1, 1, 6)
    entries = [FeedItem("b", second), FeedItem("a", first.astimezone(VIETNAM))]
    window = first, second + timedelta(hours=1)
    found = slots(made, VIETNAM, *window, entries=entries)
    assert [(slot.due_at, slot.identity.key) for slot in found] == [
        (first, "thu/2026/tin/x/a"),
        (second, "thu/2027/tin/x/b"),
    ]
    assert all(slot.due_at.tzinfo is UTC for slot in found)


@pytest.mark.parametrize("shift", [timedelta(seconds=-1), timedelta(hours=1)])
def test_an_entry_outside_the_window_is_not_planned(shift: timedelta) -> None:
    made = campaign(post("tin", "feed"), anchor=None)
    start = vietnam(2027, 3, 1, 8)
    entries = [FeedItem("a", start + shift)]
    assert slots(made, VIETNAM, start, start + timedelta(hours=1), entries=entries) == []
