"""Reads how full the allowances are by which Meta's Graph hosts bound requests.

Source: developers.facebook.com/docs/graph-api/overview/rate-limiting. Used by
``channels.meta.graph``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import requests

from channels.web.values import held, whole

_PERCENTAGES = ("call_count", "total_time", "total_cputime")
_WINDOW_SLIDES = timedelta(minutes=15)
"""Calls are counted over the last hour: after a quarter of it some are free again."""

_MOST_MINUTES = 100_000


def rest_after(answer: requests.Response) -> timedelta | None:
    """How long to rest once an allowance is used up; ``None`` where there is some left."""
    rests = [rest or _WINDOW_SLIDES for percent, rest in _usages(answer) if rest or percent >= 100]
    return max(rests) if rests else None


def rest_told(answer: requests.Response) -> timedelta | None:
    """How long the fullest allowance takes to be free again; ``None`` where that isn't told."""
    told = [rest for _, rest in _usages(answer) if rest]
    return max(told) if told else None


def _usages(answer: requests.Response) -> Iterator[tuple[float, timedelta]]:
    """How full each allowance is, in percent, and how long it takes to be free again (0: untold).

    ``X-App-Usage`` is one allowance; ``X-Business-Use-Case-Usage`` has lists of them by account,
    with minutes.
    """
    app = held(json_in(answer.headers.get("X-App-Usage")))
    business = held(json_in(answer.headers.get("X-Business-Use-Case-Usage")))
    listed = [each for group in business.values() if isinstance(group, list) for each in group]
    for usage in (app, *map(held, listed)):
        percents = [usage.get(name) for name in _PERCENTAGES]
        minutes = usage.get("estimated_time_to_regain_access")
        yield (
            max((each for each in percents if isinstance(each, int | float)), default=0),
            timedelta(minutes=max(0, min(whole(minutes) or 0, _MOST_MINUTES))),
        )


def json_in(text: str | None) -> Any:
    """What JSON in a header or a field holds; an empty object where it can't be read."""
    try:
        return json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
