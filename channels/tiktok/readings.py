"""Reads what TikTok counts of public posts, in the contract's words. Used by ``channels.tiktok``.

https://developers.tiktok.com/doc/tiktok-api-v2-video-query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from channels.base import InvalidContentError, Metric, RateLimitedError, Reading, Receipt
from channels.tiktok.errors import ScopeMissingError, UnknownJobError
from channels.tiktok.jobs import Job, state_of
from channels.tiktok.line import Line
from channels.web.values import counts, objects

A_READING = 20
"""How many posts one question takes."""

_QUERY = "/v2/video/query/"
_METRICS: Mapping[str, Metric] = {
    "view_count": "views",
    "like_count": "reactions",
    "comment_count": "comments",
    "share_count": "shares",
}
_ASKED_FOR_AN_ID = timedelta(days=30)


def readings(line: Line, receipts: Sequence[Receipt], now: datetime) -> dict[str, Reading]:
    """By remote id; of a post that had no id of its own yet, once TikTok gives it."""
    found: dict[str, Reading] = {}
    by_post = {post_id: each for each in receipts if (post_id := _post_id(line, each, now))}
    ids = list(by_post)
    for start in range(0, len(ids), A_READING):
        asked = ids[start : start + A_READING]
        fields = ",".join(("id", *_METRICS))
        try:
            data = line.ask(_QUERY, {"filters": {"video_ids": asked}}, fields=fields)
        except ScopeMissingError:
            return {}
        told = {str(each.get("id")): each for each in objects(data.get("videos"))}
        for post_id in asked:
            receipt = by_post[post_id]
            if post_id in told:
                found[receipt.remote_id] = Reading(now, counts(told[post_id], _METRICS))
            elif "/video/" in receipt.url:
                found[receipt.remote_id] = Reading(now, exists=False)
    return found


def _post_id(line: Line, receipt: Receipt, now: datetime) -> str:
    """The id under which TikTok counts; empty while there is none. Private posts never get one, so
    nobody asks for ever."""
    if receipt.remote_id.isdecimal():
        return receipt.remote_id
    if now - receipt.at > _ASKED_FOR_AN_ID:
        return ""
    with suppress(UnknownJobError, InvalidContentError, RateLimitedError):
        return state_of(Job(receipt.remote_id, "", receipt.at), line).post_id
    return ""
