"""What X counts of a post, in the contract's words. Pure. Used by ``channels.x``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import Metric
from channels.web.values import counts, held

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
    public, of_our_own = held(post.get("public_metrics")), held(post.get("non_public_metrics"))
    return counts(public, _PUBLIC) | counts(of_our_own, _OF_OUR_OWN)
