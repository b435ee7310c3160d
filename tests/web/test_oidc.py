"""The province's log-in: who comes from it is who they are said to be, and becomes no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import ECKey

from publisher.settings.console import Role
from publisher.settings.reader import read_settings
from publisher.store import audit, people
from publisher.store.console_tables import Person
from tests.web.office import PASSWORD, PEOPLE, SCHEDULE, ConsoleOffice, Visitor
from tests.web.provider import CLIENT_ID, SECRET, Provider, shared_key

KEYS = """
[console.oidc]
issuer        = "{issuer}"
client_id     = "publisher"
client_secret = "env:PROVINCE_SECRET"
title         = "Đăng nhập bằng tài khoản của tỉnh"
"""
GROUPS = """\
role_claim    = "realm_access.roles"

[console.oidc.roles]
writer   = ["truyen-thong"]
approver = ["lanh-dao"]
"""


class Rooms:
    """An office and the provider that it believes."""

    def __init__(self, root: Path, keys: str = "") -> None:
        self.provider = Provider(lambda: self.office.clock(), "")
        self.office = ConsoleOffice(root, keys=KEYS.format(issuer=self.provider.issuer) + keys)
        self.provider.back = f"{self.office.address}/log-in/provider/back"
        self.know("duyet@tinh.vn")

    def know(self, email: str, role: Role = Role.APPROVER) -> None:
        with self.office.site.database.writing() as session:
            person, now = self.office.person(role), self.office.clock()
            people.set_email(session, now, "An", person, email)

    def come(self, visitor: Visitor | None = None, asked: str = "") -> requests.Response:
        """Go through the provider's log-in; gives what the console says in the end."""
        visitor = visitor or self.office.visitor()
        there = visitor.get(f"/log-in/provider{asked}")
        assert there.status_code == 303, there.text
        back = requests.get(there.headers["location"], allow_redirects=False, timeout=10)
        assert back.status_code == 302, back.text
        return visitor.get(back.headers["location"].removeprefix(self.office.address))

    def named(self, name: str) -> Person | None:
        with self.office.site.database.reading() as session:
            return people.of_name(session, name)

    def close(self) -> None:
        self.office.close()
        self.provider.stop()


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVINCE_SECRET", SECRET)


@pytest.fixture
def rooms(stores: None, tmp_path: Path) -> Iterator[Rooms]:
    made = Rooms(tmp_path)
    yield made
    made.close()


@pytest.fixture
def groups(stores: None, tmp_path: Path) -> Iterator[Rooms]:
    """The same, where the provider's groups give roles."""
    made = Rooms(tmp_path, GROUPS)
    yield made
    made.close()


def test_who_was_taken_in_before_comes_in_by_their_mail_address(rooms: Rooms) -> None:
    visitor = rooms.office.visitor()
    answer = rooms.come(visitor, "?next=/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert PEOPLE[Role.APPROVER][1] in visitor.get("/account").text
    with rooms.office.site.database.reading() as session:
        done = [(one.actor, one.action) for one in audit.latest(session)][-2:]
    assert done == [("publisher", "know by provider"), (PEOPLE[Role.APPROVER][1], "log in")]


def test_the_log_in_page_leads_there_and_still_takes_a_password(rooms: Rooms) -> None:
    page = rooms.office.visitor().get("/log-in").text
    assert 'href="/log-in/provider?next=/"' in page
    assert "Đăng nhập bằng tài khoản của tỉnh" in page
    assert rooms.office.visitor().log_in(PEOPLE[Role.APPROVER][0], PASSWORD).status_code == 303


def test_an_office_without_one_has_no_such_door(office: ConsoleOffice) -> None:
    assert office.visitor().get("/log-in/provider").status_code == 404
    assert office.visitor().get("/log-in/provider/back?code=x&state=y").status_code == 404
    assert "/log-in/provider" not in office.visitor().get("/log-in").text


def test_who_came_once_is_known_though_the_address_is_another_now(rooms: Rooms) -> None:
    rooms.come()
    rooms.provider.person["email"] = "khac@tinh.vn"
    assert rooms.come().status_code == 303


def test_an_address_that_went_to_somebody_else_lets_them_in_as_nobody(rooms: Rooms) -> None:
    rooms.come()
    rooms.provider.person["sub"] = "u-2"
    assert rooms.come().status_code == 403


@pytest.mark.parametrize(
    "person",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "la@tinh.vn"},
        {"email": ""},
        {"email": ["duyet@tinh.vn"]},
    ],
)
def test_whoever_is_not_known_beyond_doubt_is_not_let_in(
    rooms: Rooms, person: dict[str, object]
) -> None:
    rooms.provider.person |= person
    visitor = rooms.office.visitor()
    assert rooms.come(visitor).status_code == 403
    assert visitor.get("/account").status_code == 303


