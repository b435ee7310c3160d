"""Counts a text as X does, by what each part of it weighs.

The rules are X's own, by twitter-text. Used by ``channels.x`` and its stand-in.
"""

from __future__ import annotations

import importlib
import re
import unicodedata
import warnings
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

_NO_HOST = re.compile(r"(?<![\w.-])(?:[\w-]*\.){40,}[\w-]*")
"""What has more parts than any host's name (an IPv6 address's own has 34)."""

_MAY_BE_EMOJI = re.compile("[\u00a9\u00ae\u203c-\U0010ffff]")
"""In every emoji there is one of these: no other letter is one, or makes another one of it."""

_ADDRESS = 23
_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
"""What weighs two: all but these (twitter-text's configuration, version 3)."""


@lru_cache(maxsize=4096)
def weight(text: str) -> int:
    """The length of a text as X counts it: an address 23, a letter one; emoji, CJK and Vietnamese
    letters of two marks (ế, ổ, ữ: Unicode's Latin Extended Additional) two."""
    # twitter-text looks for a host from each dot on to the last one: a thousand take it minutes.
    text = _NO_HOST.sub(lambda run: run[0].replace(".", "-"), text)
    if _MAY_BE_EMOJI.search(text):
        return int(_part("parse_tweet").parse_tweet(text).weightedLength)
    # It looks for each of four thousand emoji at every letter: that takes it milliseconds a text.
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _letters(text) + sum(_ADDRESS - _letters(one["url"]) for one in addresses(text))


def addresses(text: str) -> Sequence[dict[str, Any]]:
    """Each address in ``text``: its ``url`` and its ``indices`` (from, to), in characters."""
    found: Sequence[dict[str, Any]] = _part("extract_urls").extract_urls_with_indices(text)
    return found


def _letters(text: str) -> int:
    return len(text) + len(_HEAVY.findall(text))


@cache
def _part(name: str) -> Any:
    # Its tables of emoji cost a quarter of a second: only who counts pays for them. And it finds
    # them by pkg_resources, which warns the reader of what only its makers can change.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(f"twitter_text.{name}")
