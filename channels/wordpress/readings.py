"""Reads what a portal tells of readers: comments, and views where a plugin counts them.

WordPress itself counts no views. Plugins show their number as a field of the post, its meta, or at
a route of their own; which one, the configuration says. Used by ``channels.wordpress``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from channels.base import ChannelError, CredentialsExpiredError, Metric, RateLimitedError, Reading
from channels.web.pace import number
from channels.web.values import held, tally
from channels.wordpress.line import Line, rows_of

_A_PAGE = 100

_log = logging.getLogger(__name__)


class Readings:
    """``views_field`` is a path in a post ("post_views", "meta.views"), or in what ``views_route``
    answers ("post-views-counter/get-post-views/{id}"), which may also be a bare number."""

    def __init__(self, line: Line, views_field: str, views_route: str) -> None:
        self._line = line
        self._field = [part for part in views_field.split(".") if part]
        self._route = views_route.strip("/")

    def of(
        self, kind: Literal["posts", "pages"], numbers: Sequence[str], now: datetime
    ) -> dict[str, Reading]:
        """Readings by number; what isn't there any more, or is in the trash, is gone."""
        readings: dict[str, Reading] = {}
        for start in range(0, len(numbers), _A_PAGE):
            batch = numbers[start : start + _A_PAGE]
            rows = self._rows(kind, batch)
            readings |= {each: Reading(now, exists=False) for each in batch if each not in rows}
            comments = self._comments([each for each in batch if each in rows])
            for each, row in rows.items():
                metrics = self._metrics(row, comments.get(each))
                if metrics:
                    readings[each] = Reading(now, metrics)
        return readings

    def _rows(self, kind: str, numbers: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        fields = ["id", "comment_status"]
        if self._field and not self._route:
            fields.append(self._field[0])
        rows = self._line.rows(
            f"/wp/v2/{kind}",
            include=",".join(numbers),
            status="any",
            per_page=_A_PAGE,
            _fields=",".join(fields),
        )
        wanted = set(numbers)
        return {str(row["id"]): row for row in rows if str(row.get("id")) in wanted}

    def _metrics(self, row: Mapping[str, Any], comments: int | None) -> dict[Metric, int]:
        metrics: dict[Metric, int] = {}
        # Where none can be written, none says nothing.
        if comments or (comments == 0 and row.get("comment_status") == "open"):
            metrics["comments"] = comments
        views = self._views(row)
        if views is not None:
            metrics["views"] = views
        return metrics

    def _comments(self, numbers: Sequence[str]) -> Mapping[str, int]:
        """The approved comments of each: where there are few, all are counted in one request."""
        if not numbers:
            return {}
        try:
            total, rows = self._commented(numbers, _A_PAGE)
            if total <= len(rows):
                counts = dict.fromkeys(numbers, 0)
                for row in rows:
                    counts[str(row.get("post"))] = counts.get(str(row.get("post")), 0) + 1
                return counts
            return {each: self._commented([each], 1)[0] for each in numbers}
        except (CredentialsExpiredError, RateLimitedError):
            raise
        except ChannelError as error:
            _log.info("the portal tells no comments: %s", error)
            return {}

    def _commented(self, numbers: Sequence[str], page: int) -> tuple[int, list[dict[str, Any]]]:
        query = {"post": ",".join(numbers), "per_page": page, "_fields": "id,post"}
        answer = self._line.ask("GET", "/wp/v2/comments", params=query)
        if answer.status_code != 200:
            raise self._line.error_of(answer)
        rows = rows_of(answer)
        total = number(answer.headers.get("X-WP-Total"))
        return (len(rows) if total is None else total), rows

    def _views(self, row: Mapping[str, Any]) -> int | None:
        if not self._route:
            return _count(_at(row, self._field)) if self._field else None
        try:
            answer = self._line.ask("GET", f"/{self._route.replace('{id}', str(row['id']))}")
        except ChannelError as error:
            _log.info("the portal tells no views: %s", error)
            return None
        if answer.status_code != 200:
            return None
        try:
            return _count(_at(answer.json(), self._field))
        except (ValueError, RecursionError):
            return None


def _at(told: Any, path: Sequence[str]) -> Any:
    for part in path:
        told = held(told).get(part)
    return told


def _count(told: Any) -> int | None:
    """A number of views: plugins give meta as texts, or as lists of one."""
    if isinstance(told, list) and len(told) == 1:
        told = told[0]
    return tally(number(told) if isinstance(told, str) else told)
