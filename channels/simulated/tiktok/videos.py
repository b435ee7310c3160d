"""Shows an account's public posts as TikTok's Display API does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request

from channels.simulated import Published
from channels.simulated.tiktok.answers import body_of, refuse

_SHOWN = 150
COUNTS = {
    "views": "view_count",
    "reactions": "like_count",
    "comments": "comment_count",
    "shares": "share_count",
}


@dataclass(frozen=True, slots=True)
class Post:
    published: Published
    is_public: bool
    title: str
    counts: dict[str, int] = field(default_factory=dict)


def listed(posts: Iterable[Post], request: Request) -> dict[str, Any]:
    """A page of ``posts``, which are public, the newest first."""
    body = body_of(request, {"max_count", "cursor"})
    most, cursor = int(body.get("max_count", 10)), int(body.get("cursor", 2**53))
    if not 1 <= most <= 20:
        refuse(400, "invalid_params", "max_count")
    public = list(posts)
    # By the time of the post, and by its number where that is the same.
    places = {each.published.remote_id: 1_000 * n for n, each in enumerate(public, 1)}
    older = [each for each in public[::-1] if places[each.published.remote_id] < cursor]
    page = older[:most]
    last = places[page[-1].published.remote_id] if page else 0
    return {
        "videos": [_shown(each, request) for each in page],
        "cursor": last,
        "has_more": len(older) > most,
    }


def queried(known: Mapping[str, Post], request: Request) -> dict[str, Any]:
    """Those of the ``known`` posts that are asked for, as far as they are public."""
    ids = body_of(request, {"filters"}).get("filters", {}).get("video_ids", [])
    if not 1 <= len(ids) <= 20 or not all(isinstance(each, str) for each in ids):
        refuse(400, "invalid_params", "video_ids")
    posts = [known[each] for each in ids if each in known]
    return {"videos": [_shown(each, request) for each in posts if each.is_public]}


def _shown(post: Post, request: Request) -> dict[str, Any]:
    known: dict[str, Any] = {
        "id": post.published.remote_id,
        "title": post.title[:_SHOWN],
        "video_description": post.published.text[:_SHOWN],
        "create_time": int(post.published.at.timestamp()),
        **dict.fromkeys(COUNTS.values(), 0),
        **post.counts,
    }
    asked = request.args.get("fields", "").split(",")
    if not set(asked) <= set(known):
        refuse(400, "invalid_params", "fields")
    return {name: known[name] for name in asked}
