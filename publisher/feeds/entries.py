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
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import feedparser

from channels.base import N_
from publisher.campaign.model import FeedSource
from publisher.feeds.body import MAX_ENTRIES, safe
from publisher.feeds.fetch import FeedError
from publisher.planning.dates import moment

MAX_TITLE = 300
MAX_SUMMARY = 1000
MAX_LINK = 2000
MAX_RAW = 200_000
"""So much of a title or a summary is looked at, markup and all."""

GAP = timedelta(minutes=30)
"""The least time between two entries of one campaign."""

MAX_AGE = timedelta(days=7)
"""What a feed says was published longer ago is no news, however late it turns up."""

# What isn't closed reaches to the end, as in a browser; and so no text is gone through twice.
_INLINE = re.compile(
    r"</?(a|abbr|b|code|em|font|i|mark|s|small|span|strong|sub|sup|u)\b[^<>]*>", re.I
)
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.I)
_YEARS = range(1970, 2200)
_UNFIT = re.compile(r"[\s<>\"`\\^{|}\[\]]")


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry: ``key`` names it for ever; ``published_at`` is in UTC where the feed says it."""

    key: str
    title: str
    summary: str
    link: str
    published_at: datetime | None

    def is_news(self, now: datetime) -> bool:
        return self.published_at is None or now - self.published_at <= MAX_AGE


def parse(body: bytes, url: str = "") -> list[ParsedEntry]:
    """The entries of the feed at ``url``, newest first as feeds have them.

    What has no title is left out. Raises ``FeedError`` where ``body`` is no feed at all: an error
    page taken for an empty feed would make everything in the next answer new.
    """
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    text = safe(body)
    try:
        # Its cleaning of markup is long work for what we take the markup out of.
        feed = feedparser.parse(
            text, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # noqa: BLE001 -- a parser of anything may stumble over anything
        raise FeedError(f"can't be read: {type(error).__name__}") from None
    if not feed.get("version") and not feed.entries:
        raise FeedError(N_("what came is no feed (RSS or Atom): see the address"))
    return [entry for raw in feed.entries[:MAX_ENTRIES] if (entry := _entry(raw)) is not None]


def wanted(entry: ParsedEntry, source: FeedSource) -> bool:
    """Whether ``entry`` has one of the campaign's words, with or without diacritics."""
    if not source.keywords:
        return True
    text = f" {_plain(entry.title)} {_plain(entry.summary)} "
    return any(f" {_plain(keyword)} " in text for keyword in source.keywords)


def next_due(
    now: datetime,
    taken: Sequence[datetime],
    most_a_day: int,
    hours: tuple[time, time],
    zone: ZoneInfo,
) -> datetime:
    """When, in UTC, a new entry goes out: now, or the next moment that the rules leave free.

    ``taken`` are the due times of its other entries, of today (in ``zone``) at least; ``hours`` are
    the first and last time of day. A due time once given never moves.
    """
    start, end = hours
    due = max([now, *(other + GAP for other in taken)]).astimezone(UTC)
    while True:
        local = due.astimezone(zone)
        day = local.date()
        same_day = sum(1 for other in taken if other.astimezone(zone).date() == day)
        if local.time() > end or same_day >= most_a_day:
            due = moment(day + timedelta(days=1), start, zone)
        elif local.time() < start:
            due = moment(day, start, zone)
        else:
            return due


def _entry(raw: feedparser.FeedParserDict) -> ParsedEntry | None:
    title = _clean(str(raw.get("title", "")), MAX_TITLE)
    link = str(raw.get("link", "")).strip()
    if not title:
        return None
    link = _UNFIT.sub(lambda sign: quote(sign[0]), link)
    if not link.startswith(("http://", "https://")) or len(link) > MAX_LINK:
        link = ""
    # feedparser's own ``get`` answers a question for the one with the other, and warns of it.
    stamp = raw.get("published_parsed") or dict.get(raw, "updated_parsed")
    identity = str(raw.get("id") or link or title)
    return ParsedEntry(
        key=hashlib.sha256(identity.encode()).hexdigest()[:16],
        title=title,
        summary=_clean(str(raw.get("summary", "")), MAX_SUMMARY),
        link=link,
        published_at=_published_at(stamp) if stamp else None,
    )


def _published_at(stamp: Any) -> datetime | None:
    """The moment of a ``struct_time`` in UTC; ``None`` where it is none."""
    try:
        at = datetime.fromtimestamp(calendar.timegm(stamp), UTC)
        return at if at.year in _YEARS else None
    except (ValueError, OverflowError, OSError):
        return None


def _clean(text: str, most: int) -> str:
    bare = _TAG.sub(" ", _INLINE.sub("", _UNSEEN.sub("", text[:MAX_RAW])))
    words = " ".join(html.unescape(bare).split())
    return unicodedata.normalize("NFC", words[: 4 * most])[:most]


def _plain(text: str) -> str:
    """Lower case without diacritics, so that "Chuyen doi so" finds "chuyển đổi số"."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", letters))
