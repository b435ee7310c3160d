"""From a feed's body to entries that may become posts.

An entry is known by its id, else by its link; its text is cleaned of markup and bounded.
"""

from __future__ import annotations

import calendar
import hashlib
import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import feedparser

from publisher.campaign.model import FeedSource

MAX_ENTRIES = 500
MAX_TITLE = 300
MAX_SUMMARY = 1000
GAP = timedelta(minutes=30)
"""The least time between two entries of one campaign."""

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry: ``key`` names it for ever; ``published_at`` is in UTC where the feed says it."""

    key: str
    title: str
    summary: str
    link: str
    published_at: datetime | None


def parse(body: bytes) -> list[ParsedEntry]:
    """The entries of a feed, newest first as feeds have them; what has no title is left out."""
    feed = feedparser.parse(body)
    return [entry for raw in feed.entries[:MAX_ENTRIES] if (entry := _entry(raw)) is not None]


def wanted(entry: ParsedEntry, source: FeedSource) -> bool:
    """Whether ``entry`` has one of the campaign's keywords, with or without diacritics."""
    if not source.keywords:
        return True
    text = f" {_plain(entry.title)} {_plain(entry.summary)} "
    return any(_plain(keyword) in text for keyword in source.keywords)


def next_due(
    now: datetime,
    taken: Sequence[datetime],
    most_a_day: int,
    hours: tuple[time, time],
    zone: ZoneInfo,
) -> datetime:
    """When a new entry goes out: now, or the next moment that the campaign's rules leave free.

    ``taken`` are the due times of its other entries. A due time once given never moves.
    """
    start, end = hours
    due = max([now, *(moment + GAP for moment in taken)])
    while True:
        local = due.astimezone(zone)
        if local.time() < start:
            local = datetime.combine(local.date(), start, zone)
        same_day = sum(1 for moment in taken if moment.astimezone(zone).date() == local.date())
        if local.time() <= end and same_day < most_a_day:
            return local.astimezone(UTC)
        due = datetime.combine(local.date() + timedelta(days=1), start, zone)


def _entry(raw: feedparser.FeedParserDict) -> ParsedEntry | None:
    title = _clean(str(raw.get("title", "")), MAX_TITLE)
    link = str(raw.get("link", "")).strip()
    if not title:
        return None
    if not re.match(r"^https?://\S+$", link):
        link = ""
    stamp = raw.get("published_parsed") or raw.get("updated_parsed")
    identity = str(raw.get("id") or link or title)
    return ParsedEntry(
        key=hashlib.sha256(identity.encode()).hexdigest()[:16],
        title=title,
        summary=_clean(str(raw.get("summary", "")), MAX_SUMMARY),
        link=link,
        published_at=datetime.fromtimestamp(calendar.timegm(stamp), UTC) if stamp else None,
    )


def _clean(text: str, most: int) -> str:
    words = " ".join(html.unescape(_TAG.sub(" ", text)).split())
    return unicodedata.normalize("NFC", words)[:most]


def _plain(text: str) -> str:
    """Lower case without diacritics, so that "Chuyen doi so" finds "chuyển đổi số"."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())
