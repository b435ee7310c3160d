"""``preview``: one page that opens anywhere, and the same on the terminal."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.office import Office, days_ahead


class Resources(HTMLParser):
    """What a browser would fetch by itself to show a page; links to click on are none."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = ("src", "srcset", "poster", "data") + (() if tag == "a" else ("href", "xlink:href"))
        self.found += [value or "" for name, value in attrs if name in names]


@pytest.fixture
def page(office: Office) -> Path:
    """The page of a post with a picture and a link on two channels."""
    folder = office.campaign(keys='approvals = 2\nchannels = ["fanpage", "portal"]')
    (folder / "media").mkdir()
    Image.new("RGB", (800, 420), "#0b4f8a").save(folder / "media/anh.png")
    office.post(
        "bai",
        days_ahead(3),
        "Mời bà con đến [nhà văn hóa](https://example.vn/nvh).",
        'title = "Ngày hội"\nmedia = [{ file = "media/anh.png", alt = "Nhà văn hóa xã" }]',
    )
    return office.root / "preview/preview.html"


def test_the_page_shows_each_post_as_each_channel_will(office: Office, page: Path) -> None:
    shown = office.run("preview", "thu")

    assert shown.code == 0
    assert str(page.relative_to(office.root)) in shown.out
    written = page.read_text(encoding="utf-8")
    for channel in ("fanpage", "portal"):
        assert f'data-channel="{channel}"' in written
    assert "Nhà văn hóa xã" in written


def test_the_page_fetches_nothing_from_anywhere(office: Office, page: Path) -> None:
    office.run("preview")

    written = page.read_text(encoding="utf-8")
    resources = Resources(written).found
    assert any(address.startswith("data:image/") for address in resources)
    assert [one for one in resources if not one.startswith(("data:", "#"))] == []
    assert not re.search(r"@import|url\(\s*['\"]?(?!data:|#)|fetch\(|XMLHttpRequest", written)


def test_the_terminal_says_the_same_with_lengths_against_limits(office: Office, page: Path) -> None:
    shown = office.run("preview")

    assert "Mời bà con đến nhà văn hóa" in shown.out
    assert re.search(r"\d+ / 63,206 characters", shown.out)
    assert "needs 2 approvals" in shown.out
    assert "[Picture: Nhà văn hóa xã]" in shown.out


def test_one_channel_alone_can_be_looked_at(office: Office, page: Path) -> None:
    office.run("preview", "--channel", "portal", "--out", "xem/cong.html")

    written = (office.root / "xem/cong.html").read_text(encoding="utf-8")
    assert 'data-channel="portal"' in written
    assert 'data-channel="fanpage"' not in written


def test_warnings_stand_with_the_post_they_are_about(office: Office, page: Path) -> None:
    office.post("dem", days_ahead(4, "23:30"))

    shown = office.run("preview")

    for form in (shown.out, page.read_text(encoding="utf-8")):
        assert form.count("goes out at 23:30") >= 1


def test_another_campaigns_faults_are_not_this_ones(office: Office, page: Path) -> None:
    office.campaign("khac")
    office.post("hong", "ngày mai", slug="khac")

    assert "hong.md" not in office.run("preview", "thu").out
    assert "hong.md:2" in office.run("preview").out


def test_a_campaign_at_fault_shows_its_faults_in_place_of_posts(office: Office, page: Path) -> None:
    office.post("hong", "ngày mai")

    shown = office.run("preview", "thu")

    assert shown.code == 1
    assert "hong.md:2: error" in shown.out
    assert not page.exists()


def test_an_unknown_campaign_or_channel_is_answered_with_those_there_are(office: Office) -> None:
    office.campaign("khac")

    campaign = office.run("preview", "thuu")
    channel = office.run("preview", "--channel", "fanpgae")

    assert (campaign.code, channel.code) == (2, 2)
    assert "There is no campaign “thuu”; there are: khac, thu." in campaign.out
    assert "There is no channel “fanpgae”; there are: fanpage, portal." in channel.out
    assert not (office.root / "preview").exists()
