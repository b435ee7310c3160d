"""Tells which of X's posts reads like one of ours.

X rewrites every address to one of its own (t.co), escapes three characters and adds an address for
media; a post is found again by undoing that. Pure. Used by ``channels.x``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

from channels.likeness import letters
from channels.web.values import held, objects


def matching(
    shown: Sequence[Mapping[str, Any]], plain: str, thread: Sequence[str]
) -> Mapping[str, Any] | None:
    """The post among ``shown`` that reads like ``plain`` and continues ``thread`` (empty: begins
    one). Other threads may have a part of the same words: "Xem thêm tại …"."""
    wanted = _without_addresses_form(plain)
    before = thread[-1] if thread else None
    for post in shown:
        if (
            _answered(post) == before
            and str(post.get("id")) not in thread
            and _without_addresses_form(_as_written(post)) == wanted
        ):
            return post
    return None


def _answered(post: Mapping[str, Any]) -> str | None:
    """The id of the post that ``post`` answers."""
    for other in objects(post.get("referenced_tweets")):
        if other.get("type") == "replied_to":
            return str(other.get("id"))
    return None


def _as_written(post: Mapping[str, Any]) -> str:
    """A post's text with its addresses as they were before X shortened them, and without the
    address that X adds for media."""
    note = held(post.get("note_tweet"))
    longer = note if isinstance(note.get("text"), str) else post
    text = str(longer.get("text", ""))
    for link in objects(held(longer.get("entities")).get("urls")):
        instead = "" if link.get("media_key") else str(link.get("expanded_url", ""))
        if isinstance(short := link.get("url"), str):
            text = text.replace(short, instead)
    return unescape(text)


def _without_addresses_form(text: str) -> str:
    """A text's letters without what X changes on its own in how an address is written."""
    return letters(re.sub(r"https?://", "", text, flags=re.IGNORECASE)).replace("/", "")
