"""Keeps a post or a page as a portal does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from channels.simulated import Published
from channels.simulated.wordpress.library import Shelf

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
