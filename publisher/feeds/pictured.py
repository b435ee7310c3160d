"""The pictures that an entry shows, the best guess first.

Media RSS (https://www.rssboard.org/media-rss), enclosures, else the first ones of its content.
Addresses only; ``pictures`` fetches.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from channels.web.hosts import is_web

MOST = 3
"""So many of an entry's pictures are tried."""

_LONGEST_ADDRESS = 2000
_LONGEST_ALT = 500
_LOOKED_AT = 200_000
_TAG = re.compile(r"<img\s[^<>]{1,4000}>", re.I)
_SUFFIXES = re.compile(r"\.(jpe?g|png|gif|webp)([?#].*)?$", re.I)


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture stands, and what the feed says that it shows ("": nothing)."""

    url: str
    alt: str = ""


def pictures_of(raw: Mapping[str, Any], base: str, *, is_rss: bool = True) -> tuple[Picture, ...]:
    """The first ``MOST`` pictures of an entry as feedparser gives it, with whole addresses."""
    found: dict[str, Picture] = {}
    for address, alt in _named(raw, _described(raw) if is_rss else ""):
        try:
            url = urljoin(base, address.strip())
        except ValueError:
            continue
        if is_web(url) and len(url) <= _LONGEST_ADDRESS:
            found.setdefault(url, Picture(url, _words(alt)))
        if len(found) == MOST:
            break
    return tuple(found.values())


def _named(raw: Mapping[str, Any], alt: str) -> Iterator[tuple[str, str]]:
    media = [one for one in _tables(raw, "media_content") if _is_picture(one, "medium", "url")]
    for one in sorted(media, key=_width, reverse=True):
        yield str(one.get("url", "")), alt
    links = [one for one in _tables(raw, "links") if one.get("rel") == "enclosure"]
    for one in links:
        if _is_picture(one, "type", "href"):
            yield str(one.get("href", "")), alt
    for one in sorted(_tables(raw, "media_thumbnail"), key=_width, reverse=True):
        yield str(one.get("url", "")), alt
    for text in (*(str(one.get("value", "")) for one in _tables(raw, "content")), _summary(raw)):
        for tag in _TAG.findall(text[:_LOOKED_AT])[:MOST]:
            parts = _Tag(tag).parts
            yield parts.get("src") or parts.get("data-src") or "", parts.get("alt") or ""


def _summary(raw: Mapping[str, Any]) -> str:
    return str(raw.get("summary", ""))


def _tables(raw: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [one for one in raw.get(name) or () if isinstance(one, Mapping)]


def _described(raw: Mapping[str, Any]) -> str:
    """The words of media:description, which feedparser puts among the content as plain text (that
    of RSS is never plain); where several pictures have some, nobody says which are whose."""
    plain = [
        str(one.get("value", ""))
        for one in _tables(raw, "content")
        if one.get("type") == "text/plain"
    ]
    return plain[0] if len(plain) == 1 and len(_tables(raw, "media_content")) == 1 else ""


def _is_picture(one: Mapping[str, Any], kind: str, address: str) -> bool:
    said = f"{one.get(kind, '')} {one.get('type', '')}".strip().lower()
    return "image" in said if said else bool(_SUFFIXES.search(str(one.get(address, ""))))


def _width(one: Mapping[str, Any]) -> int:
    width = str(one.get("width", ""))
    return int(width) if re.fullmatch(r"\d{1,5}", width) else 0


def _words(alt: str) -> str:
    bare = re.sub(r"<[^<>]*>", " ", alt[:_LOOKED_AT])
    return unicodedata.normalize("NFC", " ".join(bare.split()))[:_LONGEST_ALT]


class _Tag(HTMLParser):
    """The attributes of one tag."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.parts: dict[str, str | None] = {}
        self.feed(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts = dict(attrs)
