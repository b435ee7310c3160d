"""What an announcer reads: numbers, dates, times, documents and abbreviations in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.bulletin.numbers import cardinal, roman
from channels.bulletin.spoken import reading_s, spoken, syllables
from channels.bulletin.written import ABBREVIATIONS


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi bốn"),
        (55, "năm mươi lăm"),
        (101, "một trăm linh một"),
        (110, "một trăm mười"),
        (1_005, "một nghìn không trăm linh năm"),
        (2_027, "hai nghìn không trăm hai mươi bảy"),
        (100_005, "một trăm nghìn không trăm linh năm"),
        (1_000_001, "một triệu không trăm linh một"),
        (2_500_000_000, "hai tỷ năm trăm triệu"),
        (12_000_000_000_005, "mười hai nghìn tỷ không trăm linh năm"),
        (10**15, "một" + " không" * 15),
    ],
)
def test_a_number_is_said_as_announcers_say_it(number: int, words: str) -> None:
    assert cardinal(number) == words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("10/10/2027.", "ngày mười tháng mười năm hai nghìn không trăm hai mươi bảy."),
        ("Ngày Chuyển đổi số 10/10", "Ngày Chuyển đổi số mười tháng mười"),
        ("ngày 5/4", "ngày mùng năm tháng tư"),
        ("Sáng 5-9-2027", "Sáng mùng năm tháng chín năm hai nghìn không trăm hai mươi bảy"),
        ("ngày 18 tháng 5", "ngày mười tám tháng năm"),
        ("tháng 4/2027", "tháng tư năm hai nghìn không trăm hai mươi bảy"),
        ("8/10 xã", "tám trên mười xã"),
        ("102/102 xã", "một trăm linh hai trên một trăm linh hai xã"),
        ("45/60", "bốn mươi lăm trên sáu mươi"),
        ("8h30", "tám giờ ba mươi phút"),
        ("17:00", "mười bảy giờ"),
        ("7 giờ 05 phút", "bảy giờ năm phút"),
        ("Nghị quyết số 57-NQ/TW", "Nghị quyết số năm mươi bảy của Trung ương"),
        ("71/NQ-CP", "Nghị quyết số bảy mươi mốt của Chính phủ"),
        (
            "Nghị định 13/2023/NĐ-CP",
            "Nghị định mười ba năm hai nghìn không trăm hai mươi ba của Chính phủ",
        ),
        ("85,5%", "tám mươi lăm phẩy năm phần trăm"),
        ("3,05 km", "ba phẩy không năm ki lô mét"),
        ("500.000 đ", "năm trăm nghìn đồng"),
        ("25.000.000.000 đồng", "hai mươi lăm tỷ đồng"),
        ("2025–2030", "hai nghìn không trăm hai mươi lăm đến hai nghìn không trăm ba mươi"),
        ("Công nghiệp 4.0", "Công nghiệp bốn chấm không"),
        ("thứ 4", "thứ tư"),
        ("Đại hội XIV", "Đại hội mười bốn"),
        ("lần thứ I", "lần thứ nhất"),
        ("quý III/2027", "quý ba năm hai nghìn không trăm hai mươi bảy"),
        ("Gọi 1022", "Gọi một không hai hai"),
        ("0277.3851.234", "không hai bảy bảy ba tám năm một hai ba bốn"),
        ("UBND TP. Cao Lãnh", "Ủy ban nhân dân thành phố Cao Lãnh"),
        ("Sở KH&CN", "Sở khoa học và công nghệ"),
        ("an ninh & trật tự", "an ninh và trật tự"),
        ("Xem https://www.dongthap.gov.vn/a?b=1.", "Xem trang dongthap chấm gov chấm vn."),
        ("hotro@dongthap.gov.vn", "hotro a còng dongthap chấm gov chấm vn"),
        ("#ChuyenDoiSo 🎉", "ChuyenDoiSo"),
        ("5G", "5G"),
        (
            "9.000.000.000.000.001",
            f"chín {'không ' * 14}một",
        ),
    ],
)
def test_what_is_written_short_is_read_whole(written: str, words: str) -> None:
    assert spoken(written) == words


def test_the_office_s_own_abbreviations_go_before_ours() -> None:
    assert spoken("IOC và DN", {"IOC": "Trung tâm Điều hành", "DN": "Đà Nẵng"}) == (
        "Trung tâm Điều hành và Đà Nẵng"
    )


def test_an_abbreviation_inside_another_word_is_left_alone() -> None:
    assert spoken("TPHCMX DNA") == "TPHCMX DNA"


def test_paragraphs_stay_paragraphs() -> None:
    assert spoken("Một.\n\n\n\n  Hai.  ") == "Một.\n\nHai."


def test_reading_time_is_by_syllables() -> None:
    assert syllables("Ủy ban nhân dân – thành phố.") == 6
    assert reading_s("một hai ba bốn", 60) == 4


@pytest.mark.parametrize(("numeral", "number"), [("XIV", 14), ("IX", 9), ("VX", None), ("", None)])
def test_only_what_is_a_roman_numeral_is_read_as_one(numeral: str, number: int | None) -> None:
    assert roman(numeral) == number


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    spoken(text)


@given(st.integers(0, 10**15 - 1))
def test_every_number_is_words_without_a_digit(number: int) -> None:
    words = cardinal(number)
    assert words == words.strip()
    assert "  " not in words
    assert not any(sign.isdigit() for sign in words)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_no_two_numbers_are_said_alike(one: int, other: int) -> None:
    assert (cardinal(one) == cardinal(other)) is (one == other)


def test_no_abbreviation_is_read_as_another_abbreviation() -> None:
    for words in ABBREVIATIONS.values():
        assert spoken(words) == words


def test_a_number_that_python_itself_cant_read_is_read_digit_by_digit() -> None:
    assert spoken("7" * 5_000).split() == ["bảy"] * 5_000
    assert spoken(f"1/{'7' * 5_000} và {'7' * 5_000}.5").count("bảy") == 10_000
