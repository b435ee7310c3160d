"""Tells whether it is a person who follows a link.

By what the request says of itself, which is thrown away then.

Platforms fetch every link that is posted, to draw a preview of it; search engines and security
scanners follow it too. crawlerdetect knows those that say who they are. Whoever pretends to be a
browser is counted, as by every counter of this kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawlerdetect import CrawlerDetect

_LONGEST = 512
"""crawlerdetect tries some 1,500 patterns: a browser's name is shorter than this."""

_BROWSERS = ("Mozilla/", "Opera/")
"""How every browser's name begins, within the apps of platforms too; that of an app which fetches a
preview (WhatsApp/2.23, Viber/13.3) doesn't."""

_FETCHERS = ("cardyb",)
"""Those that crawlerdetect 0.4 doesn't know. Bluesky's: "Mozilla/5.0 (compatible; Bluesky
Cardyb/1.1; …)"."""


def is_a_reader(environ: Mapping[str, Any]) -> bool:
    """Whether the request of ``environ`` (WSGI's) is a person who opens a page."""
    agent = str(environ.get("HTTP_USER_AGENT", ""))[:_LONGEST]
    if not agent.startswith(_BROWSERS) or any(one in agent.lower() for one in _FETCHERS):
        return False
    if _is_ahead_of_time(environ):
        return False
    # A picture or a script that is fetched from here shows nobody a page. Old browsers don't say.
    if environ.get("HTTP_SEC_FETCH_DEST", "document") != "document":
        return False
    # One for each request: it remembers the names that it saw.
    return not CrawlerDetect(user_agent=agent).is_crawler()


def _is_ahead_of_time(environ: Mapping[str, Any]) -> bool:
    """Whether a browser fetches what its reader may open later: ``Sec-Purpose`` of the Fetch
    standard, and what browsers said before it."""
    said = (environ.get(f"HTTP_{name}", "") for name in ("SEC_PURPOSE", "PURPOSE", "X_MOZ"))
    return any("prefetch" in str(one).lower() for one in said)
