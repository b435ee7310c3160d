"""The API: what officers do in the console, for programs, in a person's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests

from publisher.delivery.lifecycle import CLAIM, DOUBT, State
from publisher.settings.console import Role
from publisher.store import api_tokens, audit, deliveries, holds
from tests.web.office import PEOPLE, ConsoleOffice

API = "/api/v1"


class Program:
    """Speaks to the API with a token of the person of ``role``."""

    def __init__(
        self, office: ConsoleOffice, role: Role, most: Role | None = None, **headers: str
    ) -> None:
        with office.site.database.writing() as session:
            token = api_tokens.make(
                session, office.clock(), office.person(role), "máy", None, role=most or role
            )
        self.office = office
        self.headers = {"Authorization": f"Bearer {token}", **headers}

    def get(self, path: str, **headers: str) -> requests.Response:
        address = self.office.address + API + path
        return requests.get(address, headers=self.headers | headers, timeout=10)

    def post(self, path: str, **asked: Any) -> requests.Response:
        address = self.office.address + API + path
        return requests.post(address, json=asked, headers=self.headers, timeout=10)


def recorded(office: ConsoleOffice, action: str) -> list[tuple[str, str]]:
    with office.site.database.reading() as session:
        found = audit.latest(session, limit=200)
    return [(one.actor, one.subject) for one in found if one.action == action]


# -- looking --------------------------------------------------------------------------------------


def test_all_deliveries_come_once_each_by_their_time_however_small_the_pages(
    office: ConsoleOffice,
) -> None:
    program = Program(office, Role.VIEWER)
    whole = program.get("/deliveries?limit=200").json()
    assert whole["next"] is None
    pages, following = [], ""
    while following is not None:
        page = program.get(f"/deliveries?limit=3&cursor={following}").json()
        assert len(page["items"]) <= 3
        pages += page["items"]
        following = page["next"]
    assert pages == whole["items"]
    assert len(pages) == len(office.rows())
    assert pages == sorted(pages, key=lambda one: (one["due_at"], one["number"]))


@pytest.mark.parametrize(
    ("asked", "posts"),
    [
        ("campaign=dich-vu-cong", {"tra-cuu", "nop-ho-so", "thang-mot"}),
        ("post=cam-on", {"cam-on"}),
        ("channel=portal", {"tra-cuu", "nop-ho-so", "thang-mot"}),
        ("state=failed&state=unconfirmed", {"nhac-truoc", "chao-ngay-hoi"}),
        ("first=2027-10-11&last=2027-10-11", {"cam-on", "nop-ho-so"}),
        ("audience=business", {"nhac-truoc", "chao-ngay-hoi", "buoi-chieu", "cam-on"}),
        ("audience=busines", set()),
        ("campaign=khong-co", set()),
    ],
)
def test_deliveries_are_found_by_what_is_asked(
    office: ConsoleOffice, asked: str, posts: set[str]
) -> None:
    found = Program(office, Role.VIEWER).get(f"/deliveries?limit=200&{asked}").json()["items"]
    assert {one["post"] for one in found} == posts


def test_a_misspelt_filter_is_refused_and_not_taken_for_none(office: ConsoleOffice) -> None:
    answer = Program(office, Role.VIEWER).get("/deliveries?chanel=zalo")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["at"] == "query.chanel"


@pytest.mark.parametrize("given", ["x", "eA", "MjAyNy0xMC0xMHx4", "MjAyNy0xMC0xMFQwODowMDowMHwx"])
def test_a_cursor_that_no_page_gave_is_refused(office: ConsoleOffice, given: str) -> None:
    answer = Program(office, Role.VIEWER).get(f"/deliveries?cursor={given}")
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor")


def test_moments_are_in_the_offices_zone_and_a_state_is_told_in_words(
    office: ConsoleOffice,
) -> None:
    number = office.number("nhac-truoc", "zalo")
    found = Program(office, Role.VIEWER).get(f"/deliveries/{number}").json()
    assert found["due_at"] == "2027-10-09T08:00:00+07:00"
    assert found["state"] == "unconfirmed"
    assert found["standing"].startswith("chưa rõ")


def test_a_delivery_that_has_not_changed_is_not_sent_again(own_office: ConsoleOffice) -> None:
    program = Program(own_office, Role.APPROVER)
    path = f"/deliveries/{own_office.number('cam-on')}"
    tag = program.get(path).headers["etag"]
    answer = program.get(path, **{"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    program.post("/verdicts/cancel", numbers=[own_office.number("cam-on")])
    assert program.get(path, **{"If-None-Match": tag}).json()["state"] == "cancelled"


def test_a_post_is_shown_as_each_channel_shows_it_with_its_counts(office: ConsoleOffice) -> None:
    found = Program(office, Role.VIEWER).get("/posts/10-10/cam-on").json()["previews"]
    by_channel = {one["delivery"]["channel"]: one for one in found}
    assert set(by_channel) == {"fanpage", "zalo"}
    assert "12.000 lượt" in by_channel["fanpage"]["text"]
    assert by_channel["fanpage"]["media"][0]["alt"] == "Quảng trường tỉnh"
    assert any("/" in one["text"] for one in by_channel["zalo"]["counts"])


def test_reach_says_of_each_figure_how_much_it_covers(office: ConsoleOffice) -> None:
    found = Program(office, Role.VIEWER).get("/reach?first=2027-10-01&last=2027-10-10").json()
    total = found["total"]
    assert total["deliveries"] == 2
    assert (total["figures"]["reach"], total["of"]["reach"]) == (None, 0)
    assert found["asked"]["first"] == "2027-10-01"


def test_a_span_that_goes_backwards_is_refused(office: ConsoleOffice) -> None:
    answer = Program(office, Role.VIEWER).get("/reach?first=2027-10-10&last=2027-10-01")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["at"] == "query.first"


def test_channels_say_what_keeps_them(own_office: ConsoleOffice) -> None:
    with own_office.site.database.writing() as session:
        holds.place(session, own_office.clock(), "An", holds.CHANNEL, "zalo", "bão", None)
    found = Program(own_office, Role.VIEWER).get("/channels").json()["items"]
    assert {one["name"]: one["held"] for one in found} == {
        "fanpage": False,
        "zalo": True,
        "portal": False,
    }


def test_the_record_is_the_administrators_and_goes_back_page_by_page(
    own_office: ConsoleOffice,
) -> None:
    assert Program(own_office, Role.APPROVER).get("/record").status_code == 403
    program = Program(own_office, Role.ADMINISTRATOR)
    first = program.get("/record?limit=2").json()
    second = program.get(f"/record?limit=2&cursor={first['next']}").json()
    numbers = [one["number"] for one in (*first["items"], *second["items"])]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 4


# -- who asks -------------------------------------------------------------------------------------


def test_a_token_may_do_no_more_than_it_was_made_for(own_office: ConsoleOffice) -> None:
    program = Program(own_office, Role.ADMINISTRATOR, most=Role.WRITER)
    assert program.get("/me").json()["role"] == "writer"
    assert program.get("/record").status_code == 403
    number = own_office.number("cam-on")
    assert program.post("/verdicts/cancel", numbers=[number]).status_code == 403
    assert own_office.row("cam-on").state == State.PLANNED


def test_a_token_may_do_no_more_than_its_person_may_by_now(own_office: ConsoleOffice) -> None:
    program = Program(own_office, Role.APPROVER)
    with own_office.site.database.writing() as session:
        person = own_office.person(Role.APPROVER)
        # Not by people.set_role, which ends their tokens: this must hold by itself.
        person.role = Role.VIEWER.value
        session.add(person)
    assert program.get("/me").json()["role"] == "viewer"


def test_a_page_of_ours_may_use_it_by_its_session_with_the_token_of_its_forms(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor(Role.WRITER)
    asked = {"scope": "all", "reason": "thử"}
    address = f"{own_office.address}{API}/holds"
    without = visitor.http.post(address, json=asked)
    assert (without.status_code, without.json()["code"]) == (403, "form-token")
    sent = visitor.http.post(address, json=asked, headers={"X-Form-Token": visitor.form_token})
    assert sent.status_code == 201


def test_people_are_told_in_the_language_that_is_asked_for_and_programs_in_none(
    office: ConsoleOffice,
) -> None:
    program = Program(office, Role.VIEWER)
    path = f"/deliveries/{office.number('nhac-truoc')}"
    english = {"Accept-Language": "en-GB,vi;q=0.5"}
    assert program.get(path).json()["standing"] == "đã đăng"
    assert program.get(path, **english).json()["standing"] == "sent"
    assert program.get(path, **english).json()["state"] == program.get(path).json()["state"]
    refused = program.get("/record", **english)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == "Your role may not do this."
    assert refused.json()["code"] == "forbidden"


def test_what_is_not_there_and_what_is_no_json_are_told_as_problems(office: ConsoleOffice) -> None:
    program = Program(office, Role.WRITER)
    assert program.get("/deliveries/4711").json()["code"] == "not-there"
    assert program.get("/nowhere").json()["status"] == 404
    answer = requests.post(
        f"{office.address}{API}/holds",
        data="{",
        headers={**program.headers, "Content-Type": "application/json"},
        timeout=10,
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "question")


# -- doing ----------------------------------------------------------------------------------------


def test_only_the_text_that_was_seen_is_approved(own_office: ConsoleOffice) -> None:
    program = Program(own_office, Role.APPROVER)
    queue = program.get("/approvals").json()["items"]
    assert [one["delivery"]["post"] for one in queue][:2] == ["tra-cuu", "tra-cuu"]
    first, second = (one["delivery"] for one in queue[:2])
    answer = program.post(
        "/approvals",
        items=[
            {"number": first["number"], "fingerprint": first["fingerprint"]},
            {"number": second["number"], "fingerprint": "another text"},
        ],
    ).json()
    assert answer["done"] == [first["key"]]
    assert [(one["number"], one["code"]) for one in answer["refused"]] == [
        (second["number"], "changed")
    ]
    assert recorded(own_office, "approve") == [(PEOPLE[Role.APPROVER][1], first["key"])]


def test_an_approval_said_twice_is_one(own_office: ConsoleOffice) -> None:
    program = Program(own_office, Role.APPROVER)
    one = program.get("/approvals").json()["items"][0]["delivery"]
    items = [{"number": one["number"], "fingerprint": one["fingerprint"]}]
    program.post("/approvals", items=items)
    again = program.post("/approvals", items=items)
    assert (again.status_code, again.json()["refused"][0]["code"]) == (200, "already")
    assert len(recorded(own_office, "approve")) == 1


def test_a_verdict_said_twice_is_not_taken_for_what_went_wrong_since(
    own_office: ConsoleOffice,
) -> None:
    program = Program(own_office, Role.APPROVER)
    row = own_office.row("nhac-truoc", "zalo")
    items = [{"number": row.id, "attempts": row.attempts}]
    assert program.post("/verdicts/absent", items=items).json()["done"]
    # It is tried, and again nobody knows: the first answer got lost, the program asks once more.
    with own_office.site.database.writing() as session:
        number, now = deliveries.number_of(row), own_office.clock()
        assert deliveries.move(session, number, CLAIM, now, attempts=row.attempts + 1)
        assert deliveries.move(session, number, DOUBT, now, note="no answer came")
    refused = program.post("/verdicts/absent", items=items).json()["refused"]
    assert [one["code"] for one in refused] == ["tried"]
    assert own_office.row("nhac-truoc", "zalo").state == State.UNCONFIRMED


def test_what_somebody_saw_on_the_platform_is_settled(own_office: ConsoleOffice) -> None:
    number = own_office.number("nhac-truoc", "zalo")
    answer = Program(own_office, Role.APPROVER).post(
        "/verdicts/found", numbers=[number, 4711], url="https://zalo.example.vn/1"
    )
    assert answer.json()["refused"][0]["code"] == "not-there"
    row = own_office.row("nhac-truoc", "zalo")
    assert (row.state, row.url) == (State.SENT, "https://zalo.example.vn/1")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "zalo.example.vn"])
def test_where_it_can_be_seen_is_an_address_of_the_web(office: ConsoleOffice, url: str) -> None:
    program, number = Program(office, Role.APPROVER), office.number("nhac-truoc", "zalo")
    assert program.post("/verdicts/found", numbers=[number], url=url).status_code == 422
    assert office.row("nhac-truoc", "zalo").state == State.UNCONFIRMED


def test_a_hold_said_twice_is_put_once_and_its_end_is_kept(own_office: ConsoleOffice) -> None:
    program = Program(own_office, Role.APPROVER)
    until = (own_office.clock() + timedelta(hours=3)).isoformat()
    asked = {"scope": "campaign", "target": "10-10", "reason": "quốc tang", "until": until}
    assert program.post("/holds", **asked).status_code == 201
    assert program.post("/holds", **asked).status_code == 200
    [found] = program.get("/holds").json()["items"]
    assert (found["target"], found["placed_by"]) == ("10-10", PEOPLE[Role.APPROVER][1])
    release = {"scope": "campaign", "target": "10-10"}
    assert program.post("/holds/release", **release).json() == {"ended": 1}
    assert program.post("/holds/release", **release).json() == {"ended": 0}


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ({"scope": "channel", "target": "zalo2", "reason": "x"}, "body.target"),
        ({"scope": "all", "target": "zalo", "reason": "x"}, "body.target"),
        ({"scope": "all", "reason": ""}, "body.reason"),
        ({"scope": "all", "reason": "x", "until": "2020-01-01T00:00:00Z"}, "body.until"),
        ({"scope": "all", "reason": "x", "until": "2030-01-01T00:00:00"}, "body.until"),
        ({"scope": "all", "reason": "x", "chanel": "zalo"}, "body.chanel"),
    ],
)
def test_a_hold_that_would_stop_something_else_is_refused(
    office: ConsoleOffice, asked: dict[str, str], at: str
) -> None:
    answer = Program(office, Role.WRITER).post("/holds", **asked)
    assert answer.status_code == 422
    assert [one["at"] for one in answer.json()["errors"]] == [at]


def test_a_question_larger_than_it_may_be_is_refused(office: ConsoleOffice) -> None:
    program = Program(office, Role.WRITER)
    assert program.post("/holds", scope="all", reason="x" * 400_000).status_code == 413


def test_the_document_names_every_question_and_its_problems(office: ConsoleOffice) -> None:
    document = Program(office, Role.VIEWER).get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": office.address}]
    for path, asked in document["paths"].items():
        for told in asked.values():
            problem = told["responses"]["4XX"]["content"]["application/problem+json"]
            assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}, path
            assert told["description"], path
    assert "/api/v1/openapi.json" not in document["paths"]
