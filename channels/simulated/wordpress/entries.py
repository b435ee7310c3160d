"""Keeps posts and pages as a portal does."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any, Self

from channels.simulated import Published
from channels.simulated.wordpress.library import Shelf, free
from channels.simulated.wordpress.terms import Terms

_IMAGE = re.compile(r'<(?:img|video|audio)\b[^>]*?(?:alt|aria-label)="([^"]*)"')


@dataclass(slots=True)
class Entry:
    """A post or a page; ``above`` is the page that it stands below."""

    number: int
    kind: str
    at: datetime
    modified: datetime
    slug: str = ""
    status: str = "draft"
    title: str = ""
    content: str = ""
    excerpt: str = ""
    sticky: bool = False
    featured_media: int = 0
    categories: list[int] = field(default_factory=lambda: [1])
    tags: list[int] = field(default_factory=list)
    views: int = 0
    comments: int = 0
    above: str = ""

    @classmethod
    def out(
        cls, kind: str, number: int, at: datetime, slug: str, content: str, above: str = ""
    ) -> Self:
        """One that readers see."""
        return cls(number, kind, at, at, slug, "publish", content=content, above=above)

    def fill(self, keys: Mapping[str, Any], terms: Terms, shelf: Shelf) -> None:
        """Take over what ``keys`` say; terms and covers that there aren't, WordPress drops."""
        for key in ("status", "title", "content", "excerpt", "sticky", "featured_media"):
            setattr(self, key, keys.get(key, getattr(self, key)))
        known = terms.all
        if "categories" in keys:
            self.categories = [each for each in keys["categories"] if each in known["categories"]]
        self.tags = [each for each in keys.get("tags", []) if each in known["tags"]]
        if self.featured_media not in shelf.attachments:
            self.featured_media = 0

    def link(self, url: str) -> str:
        if self.status == "draft":
            return f"{url}/?p={self.number}"
        before = self.above if self.kind == "page" else self.at.strftime("%Y/%m/%d")
        return f"{url}/{before}/{self.slug}/" if before else f"{url}/{self.slug}/"

    def row(self, url: str, *, commentable: bool) -> dict[str, Any]:
        """Its fields by WordPress's names; ``post_views`` is a plugin's."""
        return {
            "id": self.number,
            "slug": self.slug,
            "status": self.status,
            "link": self.link(url),
            "date_gmt": self.at.strftime("%Y-%m-%dT%H:%M:%S"),
            "modified_gmt": self.modified.strftime("%Y-%m-%dT%H:%M:%S"),
            "title": {"raw": self.title, "rendered": self.title},
            "content": {"raw": self.content, "rendered": self.content},
            "excerpt": {"raw": self.excerpt, "rendered": self.excerpt},
            "sticky": self.sticky,
            "featured_media": self.featured_media,
            "categories": self.categories,
            "tags": self.tags,
            "comment_status": "open" if commentable else "closed",
            "post_views": self.views,
        }

    def shown(self, url: str, shelf: Shelf) -> Published:
        """What a reader sees of it."""
        cover = shelf.attachments.get(self.featured_media)
        alts = [cover.alt] if cover else []
        alts += [unescape(alt) for alt in _IMAGE.findall(self.content)]
        text = unescape(re.sub(r"<[^>]+>", " ", self.content))
        return Published(
            str(self.number),
            " ".join(text.split()),
            self.at,
            url=self.link(url),
            title=unescape(self.title),
            media=len(alts),
            alts=tuple(alts),
            pinned=self.sticky,
        )


class Entries:
    """Those of one portal, by number."""

    def __init__(self) -> None:
        self.all: dict[int, Entry] = {}

    def add(self, entry: Entry) -> int:
        """Put one in; gives its number."""
        self.all[entry.number] = entry
        return entry.number

    def of(self, kind: str, statuses: Container[str]) -> list[Entry]:
        """Those of ``kind`` that are in one of ``statuses``."""
        return [one for one in self.all.values() if one.kind == kind and one.status in statuses]

    def free_slug(self, wanted: str) -> str:
        """``wanted``, or with "-2" and so on behind it where a post has that already."""
        taken = {each.slug for each in self.all.values() if each.kind == "post"}
        return free(wanted, taken, "", first=2)
