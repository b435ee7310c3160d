"""What a platform's JSON holds, taken for what it should be or not at all. Pure.

No answer is trusted to have the form that is documented: what has another is as good as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from channels.base import Metric

_YEARS = range(1970, 2200)
"""Times outside of them are slips of whoever tells them, and some can't even be reckoned with."""

_LONGEST = timedelta(days=3650)
_MOST = 2**63 - 1
"""The largest whole number that a store keeps."""


def objects(told: Any) -> list[dict[str, Any]]:
    """The objects of what should be a list of them; none where it isn't."""
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def held(told: Any) -> dict[str, Any]:
    """What should be an object; an empty one where it isn't."""
    return told if isinstance(told, dict) else {}


def whole(told: Any) -> int | None:
    """What should be a whole number."""
    return told if isinstance(told, int) and not isinstance(told, bool) else None


def tally(told: Any) -> int | None:
    """What should be a count: a whole number, none below nought nor beyond what can be stored."""
    number = whole(told)
    return number if number is not None and 0 <= number <= _MOST else None


def lasting(told: Any) -> timedelta | None:
    """What should be a number of seconds; no more than ten years of them."""
    seconds = whole(told)
    if seconds is None:
        return None
    return timedelta(seconds=min(max(seconds, 0), _LONGEST.total_seconds()))


def unix(told: Any, per_second: int = 1) -> datetime | None:
    """What should be a Unix time, in UTC; ``per_second`` of its units are a second."""
    number = whole(told)
    try:
        at = None if number is None else datetime.fromtimestamp(number / per_second, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at is not None and at.year in _YEARS else None


def moment(told: Any, zone: tzinfo | None = None) -> datetime | None:
    """What should be a time in ISO 8601, aware; ``zone`` is meant where none is written (without
    it such a time tells nothing)."""
    try:
        at = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone)
    return at if at.tzinfo is not None and at.year in _YEARS else None


def counts(told: Mapping[str, Any], names: Mapping[str, Metric]) -> dict[Metric, int]:
    """The metrics that ``told`` gives under the platform's ``names``; several of one are added."""
    found: dict[Metric, int] = {}
    for name, metric in names.items():
        count = tally(told.get(name))
        if count is not None:
            found[metric] = found.get(metric, 0) + count
    return found
