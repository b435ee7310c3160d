"""A post that an assistant drafted says so wherever somebody may approve it."""

from __future__ import annotations

import pytest
import requests

from publisher.settings.console import Role
from tests.assistant.visitor import visitor
from tests.web.chromium import DESK, TELEPHONE, Chromium, is_wider_than_its_window, picture, serious
from tests.web.forms import read, values
from tests.web.office import ConsoleOffice
from tests.web.test_approvals import rewrite

POST = "gian-hang"
KEY = f"dich-vu-cong/2027/{POST}/"
WORDS = "Chiều mai có gian hàng hướng dẫn cài VNeID."
MARK = "Drafted by a program (Trợ lý thử 1.2) on "
STILL = "asked for by Lan. Its words are still the program's, letter by letter."


def put_up(office: ConsoleOffice, monkeypatch: pytest.MonkeyPatch, by: str = "Lan") -> None:
    """The assistant of ``by`` writes a draft and puts it up for approval."""
    monkeypatch.setenv("PUBLISHER_STORE", office.store)
    given = {"campaign": "dich-vu-cong", "when": "2027-10-12 09:00", "text": WORDS}
    with visitor(office.root, by) as assistant:
        drafted = assistant.ask("draft_post", **given, title="Gian hàng VNeID", name=POST)
        asked = assistant.ask("ask_for_approval", campaign="dich-vu-cong", post=POST)
    assert not drafted.is_error, drafted.text
    assert not asked.is_error, asked.text
    office.site.desk.refresh(force=True)


@pytest.fixture
def office(own_office: ConsoleOffice, monkeypatch: pytest.MonkeyPatch) -> ConsoleOffice:
    """An office in which that draft waits beside people's posts."""
    put_up(own_office, monkeypatch)
    return own_office


def seen(office: ConsoleOffice, path: str, language: str = "en") -> str:
    visit = office.visitor(Role.APPROVER)
    visit.http.cookies.set("language", language)
    return read(visit.get(path).text)


@pytest.mark.parametrize("path", ["/approvals", f"/posts/dich-vu-cong/{POST}"])
def test_who_looks_at_it_reads_which_program_drafted_it_for_whom(
    office: ConsoleOffice, path: str
) -> None:
    page = seen(office, path)
    assert MARK in page
    assert page.count(STILL) == 1, "people's own posts bear no mark"
    rewrite(office, POST, "Chiều mai", "Chiều kia")
    assert "Its words were changed since, in the file." in seen(office, path)


def test_a_person_who_edits_it_in_the_console_is_named(office: ConsoleOffice) -> None:
    writer = office.visitor(Role.WRITER)
    page = writer.post(
        f"/posts/dich-vu-cong/{POST}/edit", {"body": "Sáng mai có gian hàng.", "deed": "changes"}
    ).text
    saved = f"/posts/dich-vu-cong/{POST}/save"
    [fingerprint] = values(page, saved, "seen")
    writer.post(saved, {"body": "Sáng mai có gian hàng.", "seen": fingerprint})
    assert "Phạm Thị Viết changed its words on " in seen(office, "/approvals")


def test_a_post_whose_day_is_far_off_bears_the_mark_too(office: ConsoleOffice) -> None:
    file = office.post_file(f"dich-vu-cong/{POST}")
    text = file.read_text("utf-8").replace("2027-10-12", "2029-10-12")
    file.with_name("nam-sau.md").write_text(text, "utf-8")
    page = seen(office, "/posts/dich-vu-cong/nam-sau")
    assert "This post isn't in the plan yet." in page
    assert "Drafted by a program, as the line at the head of its file says" in page


def test_a_program_that_asks_what_waits_is_told_too(office: ConsoleOffice) -> None:
    visit = office.visitor(Role.APPROVER)
    found: requests.Response = visit.get("/api/v1/approvals", **{"Accept-Language": "en"})
    drafted = {one["delivery"]["post"]: one["drafted"] for one in found.json()["items"]}
    assert drafted["nop-ho-so"] == []
    [mine] = drafted[POST]
    assert (mine["program"], mine["asked_by"]) == ("Trợ lý thử 1.2", "Lan")
    assert mine["changed"] is False
    assert STILL in mine["words"]


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
def test_the_mark_stands_before_the_words_and_fits(
    office: ConsoleOffice, chromium: Chromium, width: int
) -> None:
    page = chromium.open(office, "/approvals", role=Role.APPROVER, width=width)
    article = page.locator("article", has_text=WORDS)
    mark, words = article.locator(".drafted"), article.locator(".going .words").first
    assert mark.bounding_box()["y"] < words.bounding_box()["y"]
    picture(page, f"approvals-by-a-program-{width}")
    assert serious(page) == []
    assert not is_wider_than_its_window(page)
    page = chromium.open(office, f"/posts/dich-vu-cong/{POST}", role=Role.APPROVER, width=width)
    assert page.locator("main .drafted").is_visible()
    picture(page, f"post-by-a-program-{width}")
    assert serious(page) == []
    assert not is_wider_than_its_window(page)
    assert chromium.troubles == []
