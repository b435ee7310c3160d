"""Keeps the records of Bluesky's stand-in, and shows them as an app view does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.simulated import Published
from channels.simulated.bluesky.lexicon import cid_of

COUNTS = {
    "reactions": "likeCount",
    "comments": "replyCount",
    "shares": "repostCount",
    "saves": "bookmarkCount",
}


@dataclass(slots=True)
class Post:
    """``cid`` names the record by what it holds."""

    published: Published
    record: dict[str, Any]
    cid: str
    counts: dict[str, int] = field(default_factory=dict)


class Posts:
    """Those of one account, by their address (at://…)."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.all: dict[str, Post] = {}

    def put(self, uri: str, record: dict[str, Any], url: str) -> bool:
        """Keep ``record`` under ``uri``, which people see at ``url``; false where it is there as it
        is."""
        before, content_id = self.all.get(uri), cid_of(record)
        if before is not None and before.cid == content_id:
            return False
        counts = before.counts if before else {}
        self.all[uri] = Post(self._published(uri, record, url), record, content_id, counts)
        parent = self.all.get(_answered(record))
        if parent is not None and before is None:
            parent.counts["replyCount"] = parent.counts.get("replyCount", 0) + 1
        return True

    def count(self, remote_id: str, **counts: int) -> None:
        """What people did with a post, or a thread's first one, by the app view's names."""
        self.all[remote_id.split(",")[0]].counts |= counts

    def shown(self, uri: str, author: dict[str, str]) -> dict[str, Any]:
        """A post as an app view shows it."""
        post = self.all[uri]
        counts = dict.fromkeys((*COUNTS.values(), "quoteCount"), 0) | post.counts
        moment = post.published.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        shown = {"uri": uri, "cid": post.cid, "author": author, "record": post.record}
        return {**shown, **counts, "indexedAt": moment}

    def _published(self, uri: str, record: dict[str, Any], url: str) -> Published:
        embed = record.get("embed", {})
        images = embed.get("images", [])
        return Published(
            remote_id=uri,
            text=record["text"],
            at=self._clock(),
            url=url,
            title=embed.get("external", {}).get("title", ""),
            media=len(images),
            alts=tuple(image["alt"] for image in images),
            reply_to=_answered(record),
        )


def _answered(record: dict[str, Any]) -> str:
    """The address of the post that ``record`` answers."""
    uri: str = record.get("reply", {}).get("parent", {}).get("uri", "")
    return uri
