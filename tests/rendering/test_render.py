"""From a post to a message: words, links, hashtags, languages."""

from __future__ import annotations

import pytest
from hypothesis import given

from channels.base import Dialect
from publisher.rendering.occasion import Entry
from tests.rendering.builders import lines, message


def test_variables_are_filled_in_as_vietnamese_writes_them() -> None:
    body = "Còn {{ days_left }} ngày đến {{ anchor | long_date }}, {{ vars.seats | number }} chỗ"
    assert message(body).body.plain == (
        "Còn 3 ngày đến Chủ Nhật, ngày 10 tháng 10 năm 2027, 1.234 chỗ"
    )


def test_decomposed_letters_come_out_composed() -> None:
    assert message("Chuye\u0302\u0309n đổi").body.plain == "Chuyển đổi"


def test_hashtags_end_the_text_unless_it_has_them() -> None:
    made = message("Chào #chuyendoiso", hashtags=("ChuyenDoiSo", "NghiQuyet57"))
    assert made.body.plain == "Chào #chuyendoiso\n\n#NghiQuyet57"
    assert made.hashtags == ("ChuyenDoiSo", "NghiQuyet57")


def test_a_variant_replaces_only_what_it_names() -> None:
    made = message("Dài", title="Tên", **{"for": {"x": {"text": "Ngắn"}, "zalo": {"text": "Z"}}})
    assert (made.body.plain, made.title) == ("Ngắn", "Tên")


def test_both_languages_stand_one_after_the_other_and_a_channel_may_take_one() -> None:
    english = {"en": {"text": "Hello", "title": "Day"}}
    both = message("Xin chào", title="Ngày", translation=english)
    assert both.body.plain == "Xin chào\n\n———\n\nHello"
    assert both.title == "Ngày / Day"
    one = message("Xin chào", translation=english, **{"for": {"x": {"languages": ["en"]}}})
    assert (one.body.plain, one.language) == ("Hello", "en")


def test_what_a_feed_says_is_words_and_never_markup() -> None:
    entry = Entry(
        "**Đậm** [x](https://xau.vn) {{ vars.place }}", "", "https://portal.example.vn/1", None
    )
    made = message(
        "{{ entry.title }}", title="{{ entry.title }}", entry=entry, dialect=Dialect.HTML
    )
    assert made.title == entry.title
    assert made.body.plain == entry.title
    assert "<strong>" not in made.body.written


@pytest.mark.parametrize(
    "title",
    [
        "1. Một",
        "- Hai",
        "# Ba",
        "https://a.vn [x](https://xau.vn)",
        "&copy; 2 * 3 * 4",
        "a\\",
        "====",
    ],
)
def test_no_sign_in_a_feed_changes_what_its_words_look_like(title: str) -> None:
    made = message("{{ entry.title }}", entry=Entry(title, "", "", None), dialect=Dialect.HTML)
    assert made.body.plain == title
    assert "href" not in made.body.written


def test_a_feeds_words_can_be_measured_and_cut() -> None:
    entry = Entry("*a* và *b*", "", "", None)
    made = message("{{ entry.title | length }} **{{ entry.title[:2] }}**", entry=entry)
    assert made.body.plain == "10 *a"


@given(lines)
def test_the_same_post_always_makes_the_same_message(source: str) -> None:
    body = source.replace("{", "")
    first, again = message(body, title="Tên"), message(body, title="Tên")
    assert first == again
    assert first.fingerprint == again.fingerprint


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Tên khác"},
        {"summary": "Tóm tắt"},
        {"link": "https://a.vn"},
        {"hashtags": ("A",)},
        {"dialect": Dialect.HTML},
        {"for": {"x": {"text": "Khác"}}},
        {"for": {"x": {"options": {"pin": True}}}},
    ],
)
def test_whatever_a_reader_would_see_changes_the_fingerprint(other: dict[str, object]) -> None:
    assert message("Chào", **other).fingerprint != message("Chào").fingerprint  # type: ignore[arg-type]


def test_a_tag_that_only_begins_another_is_still_written() -> None:
    made = message("Chào #ChuyenDoiSoQuocGia", hashtags=("ChuyenDoiSo",))
    assert made.body.plain == "Chào #ChuyenDoiSoQuocGia\n\n#ChuyenDoiSo"


def test_a_part_of_an_address_is_no_hashtag() -> None:
    made = message("https://a.vn/#So", hashtags=("So",))
    assert made.body.plain == "https://a.vn/#So\n\n#So"


def test_a_tag_named_twice_is_written_once() -> None:
    made = message("Chào", hashtags=("So", "SO", "Moi"))
    assert (made.body.plain, made.hashtags) == ("Chào\n\n#So #Moi", ("So", "Moi"))


def test_the_posts_link_ends_the_text_unless_the_text_leads_there() -> None:
    assert message("Xem", hashtags=("T",), link="https://a.vn/1").body.plain == (
        "Xem\n\nhttps://a.vn/1\n\n#T"
    )
    inside = message("[Xem](https://a.vn/1)", hashtags=("T",), link="https://a.vn/1")
    assert inside.body.plain.count("https://a.vn/1") == 1
    longer = message("https://a.vn/12", hashtags=("T",), link="https://a.vn/1")
    assert longer.body.plain == "https://a.vn/12\n\nhttps://a.vn/1\n\n#T"


def test_an_empty_translation_leaves_no_line_between_languages() -> None:
    made = message("Xin chào", translation={"en": {"text": " ", "title": ""}}, title="Tên")
    assert (made.body.plain, made.title) == ("Xin chào", "Tên")


def test_each_language_writes_numbers_and_days_its_own_way() -> None:
    english = {"en": {"text": "{{ vars.seats | number }}, {{ anchor | long_date }}"}}
    made = message("{{ vars.seats | number }}", translation=english)
    assert made.body.plain == "1.234\n\n———\n\n1,234, Sunday, 10 October 2027"
