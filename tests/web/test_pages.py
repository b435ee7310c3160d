"""Every page of the console, in a real browser: on a telephone and at a desk, light and dark, in
both languages, by keyboard and without scripts."""

from __future__ import annotations

import pytest

from publisher.settings.console import Role
from tests.web.chromium import DESK, TELEPHONE, Chromium, is_wider_than_its_window, picture, serious
from tests.web.office import ConsoleOffice

PAGES = {
    "spreadsheet": ("/spreadsheet", Role.WRITER),
    "tokens": ("/tokens", Role.APPROVER),
    "api": ("/tokens/api", Role.VIEWER),
    "people": ("/people", Role.ADMINISTRATOR),
    "person": ("/people/2", Role.ADMINISTRATOR),
    "today": ("/", Role.APPROVER),
    "log-in": ("/log-in", None),
    "account": ("/account", Role.VIEWER),
    "telephone": ("/account/totp", Role.VIEWER),
    "month": ("/calendar", Role.WRITER),
    "week": ("/calendar?view=week", Role.WRITER),
    "list": ("/calendar?view=list", Role.WRITER),
    "move": (
        "/calendar/move?campaign=10-10&post=buoi-chieu&edition=2027&to=2027-10-12T09:00",
        Role.WRITER,
    ),
    "post": ("/posts/10-10/nhac-truoc", Role.APPROVER),
    "edit": ("/posts/dich-vu-cong/nop-ho-so/edit", Role.WRITER),
    "reach": ("/reach?span=this-week", Role.VIEWER),
    "criteria": ("/reach/criteria", Role.VIEWER),
    "coverage": ("/reach/coverage", Role.VIEWER),
    "reports": ("/files", Role.VIEWER),
    "report": ("/files/reports/2027-10", Role.VIEWER),
    "media": ("/media", Role.WRITER),
    "media-add": ("/media/add", Role.WRITER),
    "lost": ("/nowhere", Role.VIEWER),
    "approvals": ("/approvals", Role.APPROVER),
    "holds": ("/holds", Role.APPROVER),
    "matters": ("/matters", Role.APPROVER),
    "record": ("/record", Role.ADMINISTRATOR),
}


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [
        (DESK, "light", "vi"),
        (TELEPHONE, "light", "vi"),
        (DESK, "dark", "en"),
        (TELEPHONE, "dark", "en"),
    ],
)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_everybody(
    office: ConsoleOffice, chromium: Chromium, name: str, width: int, theme: str, language: str
) -> None:
    path, role = PAGES[name]
    page = chromium.open(office, path, role=role, width=width, theme=theme, language=language)
    picture(page, f"{name}-{width}-{theme}-{language}")
    assert serious(page) == []
    assert not is_wider_than_its_window(page)
    assert [one for one in chromium.troubles if "404" not in one] == []


def test_a_page_that_is_printed_shows_the_posts_and_no_menu(
    office: ConsoleOffice, chromium: Chromium
) -> None:
    page = chromium.open(office, "/", role=Role.VIEWER)
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert page.locator(".posts").first.is_visible()


def test_on_a_telephone_the_menu_is_folded_away_until_somebody_wants_it(
    office: ConsoleOffice, chromium: Chromium
) -> None:
    page = chromium.open(office, "/calendar", role=Role.APPROVER, width=TELEPHONE)
    fold, pages = page.get_by_role("button", name="Menu"), page.locator(".menu")
    assert not pages.is_visible()
    assert page.locator(".top").bounding_box()["height"] < 80
    fold.click()
    assert pages.get_by_role("link", name="Duyệt bài").is_visible()
    assert page.get_by_role("button", name="Đăng xuất").is_visible()
    picture(page, "menu-telephone")
    assert serious(page) == []
    assert not is_wider_than_its_window(page)
    page.keyboard.press("Escape")
    assert not pages.is_visible()
    assert fold.evaluate("fold => document.activeElement === fold")


def test_the_folded_menu_says_how_much_waits(office: ConsoleOffice, chromium: Chromium) -> None:
    page = chromium.open(office, "/", role=Role.APPROVER, width=TELEPHONE)
    told = page.get_by_role("button", name="Menu").locator(".count").inner_text()
    page.get_by_role("button", name="Menu").click()
    counts = page.locator(".menu .count").all_inner_texts()
    assert int(told) == sum(map(int, counts)) > 0


@pytest.mark.parametrize(("width", "scripts"), [(TELEPHONE, False), (DESK, True), (DESK, False)])
def test_where_there_is_room_or_no_script_the_menu_stands_open(
    office: ConsoleOffice, chromium: Chromium, width: int, scripts: bool
) -> None:
    page = chromium.open(office, "/", role=Role.APPROVER, width=width, scripts=scripts)
    assert page.locator(".menu").is_visible()
    assert not page.locator(".fold").is_visible()


def test_the_colours_follow_the_machine_until_a_person_chooses(
    office: ConsoleOffice, chromium: Chromium
) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = chromium.open(office, "/log-in", role=None).evaluate(ground)
    page = chromium.open(office, "/log-in", role=None, theme="dark", language="en")
    dark = page.evaluate(ground)
    assert light != dark
    page.get_by_role("button", name="Light").click()
    page.wait_for_load_state()
    assert page.evaluate(ground) == light
