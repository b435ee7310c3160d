"""Which keys of a post may be changed by a page or a table, and how their words are tidied."""

from __future__ import annotations

import re
import unicodedata

from publisher.editing.literals import Value
from publisher.editing.splice import Way

_TOP = frozenset(
    {
        *("when", "title", "summary", "link", "channels", "hashtags", "audiences"),
        *("approvals", "grace", "covers", "thread"),
    }
)
_OF_A_CHANNEL = frozenset({"text", "title", "summary", "link", "hashtags", "thread"})
_OF_A_LANGUAGE = frozenset({"text", "title", "summary"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def is_editable(way: Way) -> bool:
    """Whether ``way`` leads to a key that may be changed from here."""
    match way:
        case (name,):
            return name in _TOP
        case ("for", _channel, name):
            return name in _OF_A_CHANNEL
        case ("translation", _language, name):
            return name in _OF_A_LANGUAGE
        case _:
            return False


def tidied(way: Way, value: Value | None) -> Value | None:
    """``value`` as it is to be written; ``None`` where an empty text takes the key out."""
    if not isinstance(value, str):
        return value if value is None or isinstance(value, int) else [_line(one) for one in value]
    if way[-1] != "text":
        return _line(value) or None
    text = tidied_body(value)
    # Over several lines a text stands between marks on lines of their own.
    return f"{text}\n" if "\n" in text else text or None


def tidied_body(text: str) -> str:
    """A text as files have it: its letters in NFC, its line ends ``\\n``, no blanks around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", lines)).strip("\n").rstrip()


def _line(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(_CONTROL.sub(" ", text).split()))
