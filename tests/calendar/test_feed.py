"""The plan in people's own calendars: right in time, one event a post, the same one when moved."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from publisher.calendar.entries import Entry, Going, Wanted, entries, files_of, titles_of
from publisher.calendar.feed import to_ics
from publisher.delivery.lifecycle import State
from publisher.i18n import speaking
from tests.calendar.conftest import SLUG, Planned

AUTUMN = Wanted(date(2027, 9, 20), date(2027, 12, 31))


def written(office: Planned, found: list[Entry]) -> bytes:
    titles = titles_of([office.campaign])
    return to_ics(office.settings, found, titles, office.clock())


def events(content: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


@pytest.fixture
def found(office: Planned) -> list[Entry]:
    files = files_of(office.desk, AUTUMN)
    return entries(office.settings, office.database, AUTUMN, files)


def test_an_event_says_what_goes_out_when_and_where(office: Planned, found: list[Entry]) -> None:
    opening, _thanks = events(written(office, found))
    assert opening["SUMMARY"] == "Còn bảy ngày"
    assert opening["DTSTART"].dt.astimezone(UTC) == datetime(2027, 10, 3, 1, 0, tzinfo=UTC)
    assert opening["DTSTART"].params["TZID"] == "Asia/Ho_Chi_Minh"
    for word in ("fanpage:", "zalo:", "x:", "Ngày Chuyển đổi số quốc gia (2027)"):
        assert word in opening["DESCRIPTION"]
    assert opening["TRANSP"] == "TRANSPARENT"
    assert opening["STATUS"] == "TENTATIVE"


def test_the_zone_comes_along(office: Planned, found: list[Entry]) -> None:
    calendar = icalendar.Calendar.from_ical(written(office, found))
    [zone] = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Ho_Chi_Minh"
    offsets = {part["TZOFFSETTO"].td for part in zone.walk("STANDARD")}
    assert timedelta(hours=7) in offsets


def test_a_post_that_moves_stays_the_same_event(office: Planned, found: list[Entry]) -> None:
    later = [
        dataclasses.replace(one, local=one.local + timedelta(days=1, minutes=90)) for one in found
    ]
    before = {event["UID"]: event for event in events(written(office, found))}
    after = {event["UID"]: event for event in events(written(office, later))}
    assert before.keys() == after.keys()
    assert len(before) == len(found)
    assert all(before[uid]["DTSTART"].dt != after[uid]["DTSTART"].dt for uid in before)


def test_the_same_entries_give_the_same_bytes_though_time_goes_by(office: Planned) -> None:
    office.desk.refresh(force=True)
    first = written(office, entries(office.settings, office.database, AUTUMN))
    assert len(events(first)) == 2
    office.clock.advance(timedelta(hours=5))
    assert written(office, entries(office.settings, office.database, AUTUMN)) == first


def going(channel: str, state: State | None, **more: object) -> Going:
    return dataclasses.replace(Going(channel, state), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("channels", "status"),
    [
        ((going("x", State.PLANNED),), "CONFIRMED"),
        ((going("x", State.PLANNED, approvals=1),), "TENTATIVE"),
        ((going("x", State.PLANNED, approvals=1, given=1),), "CONFIRMED"),
        ((going("x", None, approvals=1),), "TENTATIVE"),
        ((going("x", State.SENT, approvals=1),), "CONFIRMED"),
        ((going("x", State.MISSED),), "CANCELLED"),
        ((going("x", State.MISSED), going("zalo", State.SENT)), "CONFIRMED"),
    ],
)
def test_the_status_says_whether_it_is_settled(
    office: Planned, found: list[Entry], channels: tuple[Going, ...], status: str
) -> None:
    [event] = events(written(office, [dataclasses.replace(found[0], channels=channels)]))
    assert event["STATUS"] == status


def test_what_went_out_leads_to_where_it_stands(office: Planned, found: list[Entry]) -> None:
    sent = going("x", State.SENT, url="https://x.example.vn/1")
    odd = going("zalo", State.SENT, url="javascript:alert(1)")
    [event] = events(written(office, [dataclasses.replace(found[0], channels=(odd, sent))]))
    assert event["URL"] == "https://x.example.vn/1"
    assert "javascript" not in event["DESCRIPTION"]


def test_a_title_cannot_put_lines_of_its_own_into_the_feed(
    office: Planned, found: list[Entry]
) -> None:
    line = "Mời\r\nEND:VEVENT\r\nBEGIN:VALARM"
    [event] = events(written(office, [dataclasses.replace(found[0], first_line=line)]))
    assert "END:VEVENT" in event["SUMMARY"]
    assert not event.subcomponents


def test_two_moments_of_one_post_are_two_events(office: Planned, found: list[Entry]) -> None:
    later = dataclasses.replace(found[0], local=found[0].local + timedelta(hours=1))
    assert len({event["UID"] for event in events(written(office, [found[0], later]))}) == 2


def test_an_empty_plan_is_a_calendar_all_the_same(office: Planned) -> None:
    content = written(office, [])
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert events(content) == []


def test_english_is_a_language_away(office: Planned, found: list[Entry]) -> None:
    with speaking("en"):
        assert b"not in the plan yet" in written(office, found).replace(b"\r\n ", b"")
    assert SLUG in found[0].key
