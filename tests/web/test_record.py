"""The record in the console: who did what when, found by person, thing and time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.settings.console import Role
from publisher.store import audit
from tests.web.forms import read
from tests.web.office import ConsoleOffice


def found(office: ConsoleOffice, query: str = "") -> str:
    answer = office.visitor(Role.ADMINISTRATOR).get(f"/record?{query}")
    assert answer.status_code == 200
    return read(answer.text.partition("<tbody")[2])


@pytest.fixture
def busy(own_office: ConsoleOffice) -> ConsoleOffice:
    """An office in which Lan and Minh did something, on two days."""
    with own_office.site.database.writing() as session:
        now = own_office.clock()
        audit.record(session, now, "Lan", "hold", "channel zalo", reason="Bão")
        audit.record(session, now + timedelta(days=1), "Minh", "release", "channel zalo")
        audit.record(session, now + timedelta(days=1), "Lan", "edit", "10-10/cam-on", diff="-a+b")
    return own_office


def test_it_shows_everything_the_latest_first(busy: ConsoleOffice) -> None:
    page = found(busy)
    assert page.index("10-10/cam-on") < page.index("Bão")
    assert "-a+b" not in page


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("person=Lan", "Bão", "Minh"),
        ("about=zalo", "Minh", "10-10/cam-on"),
        ("from=2027-10-11", "Minh", "Bão"),
        ("to=2027-10-10", "Bão", "Minh"),
        ("from=11/10/2027&to=11/10/2027", "Minh", "Bão"),
        ("person=Lan&from=2027-10-11", "10-10/cam-on", "Bão"),
    ],
)
def test_it_is_found_by_person_thing_and_time(
    busy: ConsoleOffice, query: str, there: str, not_there: str
) -> None:
    page = found(busy, query)
    assert there in page
    assert not_there not in page


@pytest.mark.parametrize(
    "query",
    [
        "from=x",
        "to=9999-12-31",
        "skip=-1",
        "skip=" + "9" * 40,
        pytest.param("skip=" + "9" * 5000, id="skip=5000 digits"),
        "about=%25",
        "person=%00",
    ],
)
def test_nonsense_breaks_nothing(busy: ConsoleOffice, query: str) -> None:
    assert busy.visitor(Role.ADMINISTRATOR).get(f"/record?{query}").status_code == 200


def test_it_goes_on_over_the_page(busy: ConsoleOffice) -> None:
    with busy.site.database.writing() as session:
        for number in range(120):
            at = busy.clock() + timedelta(days=2)
            audit.record(session, at, "Lan", "edit", f"10-10/so-{number:03}")
    page = busy.visitor(Role.ADMINISTRATOR).get("/record?person=Lan&about=so-")
    assert "so-119" in page.text
    assert "so-019" not in page.text
    assert "skip=100" in page.text
    assert "so-019" in found(busy, "person=Lan&about=so-&skip=100")
