"""What is sent: a post rendered for one channel, its text in the platform's dialect, its media."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal


class Dialect(StrEnum):
    """How an adapter wants a post's Markdown written.

    ``PLAIN``: no markup, a link stands as "words (address)". ``FACETS``: no markup, a link stands
    as its words and its address is in ``Text.facets``. ``HTML``: paragraphs, emphasis, lists,
    links, headings. ``INLINE_HTML``: lines of text in which ``b``, ``i``, ``code``, ``pre`` and
    ``a`` stand, as Telegram takes them; lists are lines too.
    """

    PLAIN = "plain"
    FACETS = "facets"
    HTML = "html"
    INLINE_HTML = "inline-html"


@dataclass(frozen=True, slots=True)
class Facet:
    """A span of ``Text.plain`` that means something; offsets in characters (code points)."""

    start: int
    end: int
    kind: Literal["link", "hashtag"]
    value: str


@dataclass(frozen=True, slots=True)
class Text:
    """One piece of writing: ``written`` as the platform takes it, ``plain`` as a reader sees it.

    Under an HTML dialect a link's address stands in ``written`` alone, and ``facets`` is empty.
    """

    written: str
    plain: str
    facets: tuple[Facet, ...] = ()

    def as_table(self) -> dict[str, Any]:
        """All of it, as JSON has it; ``asdict`` copies each part, ten times as slow."""
        facets = [
            {"start": one.start, "end": one.end, "kind": one.kind, "value": one.value}
            for one in self.facets
        ]
        return {"written": self.written, "plain": self.plain, "facets": facets}


SUBTITLES = frozenset({"application/x-subrip", "text/vtt"})
"""SubRip (.srt) and WebVTT (.vtt)."""


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, video or document; ``path`` holds exactly the bytes that ``sha256`` names.

    ``original`` is the hash of the file that it was made of for a channel, where it was made.
    """

    path: Path
    sha256: str
    mime: str
    size_bytes: int
    alt: str
    credit: str = ""
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    original: str = ""

    @property
    def kind(self) -> str:
        """``image``, ``video``, ``audio`` or ``application``: the first half of the MIME type;
        ``subtitles`` for a film's subtitles, whose ``alt`` is their name ("Tiếng Việt")."""
        return "subtitles" if self.mime in SUBTITLES else self.mime.partition("/")[0]


Kind = Literal["text", "link", "picture", "video", "audio", "document"]
"""What sorts of post there are, for reports on which of them do well."""

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("video", "video"),
    ("image", "picture"),
    ("audio", "audio"),
    ("application", "document"),
)


@dataclass(frozen=True, slots=True)
class Message:
    """A post rendered for one channel, ready to send.

    ``key`` names the delivery for ever and is the same in every attempt: adapters derive their
    idempotency keys from it. The link that a post is about stands in ``body`` already; ``link`` is
    for platforms that take it apart from the text. ``title``, ``summary`` and the media's
    ``credit`` are for platforms whose readers see such (``Look.headed``). ``replies`` continue
    ``body`` as a thread. ``options`` are the officer's wishes for this platform alone
    (``{"pin": true}``; ``options_of``).
    """

    key: str
    body: Text
    due_at: datetime
    title: str = ""
    summary: str = ""
    link: str = ""
    media: tuple[Media, ...] = ()
    replies: tuple[Text, ...] = ()
    hashtags: tuple[str, ...] = ()
    language: str = "vi"
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What sort of post it is, by its richest part: a film goes before a picture, and any
        medium before a link."""
        kinds = {medium.kind for medium in self.media}
        for of_media, kind in _KINDS:
            if of_media in kinds:
                return kind
        return "link" if self.link else "text"

    @property
    def fingerprint(self) -> str:
        """A hash of all that a reader would see; approvals and attempts are bound to it."""
        seen: dict[str, Any] = {
            "body": self.body.as_table(),
            "title": self.title,
            "summary": self.summary,
            "link": self.link,
            "media": [(m.sha256, m.alt, m.credit) for m in self.media],
            "replies": [reply.as_table() for reply in self.replies],
            "hashtags": self.hashtags,
            "language": self.language,
            "options": dict(self.options),
        }
        return hashlib.sha256(_CANONICAL.encode(seen).encode()).hexdigest()


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
