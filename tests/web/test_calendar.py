"""The calendar: what stands on which day, and posts that are moved to another."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
import requests

from publisher.settings.blackouts import Blackout
from publisher.settings.console import Role
from publisher.store import audit, holds
from publisher.store.models import Delivery
from publisher.web.pages.calendar import MOST_A_DAY
from tests.web.chromium import DESK, TELEPHONE, Chromium, is_wider_than_its_window
from tests.web.office import ConsoleOffice, Visitor

MOVE = "/calendar/move?campaign=10-10&post=buoi-chieu&edition=2027"


@pytest.fixture
def reader(office: ConsoleOffice) -> Visitor:
    visitor = office.visitor(Role.VIEWER)
    visitor.http.cookies.set("language", "en")
    return visitor


@pytest.fixture
def writer(own_office: ConsoleOffice) -> Visitor:
    visitor = own_office.visitor(Role.WRITER)
    visitor.http.cookies.set("language", "en")
    return visitor


def day(page: str, iso: str) -> str:
    """What stands on one day of a month or week."""
    found = re.search(
        rf'<li class="day[^"]*" data-day="{iso}">.*?(?=<li class="day|</ol>)', page, re.S
    )
    assert found is not None
    return found[0]


def told(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_post_stands_once_on_its_day_with_all_its_channels(reader: Visitor) -> None:
    page = day(reader.get("/calendar").text, "2027-10-10")
    assert page.count("/posts/10-10/buoi-chieu?edition=2027") == 1
    assert "15:30 Chiều nay có gian hàng" in told(page)
    assert "fanpage, zalo" in page


def test_how_a_post_stands_is_said_in_words(reader: Visitor) -> None:
    page = told(day(reader.get("/calendar").text, "2027-10-09"))
    assert "fanpage: sent; zalo: unconfirmed" in page


def test_today_is_marked_and_said(reader: Visitor) -> None:
    page = reader.get("/calendar").text
    assert "today" in told(day(page, "2027-10-10"))
    assert page.count('<span class="now">') == 1


def test_a_week_has_seven_days_and_a_month_whole_weeks(reader: Visitor) -> None:
    assert reader.get("/calendar?view=week").text.count("data-day=") == 7
    assert reader.get("/calendar?view=month").text.count("data-day=") == 35


@pytest.mark.parametrize(
    ("view", "before", "after"),
    [
        ("month", "on=2027-09-01", "on=2027-11-01"),
        ("week", "on=2027-10-03", "on=2027-10-17"),
        ("list", "on=2027-09-12", "on=2027-11-07"),
    ],
)
def test_a_calendar_leads_to_the_days_before_and_after(
    reader: Visitor, view: str, before: str, after: str
) -> None:
    page = reader.get(f"/calendar?view={view}&channel=zalo").text
    assert re.search(rf'href="[^"]*{before}&amp;channel=zalo" rel="prev"', page)
    assert re.search(rf'href="[^"]*{after}&amp;channel=zalo" rel="next"', page)


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ("channel=portal", "tra-cuu", "buoi-chieu"),
        ("campaign=10-10", "buoi-chieu", "tra-cuu"),
        ("audience=business", "buoi-chieu", "tra-cuu"),
        ("state=waits", "tra-cuu", "buoi-chieu"),
        ("state=needs", "nhac-truoc", "cam-on"),
    ],
)
def test_a_calendar_is_narrowed_by_what_is_asked(
    reader: Visitor, asked: str, there: str, gone: str
) -> None:
    page = reader.get(f"/calendar?{asked}").text
    assert there in page
    assert gone not in page


@pytest.mark.parametrize("asked", ["on=nonsense", "view=year", "on=0001-01-01", "on=9999-12-31"])
def test_an_address_that_makes_no_sense_still_gives_a_calendar(reader: Visitor, asked: str) -> None:
    assert "data-day=" in reader.get(f"/calendar?{asked}").text


def test_public_holidays_of_the_moon_stand_on_their_days(reader: Visitor) -> None:
    tet = reader.get("/calendar?on=2027-02-06").text
    assert "Lunar New Year" in told(day(tet, "2027-02-06"))
    kings = reader.get("/calendar?on=2027-04-16").text
    assert "Hung Kings" in told(day(kings, "2027-04-16"))


def test_blackouts_and_holds_are_drawn_on_their_days_and_on_no_other(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    mourning = {"from": date(2027, 10, 20), "to": date(2027, 10, 21), "reason": "Quốc tang"}
    own_office.site.settings.__dict__["blackouts"] = (Blackout.model_validate(mourning),)
    now = own_office.clock()
    with own_office.site.database.writing() as session:
        holds.place(
            session, now, "Lan", holds.CHANNEL, "zalo", "đổi tài khoản", now + timedelta(days=1)
        )
    page = writer.get("/calendar").text
    for iso in ("2027-10-20", "2027-10-21"):
        assert "Blackout: everything — Quốc tang" in told(day(page, iso))
    for iso in ("2027-10-10", "2027-10-11"):
        assert "zalo — đổi tài khoản" in told(day(page, iso))
    for iso in ("2027-10-09", "2027-10-12", "2027-10-19", "2027-10-22"):
        assert "‖" not in day(page, iso)


def test_a_hold_that_was_released_stands_on_the_days_it_lasted(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    with own_office.site.database.writing() as session:
        holds.place(session, own_office.clock(), "Lan", holds.EVERYTHING, "", "bão", None)
        session.flush()
        later = own_office.clock() + timedelta(days=1)
        holds.release(session, later, "Lan", holds.EVERYTHING, "")
    page = writer.get("/calendar").text
    assert "bão" in day(page, "2027-10-11")
    assert "bão" not in day(page, "2027-10-12")


def test_a_full_day_shows_some_posts_and_leads_to_all(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    row = own_office.row("cam-on")
    facts = row.model_dump(exclude={"id", "post"})
    with own_office.site.database.writing() as session:
        session.add_all(Delivery(post=f"bai-{n}", **facts) for n in range(20))
    month = day(writer.get("/calendar").text, "2027-10-11")
    assert month.count('<li class="moment') == MOST_A_DAY
    assert "16 more" in told(month)
    assert writer.get("/calendar?view=list").text.count("/posts/10-10/bai-") == 20


def test_who_may_only_look_is_offered_no_move(reader: Visitor) -> None:
    page = reader.get("/calendar").text
    assert "/calendar/move" not in page
    assert "calendar.js" not in page


def test_a_move_is_shown_as_a_change_to_the_file_and_writes_nothing(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    before = own_office.post_file("10-10/buoi-chieu").read_bytes()
    page = writer.get(f"{MOVE}&to=2027-10-12T09:00").text
    assert "−when = &#34;D 15:30&#34;" in told(page)
    assert "+when = &#34;D+2 09:00&#34;" in told(page)
    assert "It moves in every year" in page
    assert own_office.post_file("10-10/buoi-chieu").read_bytes() == before


def test_a_move_that_is_agreed_to_changes_one_line_and_the_plan(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    file = own_office.post_file("10-10/buoi-chieu")
    file.write_text(file.read_text("utf-8").replace("+++\n", "+++\n# giữ dòng này\n", 1), "utf-8")
    before = file.read_text("utf-8")
    back = "/calendar?view=week&on=2027-10-10"
    answer = agreed(writer, f"{MOVE}&to=2027-10-12T09:00&back={back.replace('&', '%26')}")
    assert answer.headers["location"] == back
    assert file.read_text("utf-8") == before.replace('"D 15:30"', '"D+2 09:00"')
    for row in own_office.rows("buoi-chieu"):
        assert row.due_at.astimezone(own_office.site.settings.zone) == datetime(
            2027, 10, 12, 9, tzinfo=own_office.site.settings.zone
        )
    with own_office.site.database.reading() as session:
        edits = audit.of_subjects(session, {"10-10/buoi-chieu"})
    assert [one.actor for one in edits] == ["Phạm Thị Viết"]


def agreed(writer: Visitor, path: str) -> requests.Response:
    """Say yes to what the page at ``path`` shows."""
    page = writer.get(path).text
    form = page.rpartition('<form method="post" action="/calendar/move"')[2]
    names = ("campaign", "post", "edition", "occurrence", "back", "to", "seen")
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', form) for name in names}
    return writer.post(
        "/calendar/move",
        {name: one[1].replace("&amp;", "&") for name, one in found.items() if one is not None},
    )


def test_a_file_that_was_changed_meanwhile_is_not_written(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    file = own_office.post_file("10-10/buoi-chieu")
    fields = {"campaign": "10-10", "post": "buoi-chieu", "edition": "2027"}
    answer = writer.post(
        "/calendar/move", {**fields, "to": "2027-10-12T09:00", "seen": "another text"}
    )
    assert answer.status_code == 409
    assert "Somebody changed this file meanwhile" in answer.text
    assert "D 15:30" in file.read_text("utf-8")


def test_what_comes_back_by_a_rule_says_that_it_stays(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    keys = 'when = "RRULE:FREQ=DAILY;BYHOUR=18;BYMINUTE=0"\nchannels = ["fanpage"]'
    text = f"+++\n{keys}\n+++\nMỗi ngày một mẹo.\n"
    own_office.post_file("10-10/moi-ngay").write_text(text, "utf-8")
    own_office.site.desk.refresh(force=True)
    listed = writer.get("/calendar?view=list").text
    assert "comes back by a rule" in listed
    assert "post=moi-ngay" not in listed
    asked = "campaign=10-10&post=moi-ngay&edition=2027&occurrence=2027-10-10"
    page = writer.get(f"/calendar/move?{asked}&to=2027-10-12T09:00").text
    assert "comes back by a rule" in page
    assert 'name="seen"' not in page


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("&to=2027-10-01T09:00", 200, "This moment is over"),
        ("&day=2027-10-12&time=", 422, "Give a day and a time"),
        ("&to=soon", 422, "Give a day and a time"),
    ],
)
def test_a_moment_that_can_not_be_says_why(
    office: ConsoleOffice, asked: str, status: int, words: str
) -> None:
    visitor = office.visitor(Role.WRITER)
    visitor.http.cookies.set("language", "en")
    answer = visitor.get(MOVE + asked)
    assert answer.status_code == status
    assert words in answer.text
    assert 'name="seen"' not in answer.text


def test_a_post_that_is_not_there_can_not_be_moved(office: ConsoleOffice) -> None:
    visitor = office.visitor(Role.WRITER)
    for asked in ("", "?campaign=10-10&post=nothing&edition=2027", "?campaign=..&post=.."):
        assert visitor.get(f"/calendar/move{asked}").status_code == 404
        assert visitor.post("/calendar/move").status_code == 404


@pytest.mark.parametrize("edition", ["99999", "9" * 5000, "-1", "x"], ids=lambda one: one[:9])
def test_an_edition_that_there_is_not_moves_nothing(
    own_office: ConsoleOffice, writer: Visitor, edition: str
) -> None:
    before = own_office.post_file("10-10/buoi-chieu").read_text("utf-8")
    asked = {"campaign": "10-10", "post": "buoi-chieu", "edition": edition}
    answer = writer.post("/calendar/move", {**asked, "to": "2027-10-12T09:00"})
    assert answer.status_code in (404, 409)
    assert own_office.post_file("10-10/buoi-chieu").read_text("utf-8") == before


def test_after_a_move_the_page_leads_to_no_other_site(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    answer = agreed(writer, f"{MOVE}&to=2027-10-12T09:00&back=https://elsewhere.example/")
    assert answer.headers["location"] == "/"


def test_a_dragged_post_is_moved_and_its_comments_stay(
    own_office: ConsoleOffice, chromium: Chromium
) -> None:
    file = own_office.post_file("10-10/buoi-chieu")
    text = file.read_text("utf-8").replace('when  = "D 15:30"', 'when  = "D 15:30"  # sau lễ')
    file.write_text(text, "utf-8")
    page = chromium.open(own_office, "/calendar", role=Role.WRITER, width=DESK)
    post = page.locator(".moment", has_text="15:30")
    post.drag_to(page.locator('[data-day="2027-10-13"]'))
    page.wait_for_url("**/calendar/move?*")
    assert file.read_text("utf-8") == text
    page.locator("form[method=post] button:not(.switch button)").last.click()
    page.wait_for_url("**/calendar*")
    assert page.locator('[data-day="2027-10-13"] .moment').count() == 1
    assert 'when  = "D+3 15:30"  # sau lễ' in file.read_text("utf-8")
    assert chromium.troubles == []


_TAKES = """iso => {
  const post = document.querySelector('[data-move*="post=buoi-chieu"]');
  const dataTransfer = new DataTransfer();
  post.dispatchEvent(new DragEvent("dragstart", {bubbles: true, dataTransfer}));
  const over = new DragEvent("dragover", {bubbles: true, cancelable: true, dataTransfer});
  document.querySelector(`[data-day="${iso}"]`).dispatchEvent(over);
  return over.defaultPrevented;
}"""
"""Whether a day takes the post of this afternoon that is held over it."""


@pytest.mark.parametrize(
    ("iso", "takes"), [("2027-10-11", True), ("2027-10-09", False), ("2027-10-10", False)]
)
def test_a_post_is_not_dropped_on_a_day_that_is_over_nor_on_its_own(
    office: ConsoleOffice, chromium: Chromium, iso: str, takes: bool
) -> None:
    page = chromium.open(office, "/calendar", role=Role.WRITER, width=DESK)
    assert page.evaluate(_TAKES, iso) == takes


def test_a_post_is_moved_by_keyboard_alone(own_office: ConsoleOffice, chromium: Chromium) -> None:
    page = chromium.open(own_office, "/calendar", role=Role.WRITER, width=DESK, scripts=False)
    page.locator('.move[href*="post=buoi-chieu"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendar/move?*")
    page.fill("input[name=day]", "2027-10-14")
    page.fill("input[name=time]", "07:45")
    page.keyboard.press("Enter")
    page.wait_for_url("**day=2027-10-14*")
    page.locator("form[method=post] button:not(.switch button)").last.press("Enter")
    page.wait_for_url("**/calendar*")
    assert 'when  = "D+4 07:45"' in own_office.post_file("10-10/buoi-chieu").read_text("utf-8")


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_on_a_telephone_the_calendar_is_an_agenda(
    office: ConsoleOffice, chromium: Chromium, view: str
) -> None:
    page = chromium.open(office, f"/calendar?view={view}", role=Role.WRITER, width=TELEPHONE)
    assert not is_wider_than_its_window(page)
    boxes = [one.bounding_box() for one in page.locator(".moment").all()]
    assert len(boxes) >= 4
    # One below another, each as wide as there is room.
    assert all(one["width"] > 280 for one in boxes)
    assert all(one["y"] < two["y"] for one, two in pairwise(boxes))
    assert page.locator(".move").first.is_visible()
