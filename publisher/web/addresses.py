"""Addresses that a person pastes into a form: where a post can be seen."""

from __future__ import annotations

from channels.web.hosts import is_web

LONGEST = 2_000


def is_whole(url: str) -> bool:
    """Whether ``url`` was copied whole, and nothing with it."""
    return is_web(url) and url.isprintable() and " " not in url and len(url) <= LONGEST
