"""Reads the public preview of a Telegram channel (``t.me/s/NAME``), as far as it can be.

The Bot API neither lists a channel's messages nor counts their views; this page shows about twenty
messages with both. It is made for people, promises nothing and may change: what isn't found in it
proves nothing. Used by ``channels.telegram``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser

from channels.likeness import letters
from channels.web.http import HttpSession
from channels.web.values import moment

_ITS_SUFFIXES = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
_OF_AN_ALBUM = re.compile(r"/(\d{1,18})\?single$", re.ASCII)
_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "source", "wbr"})


@dataclass(slots=True)
class Seen:
    """One message as the page shows it; ``views`` as rounded as the page has them.

    An album is shown under the number of its first message; ``message_ids`` are those of all.
    """

    message_id: int
    album: list[int] = field(default_factory=list)
    text: str = ""
    views: int | None = None
    at: datetime | None = None

    @property
    def message_ids(self) -> list[int]:
        return self.album if self.message_id in self.album else [self.message_id]


class Preview:
    """The pages of the channel ``name`` at ``base_url``, which has some twenty messages on each."""

    def __init__(self, http: HttpSession, base_url: str, name: str) -> None:
        self._http = http
        self._base_url = base_url
        self.name = name

    def page(self, before: int | None = None) -> tuple[Seen, ...]:
        """The newest messages, or those ``before`` a number; none where there is no preview."""
        params = {} if before is None else {"before": before}
        answer = self._http.get(f"{self._base_url}/s/{self.name}", params=params)
        if answer.status_code != 200:
            return ()  # a channel without a preview is redirected to its front page
        answer.encoding = "utf-8"
        return messages(answer.text)


def messages(page: str) -> tuple[Seen, ...]:
    """The messages of a preview page, in its order (the oldest first)."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return tuple(reader.seen)


def count(shown: str) -> int | None:
    """The number behind a shown count: "984" is 984, "1.2K" is 1200."""
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?)([KMB]?)", shown.strip())
    if match is None:
        return None
    return round(float(match[1]) * _ITS_SUFFIXES[match[2]])


def same(ours: str, shown: str) -> bool:
    """Whether two texts are one to a reader."""
    return letters(ours) == letters(shown)


@dataclass(slots=True)
class _Open:
    """A part of the page that is being read: what it is, and how deep it began."""

    what: str
    depth: int
    words: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Picks texts, views and times out of the page by their classes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[Seen] = []
        self._depth = 0
        self._open: _Open | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        keys = dict(attrs)
        if tag in _VOID:
            if tag == "br" and self._open:
                self._open.words.append("\n")
            return
        self._depth += 1
        classes = (keys.get("class") or "").split()
        if "tgme_widget_message" in classes and (post := keys.get("data-post")):
            number = post.rpartition("/")[2]
            if number.isdecimal():
                self.seen.append(Seen(int(number)))
        elif "grouped_media_wrap" in classes and self.seen:
            match = _OF_AN_ALBUM.search(keys.get("href") or "")
            if match is not None:
                self.seen[-1].album.append(int(match[1]))
        elif self._open is None and self.seen:
            if "tgme_widget_message_text" in classes:
                self._open = _Open("text", self._depth)
            elif "tgme_widget_message_views" in classes:
                self._open = _Open("views", self._depth)
        if tag == "time" and self.seen and (written := keys.get("datetime")):
            self.seen[-1].at = moment(written)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._open and self._open.depth == self._depth:
            words = "".join(self._open.words)
            if self._open.what == "text":
                self.seen[-1].text = words
            else:
                self.seen[-1].views = count(words)
            self._open = None
        self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open.words.append(data)