def test_an_address_of_two_people_is_nobodys(rooms: Rooms) -> None:
    rooms.know("DUYET@tinh.vn", Role.ADMINISTRATOR)
    assert rooms.come().status_code == 403


def test_who_is_disabled_is_not_let_in_by_it_either(rooms: Rooms) -> None:
    rooms.come()
    with rooms.office.site.database.writing() as session:
        people.disable(session, rooms.office.clock(), "An", rooms.office.person(Role.APPROVER))
    assert rooms.come().status_code == 403


def test_whose_telephone_is_set_up_gives_its_code_as_well(rooms: Rooms) -> None:
    person, now = rooms.office.person(Role.APPROVER), rooms.office.clock()
    with rooms.office.site.database.writing() as session:
        people.begin_totp(session, person, rooms.office.site.seal.seal("JBSWY3DPEHPK3PXP"))
        assert people.use_totp(session, now, person, 1)
    visitor = rooms.office.visitor()
    assert rooms.come(visitor).headers["location"] == "/log-in/code?next=/"
    assert visitor.get("/approvals").status_code == 303


# -- what isn't believed --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://khac.example.vn"},
        {"aud": "another client"},
        {"aud": "another client", "azp": CLIENT_ID},
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"nonce": "another nonce, of another log-in"},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"sub": ""},
        {"sub": 7},
        {"exp": 1},
        {"iat": "yesterday"},
    ],
)
def test_a_word_that_is_not_for_us_or_not_of_now_is_not_believed(
    rooms: Rooms, claims: dict[str, object]
) -> None:
    rooms.provider.claims = claims
    assert rooms.come().status_code == 503


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_a_word_that_lacks_a_part_is_not_believed(rooms: Rooms, name: str) -> None:
    rooms.provider.without = {name}
    assert rooms.come().status_code == 503


def test_a_word_that_is_not_signed_by_it_is_not_believed(rooms: Rooms) -> None:
    for algorithm, key in (
        ("none", None),
        ("HS256", shared_key(SECRET.encode())),
        ("ES256", ECKey.generate_key("P-256", {"kid": "k1"})),
        ("ES256", ECKey.generate_key("P-256", {"kid": "k9"})),
    ):
        rooms.provider.signs_with = (algorithm, key)
        assert rooms.come().status_code == 503, algorithm
    assert rooms.named("duyet") is not None


@pytest.mark.parametrize(("apart", "status"), [(110, 303), (-110, 303), (500, 503), (-500, 503)])
def test_clocks_may_differ_a_little(rooms: Rooms, apart: int, status: int) -> None:
    rooms.provider.clock = lambda: rooms.office.clock() + timedelta(seconds=apart)
    assert rooms.come().status_code == status


def test_new_keys_of_the_provider_are_learnt_when_they_are_first_used(rooms: Rooms) -> None:
    assert rooms.come().status_code == 303
    rooms.provider.change_keys("RS256")
    assert rooms.come().status_code == 303


def test_what_it_says_of_itself_is_asked_for_once_an_hour(rooms: Rooms) -> None:
    rooms.come()
    rooms.come()
    assert rooms.provider.asked.count("/.well-known/openid-configuration") == 1
    rooms.office.clock.move_to(rooms.office.clock() + timedelta(hours=2))
    rooms.come()
    assert rooms.provider.asked.count("/.well-known/openid-configuration") == 2


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://khac.example.vn"},
        {"token_endpoint": "http://khac.example.vn/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"filler": "x" * 300_000},
    ],
)
def test_a_provider_that_says_something_odd_of_itself_is_not_gone_to(
    rooms: Rooms, document: dict[str, object]
) -> None:
    rooms.provider.document = document
    answer = rooms.office.visitor().get("/log-in/provider")
    assert answer.status_code == 503
    assert "location" not in answer.headers


def test_a_provider_that_is_not_there_leaves_the_password(rooms: Rooms) -> None:
    rooms.provider.stop()
    answer = rooms.office.visitor().get("/log-in/provider")
    assert answer.status_code == 503
    assert 'name="password"' in answer.text


# -- there and back -------------------------------------------------------------------------------


def test_a_way_back_that_this_browser_did_not_begin_lets_nobody_in(rooms: Rooms) -> None:
    there = rooms.office.visitor().get("/log-in/provider").headers["location"]
    back = requests.get(there, allow_redirects=False, timeout=10).headers["location"]
    path = back.removeprefix(rooms.office.address)
    other = rooms.office.visitor()
    assert other.get(path).status_code == 422
    other.get("/log-in/provider")
    assert other.get(path).status_code == 422
    assert "/token" not in rooms.provider.asked


def test_a_way_back_counts_once(rooms: Rooms) -> None:
    visitor = rooms.office.visitor()
    there = visitor.get("/log-in/provider").headers["location"]
    back = requests.get(there, allow_redirects=False, timeout=10).headers["location"]
    path = back.removeprefix(rooms.office.address)
    assert visitor.get(path).status_code == 303
    assert visitor.get(path).status_code == 422


