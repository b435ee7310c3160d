"""Figures: what a post, or several, reached. The one place where the figures are defined.

- *reach*: people, as the platform counts them, within one channel. Sums over channels count a
  person once for each channel, and sums over posts once for each post: they are never presented
  as unique people.
- *shown*: impressions where a platform gives them, else views.
- *engagement*: reactions + comments + shares + clicks + saves, of those that are given.
- *link clicks*: how often our own short links in a post were followed. Not the platform's clicks,
  which count what it likes to; never part of engagement.
- A metric that no post of a sum has is absent (``None``), never zero; ``Sum.of`` says how many
  deliveries each figure covers.
- Figures stand as they were given. A sum says how many of its deliveries have figures that are in
  doubt (``publisher.reach.doubts``), and how many are no longer there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

ENGAGEMENT = ("reactions", "comments", "shares", "clicks", "saves")
GIVEN = ("reach", "impressions", "views", *ENGAGEMENT)
"""What a platform may give; the columns of a reading."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one delivery, or several, reached; ``None`` is absent."""

    reach: int | None = None
    shown: int | None = None
    engagement: int | None = None
    impressions: int | None = None
    views: int | None = None
    reactions: int | None = None
    comments: int | None = None
    shares: int | None = None
    clicks: int | None = None
    saves: int | None = None
    link_clicks: int | None = None


NAMES: tuple[str, ...] = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True)
class Sum:
    """Figures of ``posts`` deliveries; ``of`` says how many of them each figure covers.

    ``doubtful`` of them have figures in doubt; ``gone`` are no longer on their platform.
    """

    posts: int
    figures: Figures
    of: Mapping[str, int]
    doubtful: int = 0
    gone: int = 0


def of_given(given: Mapping[str, int | None], link_clicks: int | None = None) -> Figures:
    """The figures of one reading, from what a platform gave (``GIVEN``)."""
    parts = [value for name in ENGAGEMENT if (value := given.get(name)) is not None]
    impressions = given.get("impressions")
    return Figures(
        **{name: given.get(name) for name in GIVEN},
        shown=impressions if impressions is not None else given.get("views"),
        engagement=sum(parts) if parts else None,
        link_clicks=link_clicks,
    )


def add_up(figures: Iterable[Figures], *, doubtful: int = 0, gone: int = 0) -> Sum:
    """The sum of several deliveries' figures."""
    every = list(figures)
    totals: dict[str, int | None] = {}
    covers: dict[str, int] = {}
    for name in NAMES:
        given = [value for one in every if (value := getattr(one, name)) is not None]
        totals[name] = sum(given) if given else None
        covers[name] = len(given)
    return Sum(len(every), Figures(**totals), covers, doubtful, gone)
