"""Reads what X counts of the account's posts, in the contract's words. Used by ``channels.x``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from channels.base import Metric, Reading, Receipt
from channels.web.values import counts, held, objects
from channels.x.line import Line

A_READING = 100
"""How many posts one question takes."""

_PUBLIC: Mapping[str, Metric] = {
    "impression_count": "impressions",
    "like_count": "reactions",
    "reply_count": "comments",
    "retweet_count": "shares",
    "quote_count": "shares",
    "bookmark_count": "saves",
}
_OF_OUR_OWN: Mapping[str, Metric] = {"url_link_clicks": "clicks"}
_OF_OUR_OWN_FOR = timedelta(days=30)

_NOT_FOUND = "/problems/resource-not-found"


class Readings:
    """Reads through ``line``; with ``non_public`` also what X tells the account alone."""

    def __init__(self, line: Line, *, non_public: bool) -> None:
        self._line = line
        self._non_public = non_public

    def read(self, receipts: Sequence[Receipt], now: datetime) -> dict[str, Reading]:
        """By remote id; of a thread, what its first post has."""
        since = now - _OF_OUR_OWN_FOR
        young = [each for each in receipts if each.at > since and self._non_public]
        old = [each for each in receipts if each not in young]
        readings: dict[str, Reading] = {}
        for group, fields in (
            (young, ["public_metrics", "non_public_metrics"]),
            (old, ["public_metrics"]),
        ):
            for start in range(0, len(group), A_READING):
                readings |= self._read(group[start : start + A_READING], fields, now)
        return readings

    def _read(
        self, receipts: Sequence[Receipt], fields: list[str], now: datetime
    ) -> dict[str, Reading]:
        client = self._line.client
        by_id = {receipt.remote_id.split(",")[0]: receipt.remote_id for receipt in receipts}
        told = self._line.ask(
            lambda: client.get_tweets(list(by_id), tweet_fields=fields, user_auth=True)
        )
        readings: dict[str, Reading] = {}
        for post in objects(told.get("data")):
            remote_id = by_id.get(str(post.get("id")))
            if remote_id is not None:
                readings[remote_id] = Reading(now, _metrics(post))
        for problem in objects(told.get("errors")):
            remote_id = by_id.get(str(problem.get("resource_id", problem.get("value"))))
            if remote_id is not None and str(problem.get("type", "")).endswith(_NOT_FOUND):
                readings[remote_id] = Reading(now, exists=False)
        return readings


def _metrics(post: Mapping[str, Any]) -> dict[Metric, int]:
    """The counts that ``post`` has; one that X leaves out is left out."""
    public, of_our_own = held(post.get("public_metrics")), held(post.get("non_public_metrics"))
    return counts(public, _PUBLIC) | counts(of_our_own, _OF_OUR_OWN)
