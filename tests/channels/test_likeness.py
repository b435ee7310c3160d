"""Two texts that a reader takes for one, and two that they don't."""

from __future__ import annotations

import unicodedata

import pytest

from channels.likeness import letters

OURS = "Mời bà con xem ☀️ 10/10:\n👨‍👩‍👧 https://a.vn/x"


@pytest.mark.parametrize(
    "shown",
    [
        unicodedata.normalize("NFD", OURS),
        OURS.replace("\n", " \r\n\t"),
        OURS.replace("\ufe0f", ""),
        OURS.replace("\u200d", ""),
        f"\u200b{OURS}\u2060",
    ],
    ids=["composed otherwise", "spaces", "no variation selector", "no joiner", "zero width"],
)
def test_what_no_reader_sees_makes_no_other_text(shown: str) -> None:
    assert shown != OURS
    assert letters(shown) == letters(OURS)


@pytest.mark.parametrize("other", [OURS.replace("10/10", "11/10"), OURS.replace("ờ", "ơ"), ""])
def test_what_a_reader_sees_does(other: str) -> None:
    assert letters(other) != letters(OURS)
