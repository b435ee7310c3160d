"""Texts as Excel can hold them."""

from __future__ import annotations

import re

_MOST_TEXT = 32_767
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")


def plain(text: str) -> str:
    """``text`` without what XML can't hold, with line ends as Excel has them; cut where a cell
    ends."""
    clean: str = _NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return cut(clean, _MOST_TEXT)


def cut(text: str, most: int) -> str:
    """At most so many letters of ``text``; an ellipsis where some are missing."""
    return text if len(text) <= most else text[: most - 1] + "…"


def title_of(title: str, taken: set[str]) -> str:
    """A sheet's title as Excel takes it: at most 31 letters, some not allowed, each once."""
    clean = _NOT_IN_TITLES.sub("-", plain(title)).strip("'") or "1"
    name, number = clean[:31], 1
    while name.casefold() in taken:
        number += 1
        name = f"{clean[: 28 - len(str(number))]} ({number})"
    taken.add(name.casefold())
    return name
