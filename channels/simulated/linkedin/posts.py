"""Keeps the posts of LinkedIn's stand-in, none of the same words twice, and tells of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.simulated import Published

Shows = tuple[int, tuple[str, ...]]
"""How many media a post has, and the alt texts of its pictures."""


@dataclass(slots=True)
class Post:
    """A post as the stand-in keeps it; ``counts`` by LinkedIn's names."""

    published: Published
    commentary: str
    changed: datetime
    reshares: bool
    content: dict[str, Any]
    counts: Mapping[str, int] = field(default_factory=dict)


class Posts:
    """Those of the page ``author``, by their URNs."""

    def __init__(self, clock: Callable[[], datetime], author: str) -> None:
        self._clock = clock
        self._author = author
        self.all: dict[str, Post] = {}
        self._last_id = 7_240_000_000_000_000_000

    def of_text(self, text: str) -> str:
        """The URN of the post that reads so; empty where there is none, or nothing to be read."""
        same = (urn for urn, post in self.all.items() if text and post.published.text == text)
        return next(same, "")

    def add(self, kind: str, body: Mapping[str, Any], text: str, url: str, shows: Shows) -> str:
        """A post of ``kind`` ("share"), which people see at ``url``; gives its URN."""
        self._last_id += 11
        urn = f"urn:li:{kind}:{self._last_id}"
        content, (media, alts) = body.get("content", {}), shows
        published = Published(
            remote_id=urn,
            text=text,
            at=self._clock(),
            url=f"{url}/feed/update/{urn}",
            title=str(content.get("article", {}).get("title", "")),
            media=media,
            alts=alts,
        )
        commentary, reshares = str(body.get("commentary", "")), not body.get(_NO_RESHARES)
        self.all[urn] = Post(published, commentary, self._clock(), reshares, content)
        return urn

    def told(self, urn: str) -> dict[str, Any]:
        """A post by LinkedIn's names."""
        post = self.all[urn]
        return {
            "id": urn,
            "author": self._author,
            "commentary": post.commentary,
            "lifecycleState": "PUBLISHED",
            "createdAt": int(post.published.at.timestamp() * 1_000),
            "lastModifiedAt": int(post.changed.timestamp() * 1_000),
            _NO_RESHARES: not post.reshares,
        }


_NO_RESHARES = "isReshareDisabledByAuthor"
