"""The first page: what goes out today and tomorrow, what needs a person, what is stopped."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from publisher.settings.console import Role
from publisher.store import channel_states, holds
from tests.web.chromium import TELEPHONE, Chromium
from tests.web.office import PASSWORD, PEOPLE, ConsoleOffice


def sections(page: str) -> dict[str, str]:
    """The words of each section by its heading."""
    found = {}
    for part in page.partition("<main")[2].split("<h2")[1:]:
        words = " ".join(unescape(re.sub(r"<[^>]+>", " ", part.partition(">")[2])).split())
        heading = re.sub(r"<[^>]+>", " ", part.partition(">")[2].partition("</h2>")[0])
        found[heading.split()[0]] = words
    return found


def in_english(office: ConsoleOffice) -> dict[str, str]:
    visitor = office.visitor(Role.VIEWER)
    visitor.http.cookies.set("language", "en")
    return sections(visitor.get("/").text)


def test_todays_and_tomorrows_posts_are_there_each_with_how_it_stands(
    office: ConsoleOffice,
) -> None:
    found = in_english(office)
    assert "08:00 Zalo của tỉnh Hôm nay là Ngày Chuyển đổi số" in found["Today"]
    assert "sent" in found["Today"]
    assert "16:00 Cổng Thông tin điện tử Tra cứu kết quả hồ sơ" in found["Today"]
    assert "waits for approval (0 of 1)" in found["Today"]
    assert "Nộp hồ sơ tại nhà" in found["Tomorrow"]
    assert "Lịch tiếp công dân" not in str(found)


def test_what_needs_a_person_comes_first_with_why(office: ConsoleOffice) -> None:
    found = in_english(office)
    assert next(iter(found)) == "Needs"
    assert "unconfirmed: no answer came" in found["Needs"]
    assert "failed: Ảnh không đúng kích thước" in found["Needs"]


def test_what_is_stopped_stands_above_everything_with_who_and_why(
    own_office: ConsoleOffice,
) -> None:
    now = own_office.clock()
    with own_office.site.database.writing() as session:
        until = now + timedelta(days=2)
        holds.place(session, now, "Chánh Văn phòng", holds.EVERYTHING, "", "Quốc tang", until)
        channel_states.stop(session, "zalo", "credentials expired", now)
    found = in_english(own_office)
    assert next(iter(found)) == "Stopped"
    for words in ("Everything", "Quốc tang", "Chánh Văn phòng", "until 12 Oct 2027 12:00"):
        assert words in found["Stopped"]
    assert "on hold" in found["Today"]
    assert "Zalo của tỉnh — credentials expired" in found["Needs"]


def test_the_day_is_the_offices_and_not_the_machines(own_office: ConsoleOffice) -> None:
    own_office.clock.advance(timedelta(hours=12, minutes=1))  # it is 00:01 there, 17:01 in UTC
    assert "Cảm ơn hơn 12.000 lượt" in in_english(own_office)["Today"]


def test_a_day_without_posts_says_so(own_office: ConsoleOffice) -> None:
    own_office.clock.advance(timedelta(days=5))
    assert "Nothing goes out on this day." in in_english(own_office)["Tomorrow"]


# -- by hand --------------------------------------------------------------------------------------


def test_an_officer_logs_in_and_out_by_keyboard_alone(
    own_office: ConsoleOffice, chromium: Chromium
) -> None:
    page = chromium.open(own_office, "/", role=None)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(PEOPLE[Role.APPROVER][0])
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    assert page.get_by_role("link", name=PEOPLE[Role.APPROVER][1]).is_visible()
    page.get_by_role("button", name="Log out").or_(
        page.get_by_role("button", name="Đăng xuất")
    ).press("Enter")
    page.wait_for_url("**/log-in?told=out")
    assert chromium.troubles == []


def test_without_scripts_an_officer_logs_in_changes_the_language_and_is_asked_first(
    own_office: ConsoleOffice, chromium: Chromium
) -> None:
    page = chromium.open(own_office, "/account", role=None, width=TELEPHONE, scripts=False)
    page.get_by_role("button", name="English").tap()
    page.get_by_label("Name").fill(PEOPLE[Role.VIEWER][0])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").tap()
    page.wait_for_url("**/account")
    asks = page.get_by_text("You are logged out here, too.")
    assert not asks.is_visible()
    page.locator("summary", has_text="Log out everywhere").tap()
    assert asks.is_visible()
    page.locator(".asks").get_by_role("button", name="Log out everywhere").tap()
    page.wait_for_url("**/log-in?told=out")
