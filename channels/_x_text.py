"""Texts as X keeps them: which of X's posts is ours.

X rewrites every address to one of its own (t.co), escapes three characters and adds an address for
media; a post is found again by undoing that. Pure. Used by ``channels.x``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any


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
