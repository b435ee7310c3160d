"""Counts what LinkedIn tells of the readers of its stand-in's posts."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.wrappers import Request, Response

from channels.simulated.linkedin.answers import listed, refuse
from channels.simulated.linkedin.posts import Post
from channels.simulated.server import as_json

COUNTS = {
    "impressions": "impressionCount",
    "reach": "uniqueImpressionsCount",
    "clicks": "clickCount",
    "reactions": "likeCount",
    "comments": "commentCount",
    "shares": "shareCount",
}


def statistics(posts: Mapping[str, Post], owner: str, request: Request) -> Response:
    """The share statistics of those of ``posts`` that are asked for."""
    if request.args.get("organizationalEntity") != owner:
        refuse(403, "organizationalEntity", 100)
    elements = [
        {
            "organizationalEntity": owner,
            kind.removesuffix("s"): urn,
            "totalShareStatistics": {
                "engagement": 0.0,
                **dict.fromkeys(COUNTS.values(), 0),
                **posts[urn].counts,
            },
        }
        for kind in ("shares", "ugcPosts")
        for urn in (listed(request, kind) if kind in request.args else ())
        if urn in posts
    ]
    return as_json(200, {"elements": elements})


def metadata(posts: Mapping[str, Post], request: Request) -> Response:
    """The reactions and comments of those of ``posts`` that are asked for."""
    results = {}
    for urn in listed(request, "ids"):
        if urn in posts:
            counts = posts[urn].counts
            likes = {"reactionType": "LIKE", "count": counts.get("likeCount", 0)}
            comments = counts.get("commentCount", 0)
            results[urn] = {
                "reactionSummaries": {"LIKE": likes} if likes["count"] else {},
                "commentSummary": {"count": comments, "topLevelCount": comments},
                "entity": urn,
            }
    return as_json(200, {"results": results, "errors": {}, "statuses": {}})
