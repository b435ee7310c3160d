"""A post as events: what each holds, how it is known again, and what a room shows of them.

Source: Client-Server API 1.18, "m.room.message msgtypes", "Media captions", "Size limits",
"Reference relations".
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from channels.base import N_, InvalidContentError, Journal, Media, Message, Text, TransientError
from channels.matrix.line import PLATFORM, name_in
from channels.web.values import held, unix

TEXT_MAX = 7_000
"""An event has 65,536 bytes. A character takes up to four and stands there twice, plain and in
HTML; what is left is for markup and for what servers add."""
MARK = "publisher.mark"
"""The key of our mark in an event's content."""

_TIMELESS = N_("it shows an event without its time")
_MSGTYPES = {"image": "m.image", "video": "m.video"}


@dataclass(frozen=True, slots=True)
class Part:
    """One event of a post. ``mark`` comes of the delivery and of what the event shows: it is the
    event's transaction id, and stands in it."""

    mark: str
    content: dict[str, Any]
    media: Media | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One event that a room shows."""

    id: str
    sender: str
    at: datetime
    mark: str
    is_redacted: bool

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Seen:
        """Raises ``TransientError`` where it can't be told what it is."""
        at = unix(event.get("origin_server_ts"), 1000)
        if at is None:
            raise TransientError(f"{PLATFORM}: {_TIMELESS}")
        mark = held(event.get("content")).get(MARK)
        redacted = "redacted_because" in held(event.get("unsigned"))
        name, sender = name_in(event, "event_id"), str(event.get("sender"))
        return cls(name, sender, at, mark if isinstance(mark, str) else "", redacted)


def parts_of(message: Message, *, notice: bool) -> list[Part]:
    """The events of a post, in order. ``InvalidContentError`` where no homeserver needs to be asked
    whether it takes them."""
    parts = []
    if message.body.plain.strip():
        content = _words(message.body, "m.notice" if notice else "m.text")
        parts.append(Part(_mark(message, "text"), content))
    parts += [
        Part(_mark(message, media.sha256), _described(media), media)
        for media in dict.fromkeys(message.media)
    ]
    texts = [message.body.plain, *(media.alt for media in message.media)]
    if not parts or any(len(text) > TEXT_MAX for text in texts):
        raise InvalidContentError(N_("Matrix: a text of 1 to 7,000 characters is wanted"))
    return parts


def file_name(media: Media) -> str:
    """A document is called what its alt text says; nobody reads a picture's name."""
    ending = mimetypes.guess_extension(media.mime) or ""
    if media.kind in _MSGTYPES:
        return f"{media.sha256[:12]}{ending}"
    return re.sub(r'[\\/:*?"<>|\s]+', " ", media.alt).strip()[:80] + ending


def noted(journal: Journal) -> tuple[str, dict[str, str]]:
    """In which room the post was begun, and its events by their marks."""
    kept = json.loads(journal.get("events") or "{}")
    return kept.get("room", ""), kept.get("ids", {})


def note(journal: Journal, room: str, ids: Mapping[str, str]) -> None:
    """Note what ``noted`` gives."""
    journal.put("events", json.dumps({"room": room, "ids": ids}))


def relation(event: Mapping[str, Any]) -> dict[str, Any]:
    """How ``event`` refers to another."""
    return held(held(event.get("content")).get("m.relates_to"))


def _words(text: Text, msgtype: str) -> dict[str, Any]:
    """Plain and in HTML. Links lose their addresses in our plain text: they stand below it."""
    addresses = map(unescape, re.findall(r'<a href="([^"]*)"', text.written))
    lost = [each for each in dict.fromkeys(addresses) if each not in text.plain]
    return {
        "msgtype": msgtype,
        "body": "\n".join((text.plain, *lost)),
        "format": "org.matrix.custom.html",
        "formatted_body": text.written,
    }


def _described(media: Media) -> dict[str, Any]:
    """Its alt text is its caption: there is no other place, and screen readers read that."""
    name = file_name(media)
    info: dict[str, Any] = {"mimetype": media.mime, "size": media.size_bytes}
    if media.width and media.height:
        info |= {"w": media.width, "h": media.height}
    if media.duration_s is not None:
        info["duration"] = round(media.duration_s * 1000)
    caption = f"{media.alt} ({media.credit})" if media.credit else media.alt
    return {
        "msgtype": _MSGTYPES.get(media.kind, "m.file"),
        "body": caption if media.kind in _MSGTYPES else name,
        "filename": name,
        "info": info,
    }


def _mark(message: Message, part: str) -> str:
    return hashlib.sha256(f"{message.key}\n{part}".encode()).hexdigest()[:32]
