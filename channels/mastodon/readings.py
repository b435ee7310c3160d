"""Reads what Mastodon counts of posts, in the contract's words. Used by ``channels.mastodon``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from channels.base import ForbiddenError, InvalidContentError, Metric, Reading, Receipt
from channels.mastodon.line import Line
from channels.web.values import counts

A_READING = 20
"""How many posts one question takes."""

_METRICS: Mapping[str, Metric] = {
    "favourites_count": "reactions",
    "replies_count": "comments",
    "reblogs_count": "shares",
    "quotes_count": "shares",
}


class Readings:
    """Reads through ``line``."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def read(self, receipts: Sequence[Receipt]) -> dict[str, Reading]:
        """By remote id; of a thread, what its first post has."""
        readings: dict[str, Reading] = {}
        for start in range(0, len(receipts), A_READING):
            readings |= self._read(receipts[start : start + A_READING])
        return readings

    def _read(self, receipts: Sequence[Receipt]) -> dict[str, Reading]:
        line, now = self._line, self._line.clock()
        by_id = {receipt.remote_id.split(",")[0]: receipt for receipt in receipts}
        posts: dict[str, Mapping[str, Any]] = {}
        try:
            answer = line.ask(partial(line.api.statuses, list(by_id)))
            posts = {str(post.get("id")): post for post in line.list_in(answer)}
        except (ForbiddenError, InvalidContentError):
            pass  # before 4.3 they are asked for one by one
        readings: dict[str, Reading] = {}
        for number, receipt in by_id.items():
            post = posts.get(number) or line.there(partial(line.api.status, number))
            counts = _metrics(post, receipt) if post is not None else {}
            readings[receipt.remote_id] = Reading(now, counts, exists=post is not None)
        return readings


def _metrics(post: Mapping[str, Any], receipt: Receipt) -> dict[Metric, int]:
    """The counts that ``post`` has; a thread's own second post is no comment on the first."""
    found = counts(post, _METRICS)
    if "comments" in found and "," in receipt.remote_id:
        found["comments"] = max(found["comments"] - 1, 0)
    return found
