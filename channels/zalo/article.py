"""Writes a message as an article of Zalo's, in words by which it is known again.

Pure. The form is that of the samples in Zalo's own Java SDK
(https://github.com/zaloplatform/zalo-java-sdk). Used by ``channels.zalo``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any, Literal

from channels.base import Media, Message, options_of
from channels.likeness import letters
from channels.zalo.options import ZaloOptions

AUTHOR_MAX = 49
"""Zalo says 50, and refuses texts of exactly the length it names."""

_TAG = re.compile(r"<[^>]*>")
_VOID = frozenset({"br", "hr", "img", "wbr"})
Markup = Literal["html", "plain"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an officer may wish for one post (``[for.NAME.options]``): ``broadcast`` it to the
    followers, allow ``comments``, show a film on ``youtube`` (its address)."""

    broadcast: bool = False
    comments: bool = True
    youtube: str = ""

    @classmethod
    def of(cls, message: Message, *, comments: bool) -> Wishes:
        """Raises ``InvalidContentError`` for what isn't known or isn't of its kind."""
        given = options_of(message, ZaloOptions).model_dump(exclude_none=True)
        return cls(**{"comments": comments, **given})


@dataclass(frozen=True, slots=True)
class Cover:
    """The article's cover: a picture by its ``address``, or a film by its ``video_id``."""

    address: str = ""
    video_id: str = ""
    view: str = ""

    @property
    def written(self) -> dict[str, str]:
        if self.video_id:
            video = {"video_id": self.video_id, "cover_view": self.view}
            return {"cover_type": "video", **video, "status": "show"}
        return {"cover_type": "photo", "photo_url": self.address, "status": "show"}


def view(media: Media) -> str:
    """How a film stands: ``horizontal``, ``vertical`` or ``square``."""
    if not media.width or not media.height or media.width > media.height:
        return "horizontal"
    return "vertical" if media.width < media.height else "square"


def written(
    message: Message,
    wishes: Wishes,
    *,
    markup: Markup,
    author: str,
    description_max: int,
    cover: Cover,
    pictures: Sequence[tuple[Media, str]] = (),
    video_id: str = "",
    credit: str = "",
) -> dict[str, Any]:
    """The article that ``message`` is: its text, then the film, then ``pictures`` with their
    addresses. ``credit`` is of what is on the cover, which has no place for it."""
    thumb = {"thumb": cover.address} if cover.address else {}
    body = [{"type": "text", "content": block} for block in blocks(message.body.written, markup)]
    if video_id:
        body.append({"type": "video", "video_id": video_id, **thumb})
    if wishes.youtube:
        body.append({"type": "video", "url": wishes.youtube, **thumb})
    body += [
        {"type": "image", "url": address, "caption": _caption(media)} for media, address in pictures
    ]
    if credit or not body:
        body.append({"type": "text", "content": _line_of(credit or message.title, markup)})
    plain = " ".join(message.body.plain.split())
    return {
        "type": "normal",
        "title": message.title,
        "author": cut(author, AUTHOR_MAX),
        "cover": cover.written,
        "description": cut(message.summary or plain or message.title, description_max),
        "body": body,
        "status": "show",
        "comment": "show" if wishes.comments else "hide",
    }


def cut(text: str, most: int) -> str:
    """``text`` within ``most`` characters, ended between two words and by "…" where it is cut."""
    if len(text) <= most:
        return text
    head, _, _ = text[:most].rpartition(" ")
    return (head or text[: most - 1]).rstrip(" .,;:–-") + "…"


def blocks(text: str, markup: Markup) -> list[str]:
    """A text's paragraphs, headings and lists, one by one: each is an item of its own."""
    if markup == "plain":
        found = re.split(r"\n\s*\n", text)
    else:
        splitter = _Splitter(text)
        found = splitter.found
    return [block.strip() for block in found if block.strip()]


def words(body: Any) -> str:
    """A hash of what a reader reads in an article's ``body``; empty where it has no text."""
    items = body if isinstance(body, list) else []
    texts = [
        str(each.get("content") or "")
        for each in items
        if isinstance(each, dict) and each.get("type") == "text"
    ]
    seen = letters(unescape(_TAG.sub(" ", " ".join(texts))))
    return hashlib.sha256(seen.encode()).hexdigest() if seen else ""


def _line_of(text: str, markup: Markup) -> str:
    return f"<p>{escape(text, quote=False)}</p>" if markup == "html" else text


def _caption(media: Media) -> str:
    # Zalo has no place for an alt text: whoever can't see the picture reads its caption.
    return f"{media.alt} ({media.credit})" if media.credit else media.alt


class _Splitter(HTMLParser):
    """Cuts HTML between its outermost elements."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0]
        for line in text.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._depth = 0
        self._cuts = [0]
        self.feed(text)
        self.close()
        ends = [*self._cuts[1:], len(text)]
        self.found = [text[start:end] for start, end in zip(self._cuts, ends, strict=True)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._depth == 0 and tag in _BLOCKS:
            line, column = self.getpos()
            self._cuts.append(self._lines[line - 1] + column)
        if tag not in _VOID:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self._depth = max(self._depth - 1, 0)


_BLOCKS = frozenset({"p", "h2", "h3", "h4", "ul", "ol", "blockquote", "pre"})
