"""From a feed's body to entries that may become posts.

An entry is known by its id, else by its link; its text is cleaned of markup and bounded.
"""

from __future__ import annotations

import calendar
import hashlib
import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import feedparser

from channels.base import N_
from channels.web.hosts import is_web
from publisher.feeds.addresses import known_as
from publisher.feeds.body import MAX_ENTRIES, safe
from publisher.feeds.fetch import FeedError
from publisher.feeds.pictured import Picture, pictures_of
from publisher.feeds.words import folded

MAX_TITLE = 300
MAX_SUMMARY = 1000
MAX_LINK = 2000
MAX_RAW = 200_000
"""So much of a title or a summary is looked at, markup and all."""

MAX_AGE = timedelta(days=7)
"""What a feed says was published longer ago is no news, however late it turns up; and what waited
so long for its turn is none either."""

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
    """One entry: ``key`` names it for ever; ``published_at`` is in UTC where the feed says it.

    ``address`` is its link as it is known again (``addresses``; "" where it isn't its own alone),
    ``declared`` the language that the feed claims for it, ``pictures`` those that it shows.
    """

    key: str
    title: str
    summary: str
    link: str
    published_at: datetime | None
    address: str = ""
    declared: str = ""
    pictures: tuple[Picture, ...] = ()

    def is_news(self, now: datetime) -> bool:
        return self.published_at is None or now - self.published_at <= MAX_AGE

    def origin(self, seen_at: datetime) -> datetime:
        """When it was there: what a feed dates into the future was there when it was seen."""
        return seen_at if self.published_at is None else min(self.published_at, seen_at)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """The entries of a feed, newest first as feeds have them; ``patience`` is how long it says that
    it needn't be asked again (``ttl``)."""

    title: str
    entries: tuple[ParsedEntry, ...]
    patience: timedelta = timedelta()


def parse(body: bytes, url: str = "") -> list[ParsedEntry]:
    """The entries of the feed at ``url``; as ``read``."""
    return list(read(body, url).entries)


def read(body: bytes, url: str = "") -> ParsedFeed:
    """What the feed at ``url`` says.

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
    language, home = str(feed.feed.get("language", "")), known_as(str(feed.feed.get("link", "")))
    is_rss = not str(feed.get("version", "")).startswith("atom")
    found = [
        (str(raw.get("id") or ""), entry)
        for raw in feed.entries[:MAX_ENTRIES]
        if (entry := _entry(raw, language, url, is_rss=is_rss)) is not None
    ]
    entries = _told_apart(found, home)
    return ParsedFeed(
        _clean(str(feed.feed.get("title", "")), MAX_TITLE), entries, _patience(feed.feed)
    )


def _entry(
    raw: feedparser.FeedParserDict, language: str, url: str, *, is_rss: bool
) -> ParsedEntry | None:
    title = _clean(str(raw.get("title", "")), MAX_TITLE)
    if not title:
        return None
    link = _UNFIT.sub(lambda sign: quote(sign[0]), str(raw.get("link", "")).strip())
    if not is_web(link) or len(link) > MAX_LINK:
        link = ""
    # feedparser's own ``get`` answers a question for the one with the other, and warns of it.
    stamp = raw.get("published_parsed") or dict.get(raw, "updated_parsed")
    own = str((raw.get("title_detail") or {}).get("language") or "")
    return ParsedEntry(
        key=_key(str(raw.get("id") or link or title)),
        title=title,
        summary=_clean(str(raw.get("summary", "")), MAX_SUMMARY),
        link=link,
        published_at=_published_at(stamp) if stamp else None,
        address=known_as(link),
        declared=own or language,
        pictures=pictures_of(raw, link or url, is_rss=is_rss),
    )


def _told_apart(found: Sequence[tuple[str, ParsedEntry]], home: str) -> tuple[ParsedEntry, ...]:
    """The entries, where neither an id nor an address that several of them share names any."""
    by_id: defaultdict[str, set[str]] = defaultdict(set)
    by_address: defaultdict[str, set[str]] = defaultdict(set)
    for identity, entry in found:
        by_id[identity].add(entry.address or folded(entry.title))
        by_address[entry.address].add(folded(entry.title))
    own: dict[str, ParsedEntry] = {}
    for identity, entry in found:
        address = entry.address
        if address == home or len(by_address[address]) > 1:
            address = ""
        key = entry.key
        if identity and len(by_id[identity]) > 1:
            key = _key(address or entry.title)
        own.setdefault(key, replace(entry, key=key, address=address))
    return tuple(own.values())


def _key(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def _patience(feed: feedparser.FeedParserDict) -> timedelta:
    minutes = str(feed.get("ttl", "")).strip()
    return timedelta(minutes=int(minutes)) if re.fullmatch(r"\d{1,9}", minutes) else timedelta()


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
