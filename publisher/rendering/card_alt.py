"""What a card shows, in a sentence or two, for people who can't see it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_OPENINGS = MappingProxyType(
    {
        "vi": {
            "countdown": "Thẻ đếm ngược",
            "quote": "Thẻ trích dẫn",
            "figures": "Thẻ số liệu",
            "event": "Thẻ sự kiện",
            "before-after": "Thẻ so sánh",
            "": "Thẻ hình",
        },
        "en": {
            "countdown": "Countdown card",
            "quote": "Quote card",
            "figures": "Card of figures",
            "event": "Event card",
            "before-after": "Before-and-after card",
            "": "Card",
        },
    }
)


def alt_of(design: str, words: Mapping[str, Any], language: str) -> str:
    """The words of a card in the order in which they are read, in sentences."""
    openings = _OPENINGS[language]
    said = _joined([_sentence(_told(design, words)), _sentence(words.get("source", ""))], " ")
    return f"{openings.get(design, openings[''])}: {said}"


def _told(design: str, words: Mapping[str, Any]) -> str:
    match design:
        case "countdown":
            return _countdown(words)
        case "quote":
            return _quote(words)
        case "figures":
            return _figures(words)
        case "event":
            return _event(words)
        case "before-after":
            return _before_after(words)
    return _joined([one for one in words.values() if isinstance(one, str)], ". ")


def _countdown(words: Mapping[str, Any]) -> str:
    counted = [words.get(key, "") for key in ("lead", "days", "unit")]
    what, date = words.get("what", ""), words.get("date", "")
    first = f"{_joined(counted, ' ')} – {what}{f' ({date})' if date else ''}"
    return _joined([_sentence(first), words.get("line", "")], " ")


def _quote(words: Mapping[str, Any]) -> str:
    by = _joined([words.get("who", ""), words.get("role", "")], ", ")
    return f"“{words.get('text', '')}”" + (f" – {by}" if by else "")


def _figures(words: Mapping[str, Any]) -> str:
    told = _joined([f"{one['value']}: {one['label']}" for one in words.get("figures", ())], "; ")
    return _joined([_sentence(words.get("title", "")), told], " ")


def _event(words: Mapping[str, Any]) -> str:
    told = _joined([words.get(key, "") for key in ("title", "date", "time", "place")], ", ")
    return _joined([_sentence(told), _joined(words.get("lines", ()), "; ")], " ")


def _before_after(words: Mapping[str, Any]) -> str:
    sides = [words[name] for name in ("before", "after") if name in words]
    told = [
        f"{side.get('label', '')}: {_joined([side.get('value', ''), *side.get('lines', ())], '; ')}"
        for side in sides
    ]
    return _joined([_sentence(one) for one in (words.get("title", ""), *told)], " ")


def _joined(parts: Any, by: str) -> str:
    return by.join(part for part in parts if part)


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?…”:" else f"{text}."
