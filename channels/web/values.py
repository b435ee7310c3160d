"""Takes what a platform's JSON holds for what it should be, or not at all. Pure.

No answer is trusted to have the form that is documented: what has another is as good as absent.
But for lists that a post is looked for in: what can't be read there may be that very post.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from math import isfinite
from typing import Any

from channels.base import N_, Metric, TransientError

_YEARS = range(1970, 2200)
"""Times outside of them are slips of whoever tells them, and some can't even be reckoned with."""

_NAME_MAX = 1_000
"""No platform's id is as long; it is kept in the journal and in receipts."""

_LONGEST = timedelta(days=3650)

_NO_LIST = N_("its answer is no list that can be read")
_NAMELESS = N_("it shows the post without its id")


def objects(told: Any) -> list[dict[str, Any]]:
    """The objects of what should be a list of them; none where it isn't."""
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def looked_through(told: Any, platform: str) -> list[dict[str, Any]]:
    """The objects of a list in which a post is looked for. ``TransientError`` where it is no list,
    or not all of it are objects: the post isn't absent because it can't be read."""
    found = objects(told)
    if not isinstance(told, list) or len(found) < len(told):
        raise TransientError(f"{platform}: {_NO_LIST}")
    return found


def name_of(told: Mapping[str, Any], platform: str, key: str = "id") -> str:
    """The id of a post that was looked for and found; ``TransientError`` where it has none, for
    then it is out and can't be named.

    Not for the answer to a request that publishes: one without an id leaves a doubt
    (``HttpSession.json``).
    """
    name = told.get(key)
    if not is_name(name):
        raise TransientError(f"{platform}: {_NAMELESS}")
    return str(name)


def is_name(told: Any) -> bool:
    """Whether it can be an id: a whole number, or a text of sensible length."""
    return whole(told) is not None or (isinstance(told, str) and 0 < len(told) <= _NAME_MAX)


def held(told: Any) -> dict[str, Any]:
    """What should be an object; an empty one where it isn't."""
    return told if isinstance(told, dict) else {}


def whole(told: Any) -> int | None:
    """What should be a whole number."""
    return told if isinstance(told, int) and not isinstance(told, bool) else None


def tally(told: Any) -> int | None:
    """What should be a count: a whole number, as it was told. One below nought or beyond all sense
    is given too: a reading holds what the platform said, and who keeps it flags it."""
    return whole(told)


def lasting(told: Any) -> timedelta | None:
    """What should be a number of seconds, whole or not; no more than ten years of them."""
    seconds = told if isinstance(told, float) and isfinite(told) else whole(told)
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
