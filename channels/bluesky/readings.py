"""Reads what the network's app view counts of an account on Bluesky. Used by
``channels.bluesky``.

An app view is asked through the account's server, which passes the question on to whom
``atproto-proxy`` names, or by its own address. Source: the lexicons app.bsky.feed.getPosts and
app.bsky.actor.getProfile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from channels.base import ChannelError, InvalidContentError, Metric, Reading, Receipt
from channels.bluesky.line import Line
from channels.bluesky.repository import Repository, uris_of
from channels.bluesky.session import Heads
from channels.web.values import counts, tally

A_READING = 25
"""How many posts one question takes."""

_METRICS: Mapping[str, Metric] = {
    "likeCount": "reactions",
    "replyCount": "comments",
    "repostCount": "shares",
    "quoteCount": "shares",
    "bookmarkCount": "saves",
}

_log = logging.getLogger(__name__)


class AppView:
    """The app view at ``where``, for the account of ``repository``: a service that its server
    passes the question on to, one asked directly by its address, or nobody (empty)."""

    def __init__(self, line: Line, repository: Repository, where: str) -> None:
        self._line = line
        self._repository = repository
        self._where = where

    def read(self, receipts: Sequence[Receipt]) -> dict[str, Reading]:
        """By remote id; of a thread, what its first post has. What the app view doesn't show is
        gone only where the account's own server says so: it may show it later, or not to
        everybody."""
        readings: dict[str, Reading] = {}
        for start in range(0, len(receipts), A_READING):
            some = {uris_of(each)[0]: each for each in receipts[start : start + A_READING]}
            shown = self._shown(list(some))
            now = self._line.clock()
            for uri, receipt in some.items():
                if uri in shown:
                    counted = _metrics(shown[uri], threaded="," in receipt.remote_id)
                    readings[receipt.remote_id] = Reading(now, counted)
                elif self._repository.is_gone(uri):
                    readings[receipt.remote_id] = Reading(now, exists=False)
        return readings

    def followers(self, did: str) -> int | None:
        """As the app view counts them. That it doesn't is no reason not to publish."""
        try:
            told = self._viewed(
                lambda api, heads: api.app.bsky.actor.get_profile({"actor": did}, headers=heads)
            )
        except ChannelError as error:
            _log.info("followers can't be counted: %s", error)
            return None
        return tally(told.get("followersCount"))

    def _shown(self, uris: list[str]) -> dict[str, Mapping[str, Any]]:
        """The posts at ``uris`` (25 at most) as the app view shows them, where there is one."""
        told = self._viewed(
            lambda api, heads: api.app.bsky.feed.get_posts({"uris": uris}, headers=heads)
        )
        posts = told.get("posts")
        shown = posts if isinstance(posts, list) else []
        return {str(post.get("uri")): post for post in shown if isinstance(post, dict)}

    def _viewed(self, verb: Callable[[Any, Heads], Any]) -> Mapping[str, Any]:
        """What the app view says; nothing where there is none, or the server knows none."""
        where = self._where
        if not where:
            return {}
        if not where.startswith("did:"):
            return self._line.ask(where, lambda api: verb(api, {}))
        proxied = {"atproto-proxy": where}
        try:
            return self._repository.asked(lambda api, who, heads: verb(api, heads | proxied))
        except InvalidContentError as error:
            _log.info("there is no app view: %s", error)
        return {}


def _metrics(post: Mapping[str, Any], *, threaded: bool) -> dict[Metric, int]:
    """The counts that ``post`` has; a thread's own second post is no comment on the first."""
    found = counts(post, _METRICS)
    if "comments" in found and threaded:
        found["comments"] = max(found["comments"] - 1, 0)
    return found
