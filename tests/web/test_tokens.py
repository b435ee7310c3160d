"""Tokens: made by whom they speak for, shown once, revoked at once; the calendar's address."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import requests
from icalendar import Calendar
from sqlmodel import select

from publisher.settings.console import Role
from publisher.store import audit, people
from publisher.store.console_tables import ApiToken
from tests.web.office import PEOPLE, ConsoleOffice, Visitor


def made(visitor: Visitor, **asked: str) -> str:
    """The token, or the address, that the page shows once it is made."""
    answer = visitor.post("/tokens", {"label": "máy của phòng", **asked})
    assert answer.status_code == 200, answer.text
    found = re.search(r'<code class="secret">([^<]+)</code>', answer.text)
    assert found is not None
    return html.unescape(found[1])


def api(office: ConsoleOffice, token: str, path: str = "/me") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{office.address}/api/v1{path}", headers=headers, timeout=10)


def test_a_token_is_shown_once_and_only_its_hash_is_kept(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    token = made(visitor, purpose="api", role="viewer", days="30")
    assert api(own_office, token).json()["name"] == PEOPLE[Role.WRITER][0]
    page = visitor.get("/tokens").text
    assert "máy của phòng" in page
    assert token not in page
    with own_office.site.database.reading() as session:
        [kept] = session.exec(select(ApiToken)).all()
        [event] = [one for one in audit.latest(session) if one.action == "make token"]
    assert token not in str(kept)
    assert (event.actor, event.detail["label"]) == (PEOPLE[Role.WRITER][1], "máy của phòng")


def test_its_last_use_is_shown(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    token = made(visitor, purpose="api")
    assert "10/10/2027 13:00" not in visitor.get("/tokens").text
    own_office.clock.move_to(own_office.clock() + timedelta(hours=1))
    api(own_office, token)
    assert "10/10/2027 13:00" in visitor.get("/tokens").text


@pytest.mark.parametrize(
    "asked",
    [
        {"role": "administrator"},
        {"role": "approver"},
        {"role": "king"},
        {"days": "4000"},
        {"days": "0"},
        {"label": " "},
        {"label": "x" * 81},
    ],
)
def test_nobody_gives_more_than_they_have_nor_for_ever(
    office: ConsoleOffice, asked: dict[str, str]
) -> None:
    fields = {"label": "máy", "purpose": "api", "role": "viewer", "days": "30", **asked}
    answer = office.visitor(Role.WRITER).post("/tokens", fields)
    assert answer.status_code == 422
    assert 'class="secret"' not in answer.text


def test_a_token_opens_nothing_once_it_is_revoked(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    token = made(visitor, purpose="api")
    found = re.search(r"/tokens/\d+/revoke", visitor.get("/tokens").text)
    assert found is not None
    assert own_office.visitor(Role.APPROVER).post(found[0]).status_code == 404
    assert api(own_office, token).status_code == 200
    assert visitor.post(found[0]).status_code == 303
    assert api(own_office, token).status_code == 401
    assert visitor.post(found[0]).status_code == 404


def test_a_token_opens_nothing_once_its_time_is_over(own_office: ConsoleOffice) -> None:
    token = made(own_office.visitor(Role.WRITER), purpose="api", days="30")
    own_office.clock.move_to(own_office.clock() + timedelta(days=29))
    assert api(own_office, token).status_code == 200
    own_office.clock.move_to(own_office.clock() + timedelta(days=2))
    assert api(own_office, token).status_code == 401


def test_a_token_of_who_is_disabled_opens_nothing(own_office: ConsoleOffice) -> None:
    token = made(own_office.visitor(Role.WRITER), purpose="api")
    address = made(own_office.visitor(Role.WRITER), purpose="calendar")
    with own_office.site.database.writing() as session:
        people.disable(session, own_office.clock(), "An", own_office.person(Role.WRITER))
    assert api(own_office, token).status_code == 401
    assert requests.get(address, timeout=10).status_code == 404


def test_there_is_an_end_to_how_many_tokens_one_has(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    for _ in range(20):
        made(visitor, purpose="api")
    answer = visitor.post("/tokens", {"label": "một nữa", "purpose": "api"})
    assert answer.status_code == 422


# -- the calendar's address -----------------------------------------------------------------------


def test_a_calendar_reads_the_plan_by_its_address(own_office: ConsoleOffice) -> None:
    address = made(own_office.visitor(Role.VIEWER), purpose="calendar")
    answer = requests.get(address, timeout=10)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    titles = [str(event["SUMMARY"]) for event in events]
    assert len(titles) == 7
    assert "Lịch tiếp công dân tháng mười một" in titles
    assert {str(event["CATEGORIES"].to_ical(), "utf-8") for event in events} == {
        "Ngày Chuyển đổi số quốc gia",
        "Dịch vụ công trực tuyến",
    }


def test_a_calendar_that_looks_again_is_told_that_nothing_changed(
    own_office: ConsoleOffice,
) -> None:
    address = made(own_office.visitor(Role.VIEWER), purpose="calendar")
    tag = requests.get(address, timeout=10).headers["etag"]
    own_office.clock.move_to(own_office.clock() + timedelta(hours=1))
    again = requests.get(address, headers={"If-None-Match": tag}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")


def test_a_calendars_token_opens_the_calendar_and_nothing_else(own_office: ConsoleOffice) -> None:
    address = made(own_office.visitor(Role.ADMINISTRATOR), purpose="calendar")
    token = address.partition("token=")[2]
    assert api(own_office, token).status_code == 401
    other = made(own_office.visitor(Role.VIEWER), purpose="api")
    feed = f"{own_office.address}/calendar.ics?token="
    assert requests.get(feed + other, timeout=10).status_code == 404
    assert requests.get(feed, timeout=10).status_code == 404
    assert requests.get(feed + token, timeout=10).status_code == 200


def test_a_calendars_token_stands_in_no_log(
    own_office: ConsoleOffice, capfd: pytest.CaptureFixture[str]
) -> None:
    address = made(own_office.visitor(Role.VIEWER), purpose="calendar")
    requests.get(address, timeout=10)
    requests.get(address + "x", timeout=10)
    requests.get(address + "&campaign=%00", timeout=10)
    told = capfd.readouterr()
    assert address.partition("token=")[2] not in told.out + told.err


def test_the_page_of_the_api_names_every_question_and_who_may_ask_it(
    office: ConsoleOffice,
) -> None:
    page = office.visitor(Role.VIEWER).get("/tokens/api").text
    document = office.visitor(Role.VIEWER).get("/api/v1/openapi.json").json()
    assert all(html.escape(path) in page for path in document["paths"])
