"""A form is taken from a page of ours alone, and from the person who was shown it."""

from __future__ import annotations

import pytest

from publisher.settings.console import Role
from publisher.web import access
from tests.web.office import PASSWORD, PEOPLE, ConsoleOffice

EVERYWHERE = "/account/log-out-everywhere"


@pytest.mark.parametrize("token", ["", "x", "é" * 20])
def test_a_form_without_the_token_of_its_page_changes_nothing(
    office: ConsoleOffice, token: str
) -> None:
    visitor = office.visitor(Role.WRITER)
    answer = visitor.post(EVERYWHERE, {access.FORM_FIELD: token})
    assert answer.status_code == 403
    assert "Chưa có gì thay đổi" in answer.text or "Nothing was changed" in answer.text
    assert visitor.get("/").status_code == 200


def test_the_token_of_another_person_is_worth_nothing(office: ConsoleOffice) -> None:
    visitor = office.visitor(Role.WRITER)
    other = office.visitor(Role.ADMINISTRATOR).form_token
    assert visitor.post(EVERYWHERE, {access.FORM_FIELD: other}).status_code == 403
    assert visitor.get("/").status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://xau.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
    ids=str,
)
def test_a_form_that_a_browser_says_is_another_sites_changes_nothing(
    office: ConsoleOffice, said: dict[str, str]
) -> None:
    visitor = office.visitor(Role.WRITER)
    assert visitor.post(EVERYWHERE, **said).status_code == 403
    assert visitor.get("/").status_code == 200


def test_a_form_with_what_a_browser_says_of_a_page_of_ours_is_taken(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor(Role.WRITER)
    said = {"Sec-Fetch-Site": "same-origin", "Origin": own_office.address}
    assert visitor.post(EVERYWHERE, **said).status_code == 303


def test_the_token_may_come_as_a_header_as_htmx_sends_it(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    token, visitor.form_token = visitor.form_token, ""
    assert visitor.post(EVERYWHERE, **{"X-Form-Token": token}).status_code == 303


def test_nobody_can_be_logged_in_by_another_site(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor()
    fields = {"name": PEOPLE[Role.WRITER][0], "password": PASSWORD}
    assert visitor.post("/log-in", fields).status_code == 403
    assert visitor.post("/log-in", {**fields, access.FORM_FIELD: "guessed"}).status_code == 403


def test_a_form_that_htmx_sends_from_a_session_that_ended_leads_to_the_door(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor(Role.WRITER)
    own_office.clock.advance(own_office.site.settings.console.longest)
    answer = visitor.post(EVERYWHERE, **{"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/log-in")


@pytest.mark.parametrize("name", ["language", "theme"])
def test_a_choice_that_there_is_not_is_left_out(office: ConsoleOffice, name: str) -> None:
    visitor = office.visitor()
    visitor.open_door()
    answer = visitor.post("/preferences", {name: "xx; Secure", "next": "//xau.example"})
    assert answer.headers["location"] == "/"
    assert name not in answer.headers.get("set-cookie", "")


def test_the_language_and_the_colours_are_a_click_away_and_stay(office: ConsoleOffice) -> None:
    visitor = office.visitor()
    visitor.open_door()
    assert 'lang="vi" data-theme="auto"' in visitor.get("/log-in").text
    visitor.post("/preferences", {"language": "en", "next": "/log-in"})
    visitor.post("/preferences", {"theme": "dark", "next": "/log-in"})
    page = visitor.get("/log-in").text
    assert 'lang="en" data-theme="dark"' in page
    assert "Password" in page
