"""A text is parted into captions that can be read at a glance, and nothing of it is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.video.captions import LINE_LETTERS, LINES, captions_of

WORDS = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạ.,;:!?…-–()“” \n", max_size=400)


@settings(max_examples=50)
@given(WORDS)
def test_a_caption_is_one_or_two_short_lines(text: str) -> None:
    for lines in captions_of(text):
        assert 1 <= len(lines) <= LINES
        assert all(0 < len(line) <= LINE_LETTERS for line in lines)


@settings(max_examples=50)
@given(WORDS)
def test_no_letter_is_lost_and_none_is_added(text: str) -> None:
    told = "".join(line for lines in captions_of(text) for line in lines)
    assert told.replace(" ", "") == "".join(unicodedata.normalize("NFC", text).split())


def test_each_sentence_begins_a_caption() -> None:
    assert captions_of("Khóa cửa. Cập nhật! Có lạ không? Hỏi lại…") == [
        ("Khóa cửa.",),
        ("Cập nhật!",),
        ("Có lạ không?",),
        ("Hỏi lại…",),
    ]


@pytest.mark.parametrize("short", ["TP. Cao Lãnh", "PGS. TS. Nguyễn An", "Ông N. V. Bình", "4.0 ở"])
def test_an_abbreviation_ends_no_sentence(short: str) -> None:
    assert captions_of(f"Mời đến {short}.") == [(f"Mời đến {short}.",)]


def test_a_line_ends_behind_a_comma_where_it_can() -> None:
    assert captions_of("Mật khẩu dài, mỗi nơi một khác, bật xác thực hai lớp.") == [
        ("Mật khẩu dài, mỗi nơi một khác,", "bật xác thực hai lớp.")
    ]


def test_a_long_sentence_is_parted_behind_a_comma_not_in_the_midst_of_a_phrase() -> None:
    told = captions_of(
        "Nếu lỡ chuyển tiền hay đưa mã cho người lạ, hãy gọi ngay cho ngân hàng để khóa giao dịch."
    )
    assert [" ".join(lines) for lines in told] == [
        "Nếu lỡ chuyển tiền hay đưa mã cho người lạ,",
        "hãy gọi ngay cho ngân hàng để khóa giao dịch.",
    ]


def test_letters_written_apart_come_together() -> None:
    apart = unicodedata.normalize("NFD", "Đồng Tháp số hóa")
    assert captions_of(apart) == [("Đồng Tháp số hóa",)]


def test_signs_that_turn_or_hide_others_are_left_out() -> None:
    assert captions_of("An\u202eto\u200bàn\x00 số\ud800") == [("Antoàn số",)]


def test_an_address_without_end_is_cut_into_lines() -> None:
    told = captions_of("https://" + "a" * 200)
    assert "".join(line for lines in told for line in lines) == "https://" + "a" * 200


def test_a_text_of_abbreviations_alone_is_parted_too() -> None:
    told = captions_of("A. " * 2_000)
    assert sum(line.count("A.") for lines in told for line in lines) == 2_000
