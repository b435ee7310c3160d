"""Looks through an account's public posts on TikTok for one of ours.

https://developers.tiktok.com/doc/tiktok-api-v2-video-list and .../tiktok-api-v2-video-object. Used
by ``channels.tiktok``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from channels.base import N_, CannotTellError, ForbiddenError, Message
from channels.doubts import or_cannot_tell
from channels.tiktok.errors import ScopeMissingError
from channels.tiktok.line import Line
from channels.web.values import objects, unix

_LIST = "/v2/video/list/"
_FIELDS = "id,title,video_description,create_time"
_A_PAGE = 20
_PAGES = 10
_CLOCKS_APART = timedelta(minutes=5)

_CUT_LEAST = 100
"""Titles and descriptions are cut at 150 of we don't know what; so much of ours must be shown."""


def like(message: Message, since: datetime, line: Line) -> Mapping[str, Any] | None:
    """The public post that is ``message``, with its time as ``at``; raises ``CannotTellError``
    where it can't be told which."""
    words = message.body.plain
    if not words.strip():
        raise CannotTellError(N_("a TikTok post without words can't be told from others"))
    found = [
        each for each in _recent(line, since - _CLOCKS_APART) if shows(each, words, message.title)
    ]
    if len(found) > 1:
        raise CannotTellError(N_("TikTok shows several posts of these words"))
    return found[0] if found else None


def shows(video: Mapping[str, Any], words: str, title: str = "") -> bool:
    """Whether ``video`` shows the post of ``words``, perhaps cut short."""
    ours = [_plain(text) for text in (words, f"{title} {words}")]
    shown = [_plain(str(video.get(name) or "")) for name in ("title", "video_description")]
    return any(_is_begun_by(text, seen) for text in ours for seen in shown if seen)


def _recent(line: Line, since: datetime) -> Iterator[dict[str, Any]]:
    """The account's public posts since ``since`` (aware), with their time as ``at``; raises
    ``CannotTellError`` where not all of them can be seen."""
    body: dict[str, Any] = {"max_count": _A_PAGE}
    for _ in range(_PAGES):
        data = _page(line, body)
        for video in objects(data.get("videos")):
            at = unix(video.get("create_time"))
            if at is None or not video.get("id"):
                continue
            if at < since:
                return
            yield {**video, "at": at}
        if not data.get("has_more") or not isinstance(data.get("cursor"), int):
            return
        body["cursor"] = data["cursor"]
    raise CannotTellError(N_("TikTok has too many posts since then to look through"))


def _page(line: Line, body: Mapping[str, Any]) -> dict[str, Any]:
    refusals = (ScopeMissingError, ForbiddenError)
    return or_cannot_tell(lambda: line.ask(_LIST, body, fields=_FIELDS), refusals)


def _is_begun_by(text: str, seen: str) -> bool:
    if text == seen:
        return True
    begun = seen.rstrip(".…").rstrip()
    return len(begun) >= _CUT_LEAST and text.startswith(begun)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
