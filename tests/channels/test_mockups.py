"""Mockups and thumbnails: what pages are made of is safe, small, and leads where it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from PIL import Image

import channels
from channels.base import Dialect, Text
from channels.looks import look_of
from channels.mockups import Mockup, linked, marked, mockup, safe_html
from channels.thumbnails import data_uri


def test_an_address_ends_before_the_sentences_own_punctuation() -> None:
    shown = linked("Xem (https://a.vn/x?b=1&c=2), rồi chia sẻ.")
    assert 'href="https://a.vn/x?b=1&amp;c=2"' in shown
    assert "</a>), rồi" in shown


def test_hashtags_are_marked_and_numbers_and_fragments_are_not() -> None:
    shown = linked("#ChuyểnĐổiSố, mục #57 và https://a.vn/#neo")
    assert shown.count('class="tag"') == 1
    assert ">#ChuyểnĐổiSố<" in shown


@given(st.text())
def test_plain_text_stays_the_text_it_was(text: str) -> None:
    without = Markup(linked(text)).replace("<br>\n", "\n").striptags()
    assert "".join(without.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "attack",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<p onclick="alert(1)">x</p>',
        "<svg/onload=alert(1)>",
        '<div class="post" id="post-000000000000000000000000">x</div>',
        "<style>body{display:none}</style>",
    ],
)
def test_of_html_only_known_tags_stay(attack: str) -> None:
    shown = safe_html(attack)
    for live in ("javascript", "onclick", "onload", "id=", "display"):
        assert live not in shown


@pytest.mark.parametrize("platform", [*channels.known(), "mot-nen-tang-moi"])
def test_every_platform_shows_the_words_the_author_and_the_time(platform: str) -> None:
    body = marked(Text("Còn 7 ngày", "Còn 7 ngày"), Dialect.PLAIN)
    shown = mockup(Mockup(platform, "Sở KH&CN", "08:00", body))
    assert "Còn 7 ngày" in shown
    assert "Sở KH&amp;CN" in shown
    assert "08:00" in shown or look_of(platform).shape == "mail"


def test_a_title_is_shown_where_readers_see_one_and_nowhere_else() -> None:
    def shown(platform: str) -> str:
        return mockup(Mockup(platform, "Sở", "08:00", Markup("x"), title="Mời bà con"))

    assert "Mời bà con" in shown("wordpress")
    assert "Mời bà con" in shown("email")
    assert "Mời bà con" not in shown("facebook")
    assert "Mời bà con" not in shown("x")


def test_a_link_is_shown_apart_only_where_the_text_lacks_it() -> None:
    link = "https://a.vn/?a=1&b=2"

    def shown(body: Markup) -> str:
        return mockup(Mockup("facebook", "Sở", "08:00", body, link=link))

    assert 'class="link"' in shown(linked("Xem tin"))
    assert 'class="link"' not in shown(linked(f"Xem {link}"))
    assert 'class="link"' not in shown(safe_html(f'<a href="{link}">Xem</a>'))


def test_a_large_picture_becomes_a_small_one(tmp_path: Path) -> None:
    Image.new("RGB", (4000, 3000), "#0b63c7").save(tmp_path / "anh.jpg")
    shown = data_uri(tmp_path / "anh.jpg", 640)
    assert shown.startswith("data:image/jpeg;base64,")
    assert len(shown) < 20_000


def test_a_picture_that_lets_something_through_keeps_doing_so(tmp_path: Path) -> None:
    Image.new("RGBA", (32, 32), (255, 255, 255, 0)).save(tmp_path / "logo.png")
    assert data_uri(tmp_path / "logo.png").startswith("data:image/png;base64,")


def test_what_is_no_picture_or_too_large_to_open_is_shown_by_its_words(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"<svg onload=alert(1)>")
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    assert data_uri(tmp_path / "a.png") == ""
    assert data_uri(tmp_path / "bomb.png") == ""
    assert data_uri(tmp_path / "none.png") == ""


@pytest.mark.parametrize("platform", channels.known())
def test_white_letters_can_be_read_on_every_platforms_colour(platform: str) -> None:
    def luminance(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = bytes.fromhex(look_of(platform).accent.removeprefix("#"))
    light = 0.2126 * luminance(red) + 0.7152 * luminance(green) + 0.0722 * luminance(blue)
    assert 1.05 / (light + 0.05) >= 4.5, "the contrast that WCAG 2.2 asks for (1.4.3)"
