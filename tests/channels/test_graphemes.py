"""Characters as people see them."""

from __future__ import annotations

import unicodedata

from channels._graphemes import graphemes


def test_a_family_emoji_and_a_decomposed_vietnamese_letter_are_one_grapheme_each() -> None:
    assert graphemes("👨‍👩‍👧‍👦") == 1
    assert graphemes(unicodedata.normalize("NFD", "ộ")) == 1
    assert graphemes("Chuyển đổi số") == 13
