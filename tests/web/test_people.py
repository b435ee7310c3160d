"""People: who takes them in, what a role lower or none means at once, and who is the last."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.simulated.email import PASSWORD as EMAIL_PASSWORD
from channels.simulated.email import Platform
from publisher.clock import system_clock
from publisher.settings.console import Role
from publisher.store import api_tokens, audit, people
from publisher.store.console_tables import Person
from tests.web.office import PASSWORD, PEOPLE, ConsoleOffice

NEW = {"name": "moi", "full_name": "Đỗ Thị Mới", "role": "writer", "email": "moi@tinh.vn"}


def of_name(office: ConsoleOffice, name: str) -> Person:
    with office.site.database.reading() as session:
        found = people.of_name(session, name)
    assert found is not None
    return found


def link_in(page: str) -> str:
    found = re.search(r'<code class="secret">[^<]*(/password/[^<]+)</code>', page)
    assert found is not None
    return html.unescape(found[1])


def test_somebody_is_taken_in_and_sets_their_password_by_a_link_that_is_shown_once(
    own_office: ConsoleOffice,
) -> None:
    administrator = own_office.visitor(Role.ADMINISTRATOR)
    answer = administrator.post("/people", NEW)
    link, path = link_in(answer.text), f"/people/{of_name(own_office, 'moi').id}"
    assert link not in administrator.get(path).text
    visitor = own_office.visitor()
    visitor.open_door()
    twice = {"password": PASSWORD, "repeated": PASSWORD}
    assert visitor.post(link, twice).status_code == 303
    assert own_office.visitor().log_in("moi").status_code == 303
    assert visitor.post(link, twice).status_code == 404
    with own_office.site.database.reading() as session:
        done = [one.action for one in audit.latest(session) if one.subject == "moi"]
    assert done[:3] == ["add person", "password link", "set password"]


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "hai từ"},
        {"name": ""},
        {"name": PEOPLE[Role.VIEWER][0].upper()},
        {"full_name": ""},
        {"full_name": f"  {PEOPLE[Role.VIEWER][1].upper()}"},
        {"email": "moi"},
        {"email": "moi@tinh.vn\nBcc: x@y.vn"},
        {"role": "king"},
        {"role": ""},
    ],
)
def test_who_cannot_be_told_apart_or_reached_is_not_taken_in(
    office: ConsoleOffice, asked: dict[str, str]
) -> None:
    answer = office.visitor(Role.ADMINISTRATOR).post("/people", NEW | asked)
    assert answer.status_code == 422
    assert 'class="fault"' in answer.text
    with office.site.database.reading() as session:
        assert len(people.everybody(session)) == len(PEOPLE)


def test_a_lower_role_counts_at_once(own_office: ConsoleOffice) -> None:
    approver, person = own_office.visitor(Role.APPROVER), own_office.person(Role.APPROVER)
    administrator = own_office.visitor(Role.ADMINISTRATOR)
    answer = administrator.post(f"/people/{person.id}/role", {"role": "viewer"})
    assert answer.status_code == 303
    assert own_office.person(Role.APPROVER).role == "viewer"
    assert approver.get("/account").status_code == 303


@pytest.mark.parametrize(("deed", "asked"), [("role", {"role": "approver"}), ("disable", {})])
def test_the_last_administrator_stays(
    own_office: ConsoleOffice, deed: str, asked: dict[str, str]
) -> None:
    person = own_office.person(Role.ADMINISTRATOR)
    administrator = own_office.visitor(Role.ADMINISTRATOR)
    answer = administrator.post(f"/people/{person.id}/{deed}", asked)
    assert answer.status_code == 422
    kept = own_office.person(Role.ADMINISTRATOR)
    assert (kept.role, kept.disabled_at) == ("administrator", None)
    assert administrator.get("/people").status_code == 200


def test_who_is_disabled_is_let_in_no_more_until_they_are_again(
    own_office: ConsoleOffice,
) -> None:
    writer, person = own_office.visitor(Role.WRITER), own_office.person(Role.WRITER)
    administrator = own_office.visitor(Role.ADMINISTRATOR)
    administrator.post(f"/people/{person.id}/disable")
    assert writer.get("/account").status_code == 303
    assert own_office.visitor().log_in(person.name).status_code == 422
    assert administrator.post(f"/people/{person.id}/password").status_code == 422
    administrator.post(f"/people/{person.id}/enable")
    assert own_office.visitor().log_in(person.name).status_code == 303


def test_who_is_logged_out_everywhere_has_no_token_left_either(
    own_office: ConsoleOffice,
) -> None:
    writer, person = own_office.visitor(Role.WRITER), own_office.person(Role.WRITER)
    with own_office.site.database.writing() as session:
        token = api_tokens.make(session, own_office.clock(), person, "máy", None)
    own_office.visitor(Role.ADMINISTRATOR).post(f"/people/{person.id}/log-out")
    assert writer.get("/account").status_code == 303
    with own_office.site.database.reading() as session:
        assert api_tokens.of_token(session, own_office.clock(), token) is None
    assert own_office.visitor().log_in(person.name).status_code == 303


def test_a_lost_telephone_is_asked_for_no_more(own_office: ConsoleOffice) -> None:
    person, now = own_office.person(Role.WRITER), own_office.clock()
    with own_office.site.database.writing() as session:
        people.begin_totp(session, person, own_office.site.seal.seal("JBSWY3DPEHPK3PXP"))
        assert people.use_totp(session, now, person, 1)
    assert own_office.visitor().log_in(person.name).headers["location"].startswith("/log-in/code")
    own_office.visitor(Role.ADMINISTRATOR).post(f"/people/{person.id}/totp")
    assert own_office.visitor().log_in(person.name).headers["location"] == "/"


def test_another_mail_address_is_kept_and_stands_in_the_record(own_office: ConsoleOffice) -> None:
    person, administrator = own_office.person(Role.WRITER), own_office.visitor(Role.ADMINISTRATOR)
    path = f"/people/{person.id}/email"
    assert administrator.post(path, {"email": "viet@tinh.vn"}).status_code == 303
    assert own_office.person(Role.WRITER).email == "viet@tinh.vn"
    assert administrator.post(path, {"email": "viet@"}).status_code == 422
    assert own_office.person(Role.WRITER).email == "viet@tinh.vn"
    with own_office.site.database.reading() as session:
        assert [one.action for one in audit.latest(session)].count("set email") == 1


def test_nobody_of_that_number_is_told_as_that(office: ConsoleOffice) -> None:
    administrator = office.visitor(Role.ADMINISTRATOR)
    assert administrator.get("/people/4711").status_code == 404
    assert administrator.post(f"/people/{2**70}/disable").status_code == 404


# -- by mail --------------------------------------------------------------------------------------

KEYS = """
[mail]
host     = "{host}"
port     = {port}
security = "{security}"
username = "{username}"
password = "{password}"
sender   = "so@tinh.example.vn"
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    monkeypatch.setenv("SIMULATED_EMAIL_PASSWORD", EMAIL_PASSWORD)
    with Platform(system_clock) as running:
        yield running


@pytest.fixture
def mailing_office(stores: None, tmp_path: Path, server: Platform) -> Iterator[ConsoleOffice]:
    made = ConsoleOffice(tmp_path, keys=KEYS.format(**server.config()))
    yield made
    made.close()


def test_the_link_is_mailed_where_that_is_asked_for(
    mailing_office: ConsoleOffice, server: Platform
) -> None:
    answer = mailing_office.visitor(Role.ADMINISTRATOR).post("/people", NEW | {"mail": "1"})
    assert answer.status_code == 303
    [mail] = server.mailbox
    assert "moi@tinh.vn" in mail["To"]
    found = re.search(r"/password/\S+", mail.get_content())
    assert found is not None
    assert NEW["full_name"] in mailing_office.visitor().get(found[0]).text


def test_a_link_that_could_not_be_mailed_is_shown_with_why(
    mailing_office: ConsoleOffice, server: Platform
) -> None:
    server.faults.always("forbidden")
    answer = mailing_office.visitor(Role.ADMINISTRATOR).post("/people", NEW | {"mail": "1"})
    assert link_in(answer.text)
    assert 'role="alert"' in answer.text
