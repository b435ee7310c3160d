"""Counts a text as Mastodon does, by what a person sees of it. Pure.

A post is as long as it has graphemes, an address counting the same however long it is, and somebody
on another server by their own name alone. Source: Mastodon's StatusLengthValidator. Used by
``channels.mastodon`` and its stand-in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from channels._graphemes import graphemes

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
    return graphemes(without_servers(shortened))


def addresses(text: str) -> Iterator[re.Match[str]]:
    """Where the addresses in ``text`` are."""
    return _ADDRESS.finditer(text)


def mentions(text: str) -> Iterator[re.Match[str]]:
    """Where people on other servers are mentioned in ``text``; group 1 is their name."""
    return _ELSEWHERE.finditer(text)


def without_servers(text: str) -> str:
    """``text`` with people on other servers by their own names alone."""
    return _ELSEWHERE.sub(r"@\1", text)
