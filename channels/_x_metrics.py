"""What X counts of a post, in the contract's words. Pure. Used by ``channels.x``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import Metric

_PUBLIC: Mapping[str, Metric] = {
    "impression_count": "impressions",
    "like_count": "reactions",
    "reply_count": "comments",
    "retweet_count": "shares",
    "quote_count": "shares",
    "bookmark_count": "saves",
}
_OF_OUR_OWN: Mapping[str, Metric] = {"url_link_clicks": "clicks"}


def metrics(post: Mapping[str, Any]) -> dict[Metric, int]:
    """The counts that ``post`` has; one that X leaves out is left out."""
    found: dict[Metric, int] = {}
    for group, names in (("public_metrics", _PUBLIC), ("non_public_metrics", _OF_OUR_OWN)):
        counts = post.get(group)
        for name, metric in names.items():
            count = counts.get(name) if isinstance(counts, dict) else None
            if isinstance(count, int):
                found[metric] = found.get(metric, 0) + count
    return found
