"""What the platforms without an adapter take: how they count, and that the data holds together."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Dialect, Settlement
from channels.profiles import (
    PROFILES,
    bluesky_length,
    graphemes,
    mastodon_length,
    threads_length,
)


def test_a_family_emoji_and_a_decomposed_vietnamese_letter_are_one_grapheme_each() -> None:
    assert graphemes("👨‍👩‍👧‍👦") == 1
    assert graphemes(unicodedata.normalize("NFD", "ộ")) == 1
    assert graphemes("Chuyển đổi số") == 13


def test_bluesky_counts_bytes_where_they_run_out_first() -> None:
    assert bluesky_length("Còn 7 ngày") == 10
    assert bluesky_length("👨‍👩‍👧‍👦" * 150) > 300 >= graphemes("👨‍👩‍👧‍👦" * 150)


@given(st.text())
def test_what_fits_bluesky_by_our_count_keeps_both_of_its_limits(text: str) -> None:
    fits = bluesky_length(text.encode("utf-8", "ignore").decode()) <= 300
    clean = text.encode("utf-8", "ignore").decode()
    assert fits == (graphemes(clean) <= 300 and len(clean.encode()) <= 3000)


def test_mastodon_counts_every_address_as_23() -> None:
    assert mastodon_length("Xem https://dongthap.example.vn/mot/dia-chi/rat/dai nhé") == 4 + 23 + 4
    assert mastodon_length("https://a.vn") == 23


def test_threads_counts_an_emoji_by_its_bytes_and_a_letter_as_one() -> None:
    assert threads_length("Đổi mới") == 7
    assert threads_length("🎉") == 4


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_names_its_platform_and_how_doubt_is_settled(name: str) -> None:
    profile = PROFILES[name]
    assert name.isidentifier()
    assert profile.title
    assert profile.settles
    assert profile.settlement is not Settlement.NONE
    assert profile.limits.images_max or profile.limits.videos_max
    assert profile.limits.measure("Chào") >= 4


def test_only_the_portal_takes_html_and_only_bluesky_takes_facets() -> None:
    assert {name for name, one in PROFILES.items() if one.dialect is Dialect.HTML} == {"wordpress"}
    assert {name for name, one in PROFILES.items() if one.dialect is Dialect.FACETS} == {"bluesky"}


def test_what_a_platform_cannot_do_without_is_in_its_limits() -> None:
    assert PROFILES["instagram"].limits.media_required
    assert PROFILES["zalo"].limits.title_required
    assert PROFILES["zalo"].limits.media_required
    assert PROFILES["youtube"].limits.images_max == 0
    assert PROFILES["facebook"].limits.text_max == 63_206
