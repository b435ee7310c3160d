"""What LinkedIn tells of a post's readers, in the contract's words. Pure.

https://learn.microsoft.com/linkedin/marketing/community-management/organizations/share-statistics
and .../shares/social-metadata-api. Used by ``channels.linkedin``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import Metric
from channels.web.values import held, objects, tally

_COUNTS: Mapping[str, Metric] = {
    "impressionCount": "impressions",
    "uniqueImpressionsCount": "reach",
    "clickCount": "clicks",
    "likeCount": "reactions",
    "commentCount": "comments",
    "shareCount": "shares",
}


def statistics(told: Mapping[str, Any]) -> dict[str, dict[Metric, int]]:
    """By post, what the page's share statistics count; without paid reach."""
    found: dict[str, dict[Metric, int]] = {}
    for each in objects(told.get("elements")):
        urn = each.get("share") or each.get("ugcPost") or each.get("post")
        counts = held(each.get("totalShareStatistics"))
        if urn:
            found[str(urn)] = {
                metric: counts[name] for name, metric in _COUNTS.items() if _is_count(counts, name)
            }
    return found


def reactions(told: Mapping[str, Any]) -> dict[str, dict[Metric, int]]:
    """By post, the reactions of every kind and the comments, as they are now."""
    found: dict[str, dict[Metric, int]] = {}
    for urn, each in held(told.get("results")).items():
        metrics: dict[Metric, int] = {}
        kinds = held(each).get("reactionSummaries")
        if isinstance(kinds, dict):
            counted = [held(kind) for kind in kinds.values()]
            metrics["reactions"] = sum(it["count"] for it in counted if _is_count(it, "count"))
        comments = held(held(each).get("commentSummary"))
        if _is_count(comments, "count"):
            metrics["comments"] = comments["count"]
        found[urn] = metrics
    return found


def gone(told: Mapping[str, Any]) -> frozenset[str]:
    """The posts that LinkedIn says aren't there."""
    errors = {urn: held(each).get("status") for urn, each in held(told.get("errors")).items()}
    statuses = {**held(told.get("statuses")), **errors}
    return frozenset(urn for urn, status in statuses.items() if status in (404, 410))


def _is_count(counts: Mapping[str, Any], name: str) -> bool:
    # Likes may be told as less than none, where those of a paid share were taken back.
    return tally(counts.get(name)) is not None
