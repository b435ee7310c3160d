"""When a post goes out, for which edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a post goes out and for which edition; ``due`` is aware, in the campaign's zone."""

    edition: int
    anchor: date | None
    due: datetime
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed, as posts see it."""

    title: str
    summary: str
    link: str
    published: datetime | None
