"""Reads what Facebook counts of a Page's posts, in the contract's words. Used by
``channels.facebook``.

Fifty posts are read in one request. One metric that Facebook doesn't know (their names change by
the year) fails the whole of it: then each is asked for by itself, and the names that were refused
while others were told are left out from then on.

Sources: developers.facebook.com/documentation/pages-api/platforminsights/page/deprecated-metrics,
/docs/graph-api/reference/insights; a public probe of v25.0. The ``post_impressions`` family is
gone. UNVERIFIED: that a video's numbers are also found at ``{page}_{video}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from channels.base import ForbiddenError, InvalidContentError, Metric, Reading
from channels.meta.errors import MissingError
from channels.meta.graph import Line
from channels.meta.readings import counted
from channels.web.values import held, objects, tally

INSIGHTS: Mapping[str, Metric] = {
    "post_total_media_view_unique": "reach",
    "post_media_view": "views",
    "post_clicks": "clicks",
}
OF_VIDEOS: Mapping[str, Metric] = {"post_video_views": "views"}
"""Asked for where a video's ``post_media_view`` isn't told."""

COUNTS: Mapping[str, Metric] = {
    "reactions.limit(0).summary(total_count)": "reactions",
    "comments.limit(0).summary(total_count)": "comments",
    "shares": "shares",
}

A_READING = 50
"""How many posts one question takes."""

_REFUSED = (InvalidContentError, ForbiddenError)


class Readings:
    """Reads posts and videos of one Page; knows which metrics were refused so far."""

    def __init__(self, line: Line, page_id: str) -> None:
        self._line = line
        self._page_id = page_id
        self._dead: set[str] = set()

    def read(self, remote_ids: Sequence[str], now: datetime) -> dict[str, Reading]:
        posts = [each for each in remote_ids if "_" in each]
        videos = [each for each in remote_ids if "_" not in each]
        readings: dict[str, Reading] = {}
        for start in range(0, len(posts), A_READING):
            readings |= self._together(posts[start : start + A_READING], now)
        for video in videos:
            readings |= self._alone(video, now)
        if any(not reading.exists for reading in readings.values()) and not self._may_read():
            # "Gone" and "not for this token" are one answer.
            return {name: reading for name, reading in readings.items() if reading.exists}
        return readings

    def is_gone(self, remote_id: str) -> bool:
        """Whether there is no such post, as far as the Page's posts can be read at all."""
        try:
            self._line.get(remote_id, fields="id")
        except MissingError:
            return self._may_read()
        return False

    def _together(self, posts: Sequence[str], now: datetime) -> dict[str, Reading]:
        """Readings of up to ``A_READING`` posts. One that is gone spoils the question, and so does
        one name that is no metric any more: it is asked again in halves, or by what one of the
        posts, asked about by itself, showed to be no name."""
        try:
            told = self._line.get("", ids=",".join(posts), fields=",".join(self._fields()))
        except MissingError:
            if len(posts) == 1:
                return self._alone(posts[0], now)
            half = len(posts) // 2
            return self._together(posts[:half], now) | self._together(posts[half:], now)
        except _REFUSED:
            known = len(self._dead)
            found = self._alone(posts[0], now)
            if len(posts) > 1 and len(self._dead) > known:
                return found | self._together(posts[1:], now)
            for post in posts[1:]:
                found |= self._alone(post, now)
            return found
        readings: dict[str, Reading] = {}
        for post in posts:
            shown = told.get(post)
            if isinstance(shown, dict):
                insights = held(shown.get("insights")).get("data")
                readings[post] = Reading(now, _people_did(shown) | _told(insights, INSIGHTS))
        return readings

    def _fields(self) -> list[str]:
        names = ",".join(self._alive(INSIGHTS))
        return [*COUNTS, f"insights.metric({names}){{name,period,values}}"] if names else [*COUNTS]

    def _alone(self, remote_id: str, now: datetime) -> dict[str, Reading]:
        """The reading of one post or video, however little of it is told."""
        try:
            self._line.get(remote_id, fields="id")
        except MissingError:
            return {remote_id: Reading(now, exists=False)}
        metrics: dict[Metric, int] = {}
        for field in COUNTS:
            metrics |= self._count(remote_id, field)
        names = [remote_id] if "_" in remote_id else [remote_id, f"{self._page_id}_{remote_id}"]
        for name in names:
            found = self._insights(name, INSIGHTS)
            if "views" not in found and "_" not in remote_id:
                found |= self._insights(name, OF_VIDEOS)
            if found:
                metrics |= found
                break
        return {remote_id: Reading(now, metrics)}

    def _count(self, remote_id: str, field: str) -> dict[Metric, int]:
        try:
            return _people_did(self._line.get(remote_id, fields=field))
        except _REFUSED:
            return {}

    def _insights(self, name: str, known: Mapping[str, Metric]) -> dict[Metric, int]:
        found: dict[Metric, int] = {}
        refused: set[str] = set()
        for metric in self._alive(known):
            try:
                told = self._line.get(f"{name}/insights", metric=metric)
            except InvalidContentError:
                refused.add(metric)
            except ForbiddenError:
                continue
            else:
                found |= _told(told.get("data"), known)
        if found:
            # Where all are refused it may be for the object: it isn't held against the names.
            self._dead |= refused
        return found

    def _alive(self, known: Iterable[str]) -> list[str]:
        return [name for name in known if name not in self._dead]

    def _may_read(self) -> bool:
        try:
            self._line.get(f"{self._page_id}/published_posts", fields="id", limit=1)
        except ForbiddenError:
            return False
        return True


def _people_did(shown: Mapping[str, Any]) -> dict[Metric, int]:
    found: dict[Metric, int] = {}
    for field, metric in COUNTS.items():
        told = held(shown.get(field.partition(".")[0]))
        count = tally(held(told.get("summary")).get("total_count", told.get("count")))
        if count is not None:
            found[metric] = count
    return found


def _told(data: Any, known: Mapping[str, Metric]) -> dict[Metric, int]:
    # A day's number is no count so far.
    so_far = [each for each in objects(data) if each.get("period", "lifetime") == "lifetime"]
    return {known[name]: count for name, count in counted(so_far, known).items()}
