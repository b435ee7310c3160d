"""A link by which somebody sets their password: it works once, for three days, for them alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.settings.console import Role
from publisher.store import one_time_links, people
from tests.web.office import PASSWORD, PEOPLE, ConsoleOffice

NAME = PEOPLE[Role.WRITER][0]
NEW = "cánh đồng sen Tháp Mười"


@pytest.fixture
def link(own_office: ConsoleOffice) -> str:
    person, lasts = own_office.person(Role.WRITER), timedelta(days=3)
    with own_office.site.database.writing() as session:
        token = one_time_links.make(
            session, own_office.clock(), person, one_time_links.PASSWORD, lasts
        )
    return f"/password/{token}"


def set_by(office: ConsoleOffice, link: str, password: str = NEW, repeated: str = "") -> int:
    visitor = office.visitor()
    visitor.open_door()
    fields = {"password": password, "repeated": repeated or password}
    return visitor.post(link, fields).status_code


def test_it_sets_the_password_once(own_office: ConsoleOffice, link: str) -> None:
    inside = own_office.visitor(Role.WRITER)
    assert PEOPLE[Role.WRITER][1] in own_office.visitor().get(link).text
    assert set_by(own_office, link) == 303
    assert own_office.visitor().log_in(NAME, NEW).status_code == 303
    assert own_office.visitor().log_in(NAME, PASSWORD).status_code == 422
    assert inside.get("/").status_code == 303, "who was in by the former one is out"
    assert own_office.visitor().get(link).status_code == 404
    assert set_by(own_office, link, "một câu hoàn toàn khác") == 404
    assert own_office.visitor().log_in(NAME, NEW).status_code == 303


def test_looking_at_it_does_not_use_it_up(own_office: ConsoleOffice, link: str) -> None:
    """Mail programs look at links before people do."""
    for _look in range(2):
        assert own_office.visitor().get(link).status_code == 200
    assert set_by(own_office, link) == 303


@pytest.mark.parametrize(
    "weak",
    ["ngắn", "aaaaaaaaaaaaaaaaaaaa", f"{NAME} la mat khau cua toi", "x" * 201],
)
def test_a_weak_password_is_refused_and_the_link_stays(
    own_office: ConsoleOffice, link: str, weak: str
) -> None:
    assert set_by(own_office, link, weak) == 422
    assert set_by(own_office, link, NEW, "một câu khác hẳn đi") == 422
    assert set_by(own_office, link) == 303


def test_it_ends_after_its_time(own_office: ConsoleOffice, link: str) -> None:
    own_office.clock.advance(timedelta(days=3))
    assert own_office.visitor().get(link).status_code == 404
    assert set_by(own_office, link) == 404


def test_it_ends_with_the_account(own_office: ConsoleOffice, link: str) -> None:
    with own_office.site.database.writing() as session:
        person = people.of_name(session, NAME)
        assert person is not None
        people.disable(session, own_office.clock(), "quản trị", person)
        people.enable(session, own_office.clock(), "quản trị", person)
    assert set_by(own_office, link) == 404


def test_a_link_for_something_else_sets_no_password(own_office: ConsoleOffice) -> None:
    person = own_office.person(Role.WRITER)
    with own_office.site.database.writing() as session:
        now = own_office.clock()
        token = one_time_links.make(session, now, person, "approve", timedelta(days=1))
    assert set_by(own_office, f"/password/{token}") == 404
