"""Keeps the posts of Mastodon's stand-in, once for each ``Idempotency-Key``, and shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from channels.simulated import Published
from channels.simulated.mastodon.html import shown
from channels.simulated.mastodon.uploads import Upload

KEY_LASTS = timedelta(hours=1)

_COUNTS = {"reactions": "favourites", "comments": "replies", "shares": "reblogs"}


@dataclass(slots=True)
class Post:
    """``fields`` are those that it was posted with."""

    published: Published
    fields: dict[str, Any]
    media: list[Upload]
    counts: dict[str, int] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """By Mastodon's names, but for its media and whose it is."""
        return {
            "id": self.published.remote_id,
            "created_at": _written(self.published.at),
            "in_reply_to_id": self.published.reply_to or None,
            "sensitive": self.fields.get("sensitive") == "1",
            "spoiler_text": self.fields.get("spoiler_text", ""),
            "visibility": self.fields["visibility"],
            "language": self.fields.get("language"),
            "url": self.published.url,
            "content": shown(self.published.text),
            "favourites_count": self.counts.get("favourites", 0),
            "reblogs_count": self.counts.get("reblogs", 0),
            "replies_count": self.counts.get("replies", 0),
            **({"quotes_count": self.counts["quotes"]} if "quotes" in self.counts else {}),
        }


class Posts:
    """Those of one account, by their numbers, and by the keys that they came with."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.all: dict[str, Post] = {}
        self.keys: dict[str, tuple[str, datetime]] = {}

    def under(self, key: str) -> Post | None:
        """The one that came with ``key`` within the hour."""
        number, at = self.keys.get(key, ("", self._clock()))
        return self.all.get(number) if key and self._clock() - at < KEY_LASTS else None

    def add(self, post: Post, key: str) -> None:
        """Put one in, and what it answers has one answer more."""
        number, answered = post.published.remote_id, post.published.reply_to
        self.all[number] = post
        for upload in post.media:
            upload.used_by = number
        if answered and post.fields["visibility"] in ("public", "unlisted"):
            before = self.all[answered]
            before.counts["replies"] = before.counts.get("replies", 0) + 1
        if key:
            self.keys[key] = (number, self._clock())

    def count(self, remote_id: str, **counts: int) -> None:
        """What people did with a post, or a thread's first one."""
        known = {_COUNTS.get(name, name): count for name, count in counts.items()}
        self.all[remote_id.split(",")[0]].counts |= known

    def before(self, number: int | None, most: int) -> list[Post]:
        """The newest ones, or those before ``number``; the newest first."""
        found = [one for each, one in self.all.items() if number is None or int(each) < number]
        return found[::-1][:most]


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
