"""What Mastodon counts of a post, in the contract's words. Pure. Used by ``channels.mastodon``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import Metric, Receipt
from channels.web.values import counts

_METRICS: Mapping[str, Metric] = {
    "favourites_count": "reactions",
    "replies_count": "comments",
    "reblogs_count": "shares",
    "quotes_count": "shares",
}


def metrics(post: Mapping[str, Any], receipt: Receipt) -> dict[Metric, int]:
    """The counts that ``post`` has; a thread's own second post is no comment on the first."""
    found = counts(post, _METRICS)
    if "comments" in found and "," in receipt.remote_id:
        found["comments"] = max(found["comments"] - 1, 0)
    return found
