"""Writes a text so that Discord shows it as it stands, counts it, and knows it again. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_MARKUP = re.compile(r"(?P<link>https?://\S+)|[\\*_~`|\[<]|^(?:#{1,3}|-#)(?=\s)|^>", re.MULTILINE)


def in_markdown(text: str) -> str:
    """``text`` so that Discord shows it as it stands: what would be markup is escaped, but for
    addresses, which are links by themselves."""
    return _MARKUP.sub(lambda found: found[0] if found["link"] else f"\\{found[0]}", text)


def measure(text: str) -> int:
    """The length of ``text`` as Discord counts it: escaped, in code points."""
    return len(in_markdown(text))


def digest(content: str) -> str:
    """What stays of ``content``, whatever Discord strips from it; "" where there are no words."""
    letters = re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", content))
    return hashlib.sha256(letters.encode()).hexdigest() if letters else ""