@pytest.mark.parametrize("added", ["&iss=https://khac.example.vn", "&state=x"])
def test_a_way_back_that_somebody_changed_lets_nobody_in(rooms: Rooms, added: str) -> None:
    visitor = rooms.office.visitor()
    there = visitor.get("/log-in/provider").headers["location"]
    back = requests.get(there, allow_redirects=False, timeout=10).headers["location"]
    asked = {name: one[0] for name, one in parse_qs(urlsplit(back).query).items()}
    asked |= {name: one[0] for name, one in parse_qs(added).items()}
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    assert visitor.get(f"/log-in/provider/back?{query}").status_code == 422


def test_nobody_is_sent_on_to_somewhere_else(rooms: Rooms) -> None:
    answer = rooms.come(asked="?next=https://khac.example.vn")
    assert answer.headers["location"] == "/"


def test_many_failures_in_a_row_have_to_wait(rooms: Rooms) -> None:
    rooms.provider.claims = {"nonce": "another"}
    told = [rooms.come().status_code for _ in range(6)]
    assert told[0] == 503
    assert told[-1] == 429
    assert rooms.office.visitor().log_in(PEOPLE[Role.APPROVER][0], PASSWORD).status_code == 303


# -- groups give roles ----------------------------------------------------------------------------


def test_a_stranger_of_a_group_that_has_a_role_is_taken_in_with_it(groups: Rooms) -> None:
    groups.provider.person = {
        "sub": "u-7",
        "preferred_username": "Moi",
        "name": "Đỗ Thị Mới",
        "realm_access": {"roles": ["nhan-su", "truyen-thong"]},
    }
    assert groups.come().status_code == 303
    person = groups.named("moi")
    assert person is not None
    assert (person.full_name, person.role, person.password) == ("Đỗ Thị Mới", "writer", "")
    groups.provider.person["realm_access"] = {"roles": ["lanh-dao", "truyen-thong"]}
    assert groups.come().status_code == 303
    person = groups.named("moi")
    assert person is not None
    assert person.role == "approver"


@pytest.mark.parametrize("roles", [[], ["nhan-su"], ["administrator"], "quan-tri", 7, None])
def test_a_stranger_of_no_such_group_is_not_taken_in(groups: Rooms, roles: object) -> None:
    groups.provider.person = {
        "sub": "u-7",
        "preferred_username": "moi",
        "realm_access": {"roles": roles},
    }
    assert groups.come().status_code == 403
    assert groups.named("moi") is None


def test_a_stranger_who_has_somebodys_name_is_not_taken_for_them(groups: Rooms) -> None:
    groups.provider.person = {
        "sub": "u-7",
        "preferred_username": PEOPLE[Role.ADMINISTRATOR][0],
        "name": "Ai Khác",
        "realm_access": {"roles": ["truyen-thong"]},
    }
    assert groups.come().status_code == 403


def test_who_left_their_group_is_let_in_no_more(groups: Rooms) -> None:
    groups.provider.person["realm_access"] = {"roles": ["lanh-dao"]}
    assert groups.come().status_code == 303
    groups.provider.person["realm_access"] = {"roles": []}
    assert groups.come().status_code == 403


def test_an_administrator_stays_one_and_nobody_becomes_one(groups: Rooms) -> None:
    groups.know("quan-tri@tinh.vn", Role.ADMINISTRATOR)
    groups.provider.person |= {
        "sub": "u-9",
        "email": "quan-tri@tinh.vn",
        "realm_access": {"roles": ["truyen-thong"]},
    }
    assert groups.come().status_code == 303
    assert groups.office.person(Role.ADMINISTRATOR).role == "administrator"


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ('issuer = "https://x.vn"', 'issuer = "http://x.vn"'),
        ('issuer = "https://x.vn"', 'issuer = "https://x.vn?a=1"'),
        ('scope = "openid"', 'scope = "email"'),
        ('writer = ["a"]', 'administrator = ["a"]'),
        ('client_secret = "env:X"', 'client_secret = "mật khẩu"'),
    ],
)
def test_a_log_in_that_is_not_safe_is_not_taken_from_the_settings(
    tmp_path: Path, written: str, instead: str
) -> None:
    right = "\n".join(
        (
            *("[console.oidc]", 'issuer = "https://x.vn"', 'client_id = "a"', 'scope = "openid"'),
            *('client_secret = "env:X"', "[console.oidc.roles]", 'writer = ["a"]'),
        )
    )
    path = tmp_path / "schedule.toml"
    schedule = SCHEDULE.format(host="127.0.0.1", port=8082)
    path.write_text(f"{schedule}\n{right}\n", "utf-8")
    assert read_settings(path)[1] == []
    path.write_text(f"{schedule}\n{right.replace(written, instead)}\n", "utf-8")
    settings, faults = read_settings(path)
    assert settings is None
    assert faults
