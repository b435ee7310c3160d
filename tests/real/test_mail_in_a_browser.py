"""The weekly mail in a real browser: on a telephone and on a desk, in the light and in the dark,
and where a mail program drops the styles.

Runs where Chromium and Playwright are (``tests/real/browser.py``); where ``CI`` is "true" they
have to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publisher.reports.weekly import ReportMail
from publisher.store.database import Database
from tests.real.browser import Browser, missing
from tests.real.installed import require
from tests.reports.full_week import REPORT, Week
from tests.reports.test_weekly import full_mail

pytestmark = pytest.mark.real

TELEPHONE, DESK = 360, 700
LONG = "https://dichvucong.example.vn/" + "a" * 90

CONTRASTS = """() => {
  const channels = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, place) => sum + v * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = element => {
    for (let one = element; one; one = one.parentElement) {
      const [r, g, b, a = 1] = channels(getComputedStyle(one).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const shown = element.getClientRects().length && walker.currentNode.data.trim();
    if (!shown || getComputedStyle(element).opacity === "0") continue;
    const a = light(channels(getComputedStyle(element).color)), b = light(ground(element));
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), walker.currentNode.data.trim()]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    lacking = missing()
    require(lacking, f"{lacking} is not there; see tests/real/browser.py")
    with Browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> ReportMail:
    """The mail of a whole office's week."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('tuan')}/week.db")
    database.prepare(REPORT)
    made = Week(database)
    made.fill()
    try:
        return made.mail()
    finally:
        database.close()


@pytest.fixture(scope="module")
def mails(week: ReportMail) -> dict[str, ReportMail]:
    """That one, and one with everything in it and lines that nothing can break."""
    return {"whole": week, "full": full_mail(LONG)}


def page_of(mail: ReportMail, folder: Path, *, styles: bool = True) -> Path:
    path = folder / "mail.html"
    mail.write_page(path)
    if not styles:
        html = path.read_text("utf-8")
        path.write_text(re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL), "utf-8")
    return path


def is_wider_than_its_window(page: Any) -> bool:
    wider: bool = page.evaluate(
        "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
    )
    return wider


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
@pytest.mark.parametrize("which", ["whole", "full"])
def test_nothing_is_wider_than_the_window_and_every_picture_is_there(
    browser: Browser, mails: dict[str, ReportMail], which: str, width: int, tmp_path: Path
) -> None:
    page = browser.open(page_of(mails[which], tmp_path), width=width)
    assert not is_wider_than_its_window(page)
    loaded = page.evaluate("[...document.images].map(one => one.complete && one.naturalWidth)")
    assert len(loaded) == 3
    assert all(loaded)
    assert browser.fetched == []


def test_a_telephone_whose_mail_program_drops_the_styles_shows_all_of_it(
    browser: Browser, mails: dict[str, ReportMail], tmp_path: Path
) -> None:
    page = browser.open(page_of(mails["whole"], tmp_path, styles=False), width=TELEPHONE)
    assert not is_wider_than_its_window(page)


def test_a_telephone_shows_the_weeks_result_before_anyone_scrolls(
    browser: Browser, mails: dict[str, ReportMail], tmp_path: Path
) -> None:
    page = browser.open(page_of(mails["whole"], tmp_path), width=TELEPHONE)
    result = page.get_by_text("44.679").locator("visible=true").first.bounding_box()
    assert result["y"] + result["height"] < 640


@pytest.mark.parametrize("dark", [False, True])
def test_every_word_stands_out_from_its_ground(
    browser: Browser, mails: dict[str, ReportMail], dark: bool, tmp_path: Path
) -> None:
    """4.5 to 1, as WCAG 2 asks of text of this size."""
    page = browser.open(page_of(mails["whole"], tmp_path), width=DESK, dark=dark)
    found = page.evaluate(CONTRASTS)
    assert len(found) > 100
    assert [words for contrast, words in found if contrast < 4.5] == []
