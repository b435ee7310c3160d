"""One page is one page, however a portal writes its address."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.feeds.addresses import known_as

PAGE = "https://dongthap.example.vn/tin/chuyen-doi-so?id=5&trang=2"


@pytest.mark.parametrize(
    "other",
    [
        "http://dongthap.example.vn/tin/chuyen-doi-so?id=5&trang=2",
        "https://www.dongthap.example.vn/tin/chuyen-doi-so?id=5&trang=2",
        "HTTPS://DongThap.Example.VN:443/tin/chuyen-doi-so/?trang=2&id=5",
        "http://dongthap.example.vn:80/tin/chuyen-doi-so?id=5&trang=2#binh-luan",
        "https://dongthap.example.vn/tin/chuyen-doi-so?id=5&trang=2&utm_source=rss&utm_medium=x",
        "https://dongthap.example.vn/tin/chuyen-doi-so?fbclid=IwAR0&id=5&trang=2&zarsrc=30",
        "https://dongthap.example.vn/tin/chuyen-doi-so;jsessionid=0A1?id=5&trang=2",
        "https://dongthap.example.vn/tin/chuyen-doi-so?id=5&trang=2&PHPSESSID=abc&_ga=1.2",
        "https://dongthap.example.vn/muc/../tin/./chuyen-doi-so?id=5&trang=2",
    ],
)
def test_two_ways_of_writing_it_are_one_address(other: str) -> None:
    assert known_as(other) == known_as(PAGE) == "dongthap.example.vn/tin/chuyen-doi-so?id=5&trang=2"


@pytest.mark.parametrize(
    "other",
    [
        PAGE.replace("id=5", "id=6"),
        PAGE.replace("chuyen", "Chuyen"),
        PAGE.replace("/tin/", "/tin-tuc/"),
        PAGE.replace("dongthap", "vinhlong"),
        PAGE.replace(".vn/", ".vn:8443/"),
        PAGE.replace("&trang=2", ""),
    ],
)
def test_what_may_be_another_page_is_another_address(other: str) -> None:
    assert known_as(other) != known_as(PAGE)


def test_letters_written_as_they_are_or_escaped_are_the_same() -> None:
    assert known_as("https://a.example.vn/tin/ảnh") == known_as(
        "https://a.example.vn/tin/%E1%BA%A3nh"
    )


@pytest.mark.parametrize(
    "link", ["", "https://a.example.vn", "https://a.example.vn/", "http://[::1"]
)
def test_what_names_no_page_of_its_own_is_no_address(link: str) -> None:
    assert known_as(link) == ""


@given(st.text(max_size=60) | st.from_regex(r"https?://[\w.:\[\]%]{0,20}/[\w?&=%;./#-]{0,40}"))
def test_whatever_a_feed_calls_a_link_has_a_form_that_stays(link: str) -> None:
    form = known_as(link)
    if form:
        with suppress(ValueError):
            urlsplit(f"https://{form}")
        assert known_as(f"https://{form}") == form
