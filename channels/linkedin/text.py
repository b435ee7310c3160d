"""Converts a post's words to LinkedIn's "little text", either way. Pure.

https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format: the
reserved characters are escaped by a backslash (LinkedIn takes an unescaped one without a word and
drops what follows), and a hashtag is written as a template. Used by ``channels.linkedin``.
"""

from __future__ import annotations

import re
import unicodedata

_RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
_HASHTAG = re.compile(r"(?<![\w&/#＃])#(\w*[^\W\d_]\w*)")
_ELEMENT = re.compile(
    r"\{hashtag\|\\?[#＃]\|(?P<tag>(?:\\.|[^\\}])*)\}"
    r"|@\[(?P<name>(?:\\.|[^\\\]])*)\]\(urn:[^)]*\)"
    r"|\\(?P<sign>.)",
    re.DOTALL,
)
_ADDRESS = re.compile(r"https?://\S+")


def little(text: str) -> str:
    """``text`` as ``commentary``: its hashtags are ones, everything else is only words."""
    written: list[str] = []
    end = 0
    for found in _HASHTAG.finditer(text):
        written += [_escaped(text[end : found.start()]), rf"{{hashtag|\#|{_escaped(found[1])}}}"]
        end = found.end()
    return "".join([*written, _escaped(text[end:])])


def plain(commentary: str) -> str:
    """What a reader sees of ``commentary``."""
    return _ELEMENT.sub(_shown, commentary)


def same(ours: str, shown: str) -> bool:
    """Whether two texts are the same to a reader; LinkedIn may have shortened the addresses."""
    return _compared(ours) == _compared(shown)


def _compared(text: str) -> str:
    return _ADDRESS.sub("∎", " ".join(unicodedata.normalize("NFC", text).split()))


def _shown(element: re.Match[str]) -> str:
    if element["tag"] is not None:
        return f"#{plain(element['tag'])}"
    return plain(element["name"]) if element["name"] is not None else element["sign"]


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\g<0>", text)
