"""``publisher people``: accounts of the console, made and changed at the keyboard."""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from publisher.settings.console import Role
from publisher.store import audit, console_sessions, people
from publisher.store.console_tables import Person
from publisher.web import passwords
from tests.cli.office import Office

FULL_NAME = "Trần Thị Lan"
PASSWORD = "con đò bến sông xưa"

Typed = Callable[..., None]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Says what is typed, line by line, where nothing is shown of it."""

    def prepare(*lines: str) -> None:
        waiting = iter(lines)
        monkeypatch.setattr(getpass, "getpass", lambda prompt, **_more: next(waiting))

    return prepare


def add(office: Office, name: str = "lan", full_name: str = FULL_NAME, *more: str) -> str:
    ran = office.run("people", "add", name, "--full-name", full_name, *more)
    assert ran.code == 0, ran.out
    return ran.out


def person(office: Office, name: str = "lan") -> Person:
    with office.site() as site, site.database.reading() as session:
        found = people.of_name(session, name)
    assert found is not None
    return found


def test_a_new_person_gets_a_link_and_has_no_password_before_it_is_used(office: Office) -> None:
    told = add(office, "lan", FULL_NAME, "--role", "administrator")
    assert re.search(r"http://127\.0\.0\.1:8082/password/[\w-]{40,}", told)
    made = person(office)
    assert (made.full_name, made.role, made.password) == (FULL_NAME, "administrator", "")
    assert "has set no password" in office.run("people", "list").out


def test_a_password_that_is_asked_for_is_set_and_shown_nowhere(
    office: Office, typed: Typed
) -> None:
    typed(PASSWORD, "một câu khác", "ngắn", "ngắn", PASSWORD, PASSWORD)
    told = add(office, "lan", FULL_NAME, "--ask")
    assert "not the same" in told
    assert "at least 12" in told
    assert PASSWORD not in told
    assert "/password/" not in told
    assert passwords.is_right(PASSWORD, person(office).password)


def test_two_people_are_never_one_in_the_record(office: Office) -> None:
    add(office)
    for name, full_name in (("LAN", "Ai Khác"), ("lan2", "  trần thị LAN ")):
        ran = office.run("people", "add", name, "--full-name", full_name)
        assert ran.code == 1
        assert "already" in ran.out


@pytest.mark.parametrize("name", ["", "trần lan", "a\tb"])
def test_a_name_that_nobody_could_log_in_by_is_refused(office: Office, name: str) -> None:
    assert office.run("people", "add", name, "--full-name", FULL_NAME).code == 2


def test_another_role_ends_the_sessions_of_who_may_do_less_now(office: Office) -> None:
    add(office, "lan", FULL_NAME, "--role", "approver")
    with office.site() as site:
        with site.database.writing() as session:
            token = console_sessions.begin(
                session, site.clock(), person(office), timedelta(hours=1)
            )
        assert office.run("people", "role", "lan", "viewer").code == 0
        with site.database.reading() as session:
            ended = console_sessions.of_token(session, site.clock(), token, timedelta(hours=1))
    assert ended is None
    assert person(office).role == Role.VIEWER


def test_the_last_administrator_stays_one(office: Office) -> None:
    add(office, "lan", FULL_NAME, "--role", "administrator")
    for command in (["role", "lan", "viewer"], ["disable", "lan"]):
        ran = office.run("people", *command)
        assert ran.code == 1
        assert "last administrator" in ran.out
    add(office, "ha", "Lê Hà", "--role", "administrator")
    assert office.run("people", "disable", "lan").code == 0
    assert office.run("people", "disable", "ha").code == 1


def test_who_is_disabled_can_be_let_in_again(office: Office) -> None:
    add(office)
    assert office.run("people", "disable", "lan").code == 0
    assert "disabled" in office.run("people", "list").out
    assert office.run("people", "enable", "Lan").code == 0
    assert person(office).disabled_at is None


def test_a_lost_telephone_is_asked_for_no_more(office: Office) -> None:
    add(office)
    assert office.run("people", "totp", "lan").code == 1
    with office.site() as site, site.database.writing() as session:
        people.begin_totp(session, person(office), "sealed:x")
    assert office.run("people", "totp", "lan").code == 0
    assert person(office).totp == ""


@pytest.mark.parametrize("command", ["password", "disable", "enable", "totp"])
def test_nobody_of_that_name_is_told(office: Office, command: str) -> None:
    ran = office.run("people", command, "ai-do")
    assert ran.code == 1
    assert "ai-do" in ran.out


def test_everything_stands_in_the_record_under_the_name_of_who_did_it(office: Office) -> None:
    add(office, "lan", FULL_NAME, "--by", "Minh")
    office.run("people", "role", "lan", "writer", "--by", "Minh")
    office.run("people", "disable", "lan", "--by", "Minh")
    with office.site() as site, site.database.reading() as session:
        found = [(one.actor, one.action) for one in audit.latest(session, about="lan")]
    assert found == [
        ("Minh", "add person"),
        ("Minh", "password link"),
        ("Minh", "set role"),
        ("Minh", "disable person"),
    ]
    told = office.run("log", "lan").out
    assert "given a role" in told


def test_an_office_without_people_is_told_how_to_make_the_first(office: Office) -> None:
    ran = office.run("people", "list")
    assert ran.code == 0
    assert "--role administrator" in ran.out
