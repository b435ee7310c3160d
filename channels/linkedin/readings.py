"""Reads what LinkedIn tells of the readers of a page's posts, in the contract's words.

https://learn.microsoft.com/linkedin/marketing/community-management/organizations/share-statistics
and .../shares/social-metadata-api. Used by ``channels.linkedin``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from channels.base import ForbiddenError, InvalidContentError, Metric, Reading, Receipt
from channels.linkedin.line import Line, encoded, listed
from channels.web.values import counts, held, objects, tally

A_READING = 50
"""How many posts one question takes."""

_COUNTS: Mapping[str, Metric] = {
    "impressionCount": "impressions",
    "uniqueImpressionsCount": "reach",
    "clickCount": "clicks",
    "likeCount": "reactions",
    "commentCount": "comments",
    "shareCount": "shares",
}


class Readings:
    """Of the posts of the page ``owner``; what LinkedIn refuses is left out."""

    def __init__(self, line: Line, owner: str) -> None:
        self._line = line
        self._owner = owner

    def read(self, receipts: Sequence[Receipt], now: datetime) -> dict[str, Reading]:
        """By remote id."""
        readings: dict[str, Reading] = {}
        for start in range(0, len(receipts), A_READING):
            urns = [each.remote_id for each in receipts[start : start + A_READING]]
            counted = statistics(self._told(self._statistics_of(urns)))
            reacted = reactions(self._told(f"/socialMetadata?ids={listed(urns)}", "BATCH_GET"))
            missing = _gone(self._told(f"/posts?ids={listed(urns)}", "BATCH_GET"))
            for urn in urns:
                metrics = {**counted.get(urn, {}), **reacted.get(urn, {})}
                if urn in missing:
                    readings[urn] = Reading(now, exists=False)
                elif metrics:
                    readings[urn] = Reading(now, metrics)
        return readings

    def _told(self, path: str, kind: str = "") -> dict[str, Any]:
        """What LinkedIn tells of readers; nothing where it doesn't allow that."""
        try:
            return self._line.get(path, kind)
        except (ForbiddenError, InvalidContentError):
            return {}

    def _statistics_of(self, urns: Sequence[str]) -> str:
        groups = {
            "shares": [urn for urn in urns if urn.startswith("urn:li:share:")],
            "ugcPosts": [urn for urn in urns if urn.startswith("urn:li:ugcPost:")],
        }
        posts = "".join(f"&{name}={listed(group)}" for name, group in groups.items() if group)
        entity = f"q=organizationalEntity&organizationalEntity={encoded(self._owner)}"
        return f"/organizationalEntityShareStatistics?{entity}{posts}"


def statistics(told: Mapping[str, Any]) -> dict[str, dict[Metric, int]]:
    """By post, what the page's share statistics count; without paid reach."""
    found: dict[str, dict[Metric, int]] = {}
    for each in objects(told.get("elements")):
        urn = each.get("share") or each.get("ugcPost") or each.get("post")
        if urn:
            # Likes may be told as less than none, where those of a paid share were taken back.
            found[str(urn)] = counts(held(each.get("totalShareStatistics")), _COUNTS)
    return found


def reactions(told: Mapping[str, Any]) -> dict[str, dict[Metric, int]]:
    """By post, the reactions of every kind and the comments, as they are now."""
    found: dict[str, dict[Metric, int]] = {}
    for urn, each in held(told.get("results")).items():
        metrics: dict[Metric, int] = {}
        kinds = held(each).get("reactionSummaries")
        if isinstance(kinds, dict):
            of_kinds = [tally(held(kind).get("count")) for kind in kinds.values()]
            # A sum that lacks one of its kinds would be a number of nobody's.
            if None not in of_kinds:
                metrics["reactions"] = sum(count for count in of_kinds if count is not None)
        comments = tally(held(held(each).get("commentSummary")).get("count"))
        if comments is not None:
            metrics["comments"] = comments
        found[urn] = metrics
    return found


def _gone(told: Mapping[str, Any]) -> frozenset[str]:
    """The posts that LinkedIn says aren't there."""
    errors = {urn: held(each).get("status") for urn, each in held(told.get("errors")).items()}
    statuses = {**held(told.get("statuses")), **errors}
    return frozenset(urn for urn, status in statuses.items() if status in (404, 410))
