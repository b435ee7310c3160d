"""Texts as X counts and keeps them: how long one is, and which of X's posts is ours.

X rewrites every address to one of its own (t.co), escapes three characters and adds an address for
media; a post is found again by undoing that. Pure. Used by ``channels.x``.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import unescape
from typing import Any


def weight(text: str) -> int:
    """The length of a text as X counts it: an address 23, a letter one; emoji, CJK and Vietnamese
    letters of two marks (ế, ổ, ữ: Unicode's Latin Extended Additional) two."""
    return int(_parse_tweet()(text).weightedLength) if text else 0


@cache
def _parse_tweet() -> Callable[[str], Any]:
    # Its tables of emoji cost a quarter of a second: only who counts pays for them. And it finds
    # them by pkg_resources, which warns the reader of what only its makers can change.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from twitter_text import parse_tweet
    parse: Callable[[str], Any] = parse_tweet
    return parse


def matching(
    shown: Sequence[Mapping[str, Any]], plain: str, taken: Sequence[str]
) -> Mapping[str, Any] | None:
    """The post among ``shown`` that reads like ``plain`` and isn't spoken for."""
    wanted = _letters(plain)
    for post in shown:
        if str(post.get("id")) not in taken and _letters(_as_written(post)) == wanted:
            return post
    return None


def _as_written(post: Mapping[str, Any]) -> str:
    """A post's text with its addresses as they were before X shortened them, and without the
    address that X adds for media."""
    note = post.get("note_tweet")
    longer = note if isinstance(note, dict) and isinstance(note.get("text"), str) else post
    text = str(longer.get("text", ""))
    entities = longer.get("entities")
    for link in objects(entities.get("urls") if isinstance(entities, dict) else None):
        instead = "" if link.get("media_key") else str(link.get("expanded_url", ""))
        text = text.replace(str(link.get("url")), instead)
    return unescape(text)


def _letters(text: str) -> str:
    """A text without what X changes on its own: white space, and how an address is written."""
    composed = unicodedata.normalize("NFC", text)
    bare = re.sub(r"https?://", "", composed, flags=re.IGNORECASE)
    return re.sub(r"[\s/]+", "", bare)


def objects(found: Any) -> list[dict[str, Any]]:
    """The objects of what should be a list of them; none where it isn't."""
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
