"""Asks YouTube about a channel and its videos: whose it is, what went up, how each one fares.

Resources are those of https://developers.google.com/youtube/v3/docs: channels, playlistItems (of
the playlist of a channel's own uploads) and videos. Nothing here publishes. Used by
``channels.youtube``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.base import (
    N_,
    Account,
    CannotTellError,
    CredentialsExpiredError,
    Message,
    Metric,
    Reading,
    TransientError,
)
from channels.web.pace import number
from channels.web.values import held, looked_through, moment, name_of, objects, tally
from channels.youtube.line import Line
from channels.youtube.text import is_ours

A_READING = 50
"""How many videos one question takes."""

NOT_SHOWN = frozenset({"failed", "rejected", "deleted"})
"""What ``uploadStatus`` is of a video that nobody will ever see."""

_METRICS: Mapping[str, Metric] = {
    "viewCount": "views",
    "likeCount": "reactions",
    "commentCount": "comments",
}
_A_PAGE = 50
_PAGES_OF_A_SEARCH = 5
_CLOCKS_APART = timedelta(minutes=15)
"""By how much our clock may be ahead of YouTube's."""

_NO_CHANNEL = N_("this Google account has no YouTube channel: log in as the one that has it")
_TOO_MANY = N_("YouTube: too many uploads since then to look through")


@dataclass(frozen=True, slots=True)
class Profile:
    """A channel: whose it is, the playlist of its uploads, and whether its videos may be long
    (``allowed``, ``eligible``, ``disallowed``; empty where that isn't told)."""

    account: Account
    uploads: str
    long_uploads: str


@dataclass(frozen=True, slots=True)
class Status:
    """How YouTube took a video, by its own names: ``uploaded`` (it still works on it),
    ``processed``, ``failed``, ``rejected`` or ``deleted``, and ``why``; who may see it."""

    upload: str = ""
    privacy: str = ""
    why: str = ""


class Videos:
    """One channel's videos, through ``line``."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._uploads = ""

    def profile(self) -> Profile:
        """Whose the credentials are; ``CredentialsExpiredError`` where they are nobody's."""
        parts = "id,snippet,contentDetails,statistics,status"
        told = self._get("/channels", {"part": parts, "mine": "true"})
        channel = next(iter(objects(told.get("items"))), None)
        if channel is None:
            raise CredentialsExpiredError(_NO_CHANNEL)
        snippet, counts = held(channel.get("snippet")), held(channel.get("statistics"))
        number, title = str(channel.get("id", "")), str(snippet.get("title", ""))
        lists = held(held(channel.get("contentDetails")).get("relatedPlaylists"))
        self._uploads = str(lists.get("uploads", ""))
        if not (number and title and self._uploads):
            raise TransientError("YouTube: it doesn't say whose the credentials are")
        handle = str(snippet.get("customUrl", ""))
        hidden = counts.get("hiddenSubscriberCount") is True
        account = Account(
            id=number,
            name=handle if handle.startswith("@") else title,
            url=f"{self._line.at.web}/channel/{number}",
            followers=None if hidden else _count(counts.get("subscriberCount")),
        )
        long_uploads = str(held(channel.get("status")).get("longUploadsStatus", ""))
        return Profile(account, self._uploads, long_uploads)

    def like(self, message: Message, since: datetime) -> str | None:
        """The id of the upload since ``since`` that reads like ``message``; ``None`` where there
        is none. Raises ``CannotTellError`` where not all of them can be seen."""
        for snippet in self._recent(since - _CLOCKS_APART):
            if is_ours(snippet, message):
                return name_of(held(snippet.get("resourceId")), "YouTube", "videoId")
        return None

    def status(self, video_id: str, polls: int, poll_s: float) -> Status | None:
        """How YouTube took a video, once it knows or has been asked ``polls`` times; ``None``
        where it shows none of this id."""
        found: Status | None = None
        for poll in range(polls):
            if poll:
                time.sleep(poll_s)
            told = self._get("/videos", {"part": "status", "id": video_id})
            for video in _items(told):
                status = held(video.get("status"))
                why = status.get("failureReason") or status.get("rejectionReason") or ""
                upload, privacy = status.get("uploadStatus", ""), status.get("privacyStatus", "")
                found = Status(str(upload), str(privacy), str(why))
            if found is not None and found.upload != "uploaded":
                break
        return found

    def readings(self, ids: Sequence[str], now: datetime) -> dict[str, Reading]:
        """Readings of up to ``A_READING`` videos; one that isn't there, or that YouTube rejected
        after all, is gone."""
        told = self._get("/videos", {"part": "statistics,status", "id": ",".join(ids)})
        items = told.get("items")
        videos = objects(items)
        if not isinstance(items, list) or len(videos) < len(items):
            return {}  # nothing is called gone by what can't be read
        readings = {each: Reading(now, exists=False) for each in ids}
        for video in videos:
            video_id, counts = str(video.get("id")), held(video.get("statistics"))
            shown = str(held(video.get("status")).get("uploadStatus")) not in NOT_SHOWN
            if video_id in readings and shown:
                found = {metric: _count(counts.get(name)) for name, metric in _METRICS.items()}
                told_of = {metric: count for metric, count in found.items() if count is not None}
                readings[video_id] = Reading(now, told_of)
        return readings

    def _recent(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        """What the channel uploaded since ``since``, the newest first."""
        uploads = self._uploads or self.profile().uploads
        asked = {"part": "snippet", "playlistId": uploads, "maxResults": str(_A_PAGE)}
        page: dict[str, str] = {}
        for _ in range(_PAGES_OF_A_SEARCH):
            told = self._get("/playlistItems", asked | page)
            items = [held(item.get("snippet")) for item in _items(told)]
            young = [item for item in items if _is_since(item, since)]
            yield from young
            token = told.get("nextPageToken")
            if not token or (items and not young):
                return
            page = {"pageToken": str(token)}
        raise CannotTellError(_TOO_MANY)

    def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        return self._line.ask("GET", f"{self._line.at.api}{path}", params=dict(query))


def _items(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a list holds; where it is empty YouTube may leave it out and count none."""
    none_at_all = "items" not in told and held(told.get("pageInfo")).get("totalResults") == 0
    return looked_through([] if none_at_all else told.get("items"), "YouTube")


def _is_since(item: Mapping[str, Any], since: datetime) -> bool:
    """Whether an upload is from ``since`` on; one that doesn't say when may be."""
    at = moment(item.get("publishedAt"))
    return at is None or at >= since


def _count(written: Any) -> int | None:
    """A count, which YouTube writes as a text; ``None`` where it gives none."""
    return tally(number(written)) if isinstance(written, str) else None
