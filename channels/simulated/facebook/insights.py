"""Counts for Facebook's stand-in, in the form of Meta's insights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request

from channels.simulated.facebook.people import PAGE_ID
from channels.simulated.meta.graph import invalid, no, refuse

METRICS = {
    "post_total_media_view_unique": "reach",
    "post_media_view": "views",
    "post_clicks": "clicks",
    "post_video_views": "video_views",
}
PAGE_METRICS = {
    "page_media_view": {"day", "days_28"},
    "page_total_media_view_unique": {"day", "days_28"},
    "page_post_engagements": {"day", "days_28"},
    "page_follows": {"day"},
}
"""What is told of the Page itself, and over which periods (days that are over)."""


class Insights:
    """What the token ``may_read``. ``dead_metrics`` are names that are no more, ``dead_periods``
    periods over which the Page isn't told of; ``reached`` are the people whom it reached, by
    period."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.may_read = True
        self.dead_metrics: set[str] = set()
        self.dead_periods: set[str] = set()
        self.reached = {"day": 2_345, "days_28": 45_678}

    def of_page(self, request: Request) -> dict[str, Any]:
        """Of the Page itself."""
        self._check()
        metric, period = request.values.get("metric", ""), request.values.get("period", "")
        if metric not in PAGE_METRICS or metric in self.dead_metrics:
            refuse(invalid("(#100) The value must be a valid insights metric"))
        if period not in PAGE_METRICS[metric] or period in self.dead_periods:
            refuse(invalid("(#100) The period is none that this metric has"))
        reached = self.reached[period] if metric.endswith("_unique") else 0
        ends = [f"{self._clock() - timedelta(days=days):%Y-%m-%d}T07:00:00+0000" for days in (1, 0)]
        values = [{"value": reached - 1, "end_time": ends[0]}]
        values.append({"value": reached, "end_time": ends[1]})
        told = {"name": metric, "period": period, "values": values}
        return {"data": [told | {"id": f"{PAGE_ID}/insights/{metric}/{period}"}]}

    def of_post(self, counts: Mapping[str, int], metrics: list[str]) -> dict[str, Any]:
        """Of a post with these ``counts``."""
        self._check()
        if any(name not in METRICS or name in self.dead_metrics for name in metrics):
            refuse(invalid("(#100) The value must be a valid insights metric"))
        return {
            "data": [
                {
                    "name": name,
                    "period": "lifetime",
                    "values": [{"value": counts.get(METRICS[name], 0)}],
                }
                for name in metrics
            ]
        }

    def _check(self) -> None:
        if not self.may_read:
            refuse(no(200, "(#200) Requires read_insights permission", status=403))
