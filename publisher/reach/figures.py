"""What a post, or several, reached.

The one place where the figures are worked out; what people are told of each stands in
``definitions``.

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
  doubt (``publisher.reach.doubts``; such doubts as ``weighs``), and how many are no longer there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

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
_IN_ORDER = attrgetter(*NAMES)


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


TAKEN_BACK = ("reactions", "comments", "shares", "saves")
"""What people take back every day: a fall of these is kept and flagged, and no sum is doubtful
for it, or every second one would be."""


def weighs(doubt: str) -> bool:
    """Whether a doubt ("falling:views") makes a sum doubtful."""
    sort, _colon, metric = doubt.partition(":")
    return not (sort == "falling" and metric in TAKEN_BACK)


def of_given(given: Mapping[str, int | None], link_clicks: int | None = None) -> Figures:
    """The figures of one reading, from what a platform gave (``GIVEN``)."""
    return in_order([given.get(name) for name in GIVEN], link_clicks)


def in_order(given: Sequence[int | None], link_clicks: int | None = None) -> Figures:
    """The same, from all of ``GIVEN`` in its order."""
    reach, impressions, views, *engaged = given
    reactions, comments, shares, clicks, saves = engaged
    parts = [count for count in engaged if count is not None]
    return Figures(
        reach,
        impressions if impressions is not None else views,
        sum(parts) if parts else None,
        impressions,
        views,
        reactions,
        comments,
        shares,
        clicks,
        saves,
        link_clicks,
    )


def add_up(figures: Iterable[Figures], *, doubtful: int = 0, gone: int = 0) -> Sum:
    """The sum of several deliveries' figures."""
    every = list(map(_IN_ORDER, figures))
    totals: dict[str, int | None] = dict.fromkeys(NAMES)
    covers: dict[str, int] = dict.fromkeys(NAMES, 0)
    for name, column in zip(NAMES, zip(*every, strict=True), strict=False):
        given = [value for value in column if value is not None]
        if given:
            totals[name], covers[name] = sum(given), len(given)
    return Sum(len(every), Figures(**totals), covers, doubtful, gone)


def together(sums: Iterable[Sum]) -> Sum:
    """Several sums, of different deliveries, as one."""
    every = list(sums)
    totals: dict[str, int | None] = {}
    for name in NAMES:
        given = [value for one in every if (value := getattr(one.figures, name)) is not None]
        totals[name] = sum(given) if given else None
    return Sum(
        sum(one.posts for one in every),
        Figures(**totals),
        {name: sum(one.of[name] for one in every) for name in NAMES},
        sum(one.doubtful for one in every),
        sum(one.gone for one in every),
    )


_ALIKE = 0.1
"""Two sums are comparable while the shares of their deliveries that have a figure differ by no
more: a sum over half the posts isn't less than one over all of them."""


def comparable(now: Sum, before: Sum, metric: str) -> bool:
    """Whether the figures of two sums may be held against each other."""
    if getattr(now.figures, metric) is None or not getattr(before.figures, metric):
        return False
    shares = [sum_.of[metric] / sum_.posts for sum_ in (now, before)]
    return abs(shares[0] - shares[1]) <= _ALIKE
