"""Counts texts as Mastodon does, and knows them again as it shows them. Pure. Used by
``channels.mastodon`` and its stand-in.

A post is as long as it has characters that a person sees (graphemes), an address counting the same
however long it is, and somebody on another server by their own name alone. What is shown of a post
is HTML: addresses cut in pieces, mentions without their servers.
Source: Mastodon's StatusLengthValidator and https://docs.joinmastodon.org/user/posting/.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from channels._graphemes import graphemes
from channels._likeness import letters
from channels.web.values import objects

PER_ADDRESS = 23

# Letters of addresses are Latin (Vietnamese ones too) and Cyrillic; what ends a sentence ends an
# address, and a bracket belongs to it where it is closed in it.
_LETTER = r"a-z0-9\u0400-\u04ff\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff"
_INNER = rf"[{_LETTER}!*';:=+,.$/%#\[\]\-–_~@|&]"
_BRACKETS = rf"\({_INNER}*(?:\({_INNER}*\){_INNER}*)*\)"
_PATH = rf"(?:/(?:(?:{_INNER}|{_BRACKETS})*(?:[{_LETTER}+\-=_#/]|{_BRACKETS}))?)?"
_QUERY = r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?"
_ADDRESS = re.compile(
    rf"(?<![a-z0-9@＠$#＃])https?://(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[^\W\d_]{{2,}}|xn--[a-z0-9-]+)"
    rf"(?::\d+)?{_PATH}{_QUERY}",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?<![=/\w])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\w.-]+\w", re.IGNORECASE
)


def length(text: str, per_address: int = PER_ADDRESS) -> int:
    """The length of ``text`` as a Mastodon server counts it; ``per_address`` is what it says."""
    shortened = _ADDRESS.sub("x" * per_address, text)
    return graphemes(_ELSEWHERE.sub(r"@\1", shortened))


def addresses(text: str) -> Iterator[re.Match[str]]:
    """Where the addresses in ``text`` are."""
    return _ADDRESS.finditer(text)


def mentions(text: str) -> Iterator[re.Match[str]]:
    """Where people on other servers are mentioned in ``text``; group 1 is their name."""
    return _ELSEWHERE.finditer(text)


def matching(
    shown: Sequence[Mapping[str, Any]],
    plain: str,
    thread: Sequence[str],
    uploads: Collection[Collection[str]],
) -> Mapping[str, Any] | None:
    """The post among ``shown`` that is ours: it continues ``thread`` (empty: begins one) and has
    one of the sets of ``uploads``, which are nobody else's; without uploads it reads like
    ``plain``."""
    before = thread[-1] if thread else None
    for post in shown:
        if post.get("in_reply_to_id") != before or str(post.get("id")) in thread:
            continue
        if uploads:
            attached = {str(each.get("id")) for each in objects(post.get("media_attachments"))}
            if any(attached == set(each) for each in uploads):
                return post
        elif _seen(plain) == _seen(text_of(str(post.get("content", "")))):
            return post
    return None


def text_of(content: str) -> str:
    """The words of a post's HTML."""
    reader = _Words()
    reader.feed(content)
    reader.close()
    return "".join(reader.words)


def _seen(text: str) -> str:
    return letters(_ELSEWHERE.sub(r"@\1", text))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)
