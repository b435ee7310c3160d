"""Counts the characters that a person sees: extended grapheme clusters (Unicode annex 29)."""

from __future__ import annotations

import regex

_GRAPHEME = regex.compile(r"\X")


def graphemes(text: str) -> int:
    """How many characters a person sees in ``text``."""
    return sum(1 for _ in _GRAPHEME.finditer(text))
