"""Logging in and out: what lets one in, for how long, and how often one may be wrong."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from publisher.settings.console import Role
from publisher.store import audit, log_in_failures, people
from publisher.store.console_tables import ConsoleSession, LogInFailure
from tests.web.office import PASSWORD, PEOPLE, ConsoleOffice

NAME, FULL_NAME = PEOPLE[Role.APPROVER]


def recorded(office: ConsoleOffice, action: str) -> list[str]:
    with office.site.database.reading() as session:
        return [one.subject for one in audit.latest(session) if one.action == action]


def test_the_right_password_opens_the_page_that_was_asked_for(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor()
    answer = visitor.log_in(NAME, next="/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert FULL_NAME in visitor.get("/account").text
    assert recorded(own_office, "log in") == [NAME]


@pytest.mark.parametrize("typed", [NAME.upper(), f"  {NAME} "])
def test_a_name_is_known_whatever_its_case_and_the_spaces_around_it(
    own_office: ConsoleOffice, typed: str
) -> None:
    assert own_office.visitor().log_in(typed).status_code == 303


def test_a_password_is_known_however_the_keyboard_writes_its_accents(
    own_office: ConsoleOffice,
) -> None:
    import unicodedata

    apart = unicodedata.normalize("NFD", PASSWORD)
    assert apart != PASSWORD
    assert own_office.visitor().log_in(NAME, apart).status_code == 303


@pytest.mark.parametrize(
    ("name", "password"), [(NAME, "sai mật khẩu rồi"), ("khong-ai", PASSWORD), ("", "")]
)
def test_whoever_is_wrong_is_told_the_same_and_nobody_is_let_in(
    own_office: ConsoleOffice, name: str, password: str
) -> None:
    visitor = own_office.visitor()
    answer = visitor.log_in(name, password)
    assert answer.status_code == 422
    page = re.sub(r'value="[^"]*"', "", answer.text)
    other = own_office.visitor().log_in("ai-do", "gì đó dài dài")
    assert page == re.sub(r'value="[^"]*"', "", other.text)
    assert visitor.get("/").status_code == 303


def test_a_name_that_nobody_has_costs_the_same_work_as_one_that_somebody_has(
    own_office: ConsoleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from publisher.web import passwords

    work: list[str] = []
    true = passwords._hasher.verify

    class Watched:
        def verify(self, kept: str, text: str) -> bool:
            work.append(kept.split("$")[3])
            return true(kept, text)

        def hash(self, text: str) -> str:
            return hashed(text)

        def check_needs_rehash(self, kept: str) -> bool:
            return False

    hashed = passwords._hasher.hash
    monkeypatch.setattr(passwords, "_hasher", Watched())
    for name in (NAME, "khong-ai"):
        own_office.visitor().log_in(name, "sai mật khẩu rồi")
    assert len(work) == 2
    assert len(set(work)) == 1


def test_what_was_typed_stands_nowhere(own_office: ConsoleOffice) -> None:
    own_office.visitor().log_in("mat-khau-go-nham", "một mật khẩu bí mật")
    with own_office.site.database.reading() as session:
        told = str([one.model_dump() for one in audit.latest(session)])
    assert "nham" not in told
    assert "bí mật" not in told


def test_a_log_in_gets_a_session_of_its_own_and_the_former_one_is_worth_nothing(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor()
    visitor.log_in(NAME)
    former = visitor.http.cookies.get("publisher")
    visitor.log_in(NAME)
    # Who is logged in is sent on; to log in anew one logs out.
    assert visitor.http.cookies.get("publisher") == former
    stolen = own_office.visitor()
    stolen.http.cookies.set("publisher", former)
    assert stolen.get("/").status_code == 200
    visitor.form_token = re.search(r'form_token" value="([^"]+)', visitor.get("/").text)[1]  # type: ignore[index]
    visitor.post("/log-out")
    assert stolen.get("/").status_code == 303


@pytest.mark.about_sqlite
def test_the_store_holds_no_token_that_would_let_anybody_in(own_office: ConsoleOffice) -> None:
    token, _form_token = own_office.session_of(Role.VIEWER)
    path = own_office.root / "var" / "publisher.db"
    kept = path.read_bytes() + Path(f"{path}-wal").read_bytes()
    assert token.encode() not in kept
    assert PASSWORD.encode() not in kept


def test_who_is_idle_too_long_logs_in_again(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.VIEWER)
    idle = own_office.site.settings.console.idle
    own_office.clock.advance(idle - timedelta(minutes=5))
    assert visitor.get("/").status_code == 200
    own_office.clock.advance(idle - timedelta(minutes=5))
    assert visitor.get("/").status_code == 200
    own_office.clock.advance(idle)
    assert visitor.get("/").status_code == 303


def test_after_a_day_at_work_everybody_logs_in_again(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.VIEWER)
    console = own_office.site.settings.console
    steps = int(console.longest / timedelta(hours=1)) - 1
    for _step in range(steps):
        own_office.clock.advance(timedelta(hours=1))
        assert visitor.get("/").status_code == 200
    own_office.clock.advance(timedelta(hours=1))
    assert visitor.get("/").status_code == 303


def test_logging_out_everywhere_ends_every_session_of_that_person_alone(
    own_office: ConsoleOffice,
) -> None:
    here, there = own_office.visitor(Role.WRITER), own_office.visitor(Role.WRITER)
    another = own_office.visitor(Role.VIEWER)
    assert here.post("/account/log-out-everywhere").status_code == 303
    assert [one.get("/").status_code for one in (here, there, another)] == [303, 303, 200]


def test_who_is_disabled_is_out_at_once_and_stays_out(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    with own_office.site.database.writing() as session:
        person = people.of_name(session, PEOPLE[Role.WRITER][0])
        assert person is not None
        people.disable(session, own_office.clock(), "quản trị", person)
    assert visitor.get("/").status_code == 303
    assert own_office.visitor().log_in(PEOPLE[Role.WRITER][0]).status_code == 422


@pytest.mark.parametrize(
    "elsewhere",
    ["https://xau.example/", "//xau.example", "/\\xau.example", "/\t/xau.example", "xau"],
)
def test_a_log_in_leads_to_no_other_site(own_office: ConsoleOffice, elsewhere: str) -> None:
    answer = own_office.visitor().log_in(NAME, next=elsewhere)
    assert answer.headers["location"] == "/"


def test_too_many_failures_make_one_wait_ever_longer_and_the_right_password_too(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor()
    for _try in range(log_in_failures.FREE_OF_ACCOUNT):
        assert visitor.log_in(NAME, "sai mật khẩu rồi").status_code == 422
    assert visitor.log_in(NAME).status_code == 429
    own_office.clock.advance(log_in_failures.FIRST_WAIT)
    assert visitor.log_in(NAME, "sai mật khẩu rồi").status_code == 422
    own_office.clock.advance(log_in_failures.FIRST_WAIT)
    assert visitor.log_in(NAME).status_code == 429
    own_office.clock.advance(log_in_failures.FIRST_WAIT)
    assert visitor.log_in(NAME).status_code == 303
    visitor = own_office.visitor()
    assert visitor.log_in(NAME, "sai mật khẩu rồi").status_code == 422
    assert visitor.log_in(NAME).status_code == 303


def test_nobody_can_lock_an_officer_out_for_longer_than_a_quarter_of_an_hour(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor()
    for _try in range(15):
        visitor.log_in(NAME, "sai mật khẩu rồi")
        own_office.clock.advance(log_in_failures.LONGEST_WAIT)
    assert own_office.visitor().log_in(NAME).status_code == 303


def test_an_address_that_tries_many_names_waits_as_well(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor()
    for number in range(log_in_failures.FREE_OF_ADDRESS):
        assert visitor.log_in(f"ai-do-{number}", "sai mật khẩu rồi").status_code == 422
    assert visitor.log_in(NAME).status_code == 429


def test_an_account_of_ones_own_buys_no_tries_at_others(own_office: ConsoleOffice) -> None:
    for number in range(log_in_failures.FREE_OF_ADDRESS):
        own_office.visitor().log_in(f"ai-do-{number}", "sai mật khẩu rồi")
        if number == 10:
            assert own_office.visitor().log_in(NAME).status_code == 303
    assert own_office.visitor().log_in("ai-do", "sai mật khẩu rồi").status_code == 429


def test_failures_outlast_the_program_and_are_forgotten_after_a_day(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor()
    for _try in range(log_in_failures.FREE_OF_ACCOUNT):
        visitor.log_in(NAME, "sai mật khẩu rồi")
    own_office.restart()
    assert visitor.log_in(NAME).status_code == 429
    own_office.clock.advance(log_in_failures.FORGOTTEN_AFTER + timedelta(seconds=1))
    visitor.log_in("ai-do", "sai mật khẩu rồi")
    with own_office.site.database.reading() as session:
        assert len(session.exec(select(LogInFailure)).all()) == 2


def test_who_is_logged_in_stays_so_while_the_program_begins_anew(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor(Role.VIEWER)
    own_office.restart()
    assert visitor.get("/").status_code == 200


def test_sessions_that_ended_are_cleared_away(own_office: ConsoleOffice) -> None:
    own_office.session_of(Role.VIEWER)
    own_office.clock.advance(own_office.site.settings.console.longest)
    own_office.session_of(Role.WRITER)
    with own_office.site.database.reading() as session:
        assert len(session.exec(select(ConsoleSession)).all()) == 1


def test_the_password_is_changed_by_who_knows_it_and_other_browsers_are_logged_out(
    own_office: ConsoleOffice,
) -> None:
    here, there = own_office.visitor(Role.VIEWER), own_office.visitor(Role.VIEWER)
    new = {"password": "con đò bến sông xưa", "repeated": "con đò bến sông xưa"}
    assert here.post("/account/password", {"present": "không phải", **new}).status_code == 422
    weak = {"present": PASSWORD, "password": "ngắn", "repeated": "ngắn"}
    assert here.post("/account/password", weak).status_code == 422
    assert here.post("/account/password", {"present": PASSWORD, **new}).status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303
    assert own_office.visitor().log_in(PEOPLE[Role.VIEWER][0]).status_code == 422
    assert own_office.visitor().log_in(PEOPLE[Role.VIEWER][0], new["password"]).status_code == 303
