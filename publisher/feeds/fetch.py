"""Fetching a feed politely: only what changed, bounded in time and size.

Conditional requests (ETag, If-Modified-Since) as RFC 9110 has them; nothing here is trusted.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import requests

MAX_BYTES = 5 * 1024 * 1024
TIMEOUT_S = 15.0
TOTAL_S = 60.0
USER_AGENT = "Publisher (feed reader)"


class FeedError(Exception):
    """The feed can't be had now; the text says why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed's body (``None``: unchanged) and what to send along next time."""

    body: bytes | None
    etag: str
    modified: str


def fetch(url: str, etag: str = "", modified: str = "") -> Fetched:
    """Fetch ``url`` unless it is unchanged; raises ``FeedError``."""
    headers = {"User-Agent": USER_AGENT, "Accept": "application/atom+xml, application/rss+xml, */*"}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    deadline = time.monotonic() + TOTAL_S
    try:
        with requests.get(url, headers=headers, timeout=TIMEOUT_S, stream=True) as answer:
            if answer.status_code == requests.codes.not_modified:
                return Fetched(None, etag, modified)
            if answer.status_code != requests.codes.ok:
                raise FeedError(f"HTTP {answer.status_code}")
            body = bytearray()
            for chunk in answer.iter_content(64 * 1024):
                body += chunk
                if len(body) > MAX_BYTES:
                    raise FeedError(f"more than {MAX_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise FeedError(f"longer than {TOTAL_S:.0f} s")
            return Fetched(
                bytes(body),
                answer.headers.get("ETag", ""),
                answer.headers.get("Last-Modified", ""),
            )
    except requests.RequestException as error:
        raise FeedError(type(error).__name__) from None
