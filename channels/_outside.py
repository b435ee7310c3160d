"""What a platform's JSON holds, taken for what it should be or not at all. Pure.

No answer is trusted to have the form that is documented: what has another is as good as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from channels.base import Metric


def objects(told: Any) -> list[dict[str, Any]]:
    """The objects of what should be a list of them; none where it isn't."""
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def held(told: Any) -> dict[str, Any]:
    """What should be an object; an empty one where it isn't."""
    return told if isinstance(told, dict) else {}


def whole(told: Any) -> int | None:
    """What should be a whole number."""
    return told if isinstance(told, int) and not isinstance(told, bool) else None


def moment(told: Any, zone: tzinfo | None = None) -> datetime | None:
    """What should be a time in ISO 8601, aware; ``zone`` is meant where none is written (without
    it such a time tells nothing)."""
    try:
        at = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    if at.tzinfo is None:
        return at.replace(tzinfo=zone) if zone else None
    return at


def counts(told: Mapping[str, Any], names: Mapping[str, Metric]) -> dict[Metric, int]:
    """The metrics that ``told`` gives under the platform's ``names``; several of one are added."""
    found: dict[Metric, int] = {}
    for name, metric in names.items():
        count = whole(told.get(name))
        if count is not None:
            found[metric] = found.get(metric, 0) + count
    return found
