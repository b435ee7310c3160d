"""Codes from a telephone: set up with a picture, asked for at every log-in, taken once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from channels.sealing import KeySeal, new_key
from publisher.settings.console import Role
from publisher.store import log_in_failures, people
from tests.web.office import PEOPLE, ConsoleOffice, Visitor

NAME = PEOPLE[Role.APPROVER][0]


@pytest.fixture
def strict(stores: None, tmp_path: Path) -> Iterator[ConsoleOffice]:
    """An office whose approvers need codes."""
    made = ConsoleOffice(tmp_path, keys='totp = ["approver", "administrator"]\n')
    yield made
    made.close()


def follow(visitor: Visitor, path: str) -> None:
    """See the page at ``path``, whose form's token is then sent."""
    found = re.search(r'name="form_token" value="([^"]+)"', visitor.get(path).text)
    assert found is not None
    visitor.form_token = found[1]


def seed_of(office: ConsoleOffice) -> str:
    with office.site.database.reading() as session:
        person = people.of_name(session, NAME)
    assert person is not None
    return office.site.seal.open(person.totp)


def code_of(office: ConsoleOffice, later: timedelta = timedelta()) -> str:
    return pyotp.TOTP(seed_of(office)).at(office.clock() + later)


def enrolled(office: ConsoleOffice) -> Visitor:
    """A browser in which the telephone was just set up."""
    visitor = office.visitor()
    visitor.log_in(NAME)
    follow(visitor, "/account/totp")
    visitor.post("/account/totp")
    follow(visitor, "/account/totp")
    answer = visitor.post("/account/totp", {"code": code_of(office)})
    assert answer.status_code == 303
    office.clock.advance(timedelta(minutes=2))
    return visitor


def test_a_telephone_that_is_set_up_is_asked_for_at_the_next_log_in(
    own_office: ConsoleOffice,
) -> None:
    assert enrolled(own_office).get("/").status_code == 200
    visitor = own_office.visitor()
    answer = visitor.log_in(NAME, next="/account")
    assert answer.headers["location"] == "/log-in/code?next=/account"
    assert visitor.get("/").status_code == 303, "the password alone opens nothing"
    follow(visitor, "/log-in/code?next=/account")
    answer = visitor.post("/log-in/code", {"code": code_of(own_office), "next": "/account"})
    assert answer.headers["location"] == "/account"
    assert visitor.get("/account").status_code == 200


def test_the_picture_and_the_letters_are_shown_to_that_person_until_a_code_was_given(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor()
    visitor.log_in(NAME)
    follow(visitor, "/account/totp")
    visitor.post("/account/totp")
    page = visitor.get("/account/totp").text
    assert "<svg" in page
    assert "style=" not in page
    letters = re.search(r'class="letters">([^<]+)<', page)
    assert letters is not None
    assert letters[1].replace(" ", "") == seed_of(own_office)
    follow(visitor, "/account/totp")
    visitor.post("/account/totp", {"code": code_of(own_office)})
    assert visitor.get("/account/totp").status_code == 303


def test_a_code_of_the_half_minute_before_is_taken_and_an_older_one_is_not(
    own_office: ConsoleOffice,
) -> None:
    enrolled(own_office)
    for age, status in ((90, 422), (60, 422), (30, 303)):
        visitor = own_office.visitor()
        visitor.log_in(NAME)
        follow(visitor, "/log-in/code")
        late = code_of(own_office, -timedelta(seconds=age))
        assert visitor.post("/log-in/code", {"code": late}).status_code == status, age


def test_a_code_is_taken_once(own_office: ConsoleOffice) -> None:
    enrolled(own_office)
    code = code_of(own_office)
    for status in (303, 422):
        visitor = own_office.visitor()
        visitor.log_in(NAME)
        follow(visitor, "/log-in/code")
        assert visitor.post("/log-in/code", {"code": code}).status_code == status


def test_codes_cannot_be_tried_out_one_after_another(own_office: ConsoleOffice) -> None:
    enrolled(own_office)
    for _try in range(log_in_failures.FREE_OF_ACCOUNT):
        visitor = own_office.visitor()
        visitor.log_in(NAME)
        follow(visitor, "/log-in/code")
        assert visitor.post("/log-in/code", {"code": "000000"}).status_code == 422
    assert visitor.post("/log-in/code", {"code": code_of(own_office)}).status_code == 429


def test_a_role_that_needs_codes_gets_nowhere_before_a_telephone_is_set_up(
    strict: ConsoleOffice,
) -> None:
    visitor = strict.visitor()
    assert visitor.log_in(NAME).headers["location"] == "/account/totp"
    for path in ("/", "/account", "/log-in/code"):
        assert visitor.get(path).headers["location"] == "/account/totp"
    follow(visitor, "/account/totp")
    visitor.post("/account/totp")
    follow(visitor, "/account/totp")
    assert visitor.post("/account/totp", {"code": code_of(strict)}).status_code == 303
    assert visitor.get("/").status_code == 200
    assert strict.visitor().log_in(PEOPLE[Role.VIEWER][0]).headers["location"] == "/"


def test_the_session_before_the_code_is_worth_nothing_afterwards(strict: ConsoleOffice) -> None:
    enrolled(strict)
    visitor = strict.visitor()
    visitor.log_in(NAME)
    half = visitor.http.cookies.get("publisher")
    follow(visitor, "/log-in/code")
    visitor.post("/log-in/code", {"code": code_of(strict)})
    stolen = strict.visitor()
    stolen.http.cookies.set("publisher", half)
    assert stolen.get("/account").headers["location"].startswith("/log-in?")


@pytest.mark.about_sqlite
def test_the_seed_is_sealed_in_the_store(own_office: ConsoleOffice) -> None:
    enrolled(own_office)
    path = own_office.root / "var" / "publisher.db"
    kept = path.read_bytes() + Path(f"{path}-wal").read_bytes()
    assert seed_of(own_office).encode() not in kept


def test_the_seed_is_sealed_anew_with_a_new_key(own_office: ConsoleOffice) -> None:
    own_office.site.seal = KeySeal([former := new_key()])
    enrolled(own_office)
    seed, newer = seed_of(own_office), new_key()
    assert people.renew(own_office.site.database, KeySeal([newer, former])) == 1
    own_office.site.seal = KeySeal([newer])
    assert seed_of(own_office) == seed


def test_without_the_offices_key_a_person_is_told_and_nobody_is_let_in(
    own_office: ConsoleOffice,
) -> None:
    own_office.site.seal = KeySeal()
    visitor = own_office.visitor(Role.APPROVER)
    answer = visitor.post("/account/totp")
    assert answer.status_code == 503
    assert "publisher key new" in answer.text


def test_the_code_page_says_so_where_the_key_is_another(own_office: ConsoleOffice) -> None:
    enrolled(own_office)
    visitor = own_office.visitor()
    visitor.log_in(NAME)
    follow(visitor, "/log-in/code")
    code, own_office.site.seal = code_of(own_office), KeySeal.fresh()
    assert visitor.post("/log-in/code", {"code": code}).status_code == 503
    assert visitor.get("/").status_code == 303
