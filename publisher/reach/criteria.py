"""Criteria: the plan's indicators, their targets, and what the ledger says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Result:
    """What an indicator came to in a span.

    ``value`` and ``target`` are in ``unit`` ("%", "posts", "people", or the officers' own word);
    ``None`` where nothing can be said yet. ``met`` is whether the target was reached. ``basis``
    tells in the present language what was counted ("41 of 43 entries"). ``trend`` holds the same
    indicator over the spans before and this one, oldest first, by each one's last day.
    """

    id: str
    title: str
    unit: str
    value: float | None
    target: float | None
    met: bool | None
    basis: str
    source: str = ""
    trend: tuple[tuple[date, float | None], ...] = ()
