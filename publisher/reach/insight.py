"""What worked, by hour or kind, said only where the numbers carry it.

Channels differ in size, weeks in what happened in them. So each delivery is first measured against
what its channel usually gets, then against its week (differences of logarithms to the medians).
What goes out on six channels is one post and not six findings: a post counts by the mean of its
deliveries. A group of posts, such as those of the evening, is then compared with all others by an
aligned rank test (Hodges and Lehmann 1962): were the group's name without meaning, any exchange of
names within a week would be as likely, and how far the sum of the group's ranks then strays is
known without drawing lots. Of all the groups looked at in one report none is named unless it
stands out by more than chance would bring among so many (Bonferroni): of a hundred reports on
figures without any meaning, five name something at most. What is named no longer counts among the
others: else a bad evening would make every other hour look good.

It stays a hint: whether evening posts do better because of the evening, or because the better
posts were written for it, no figures of ours can tell. The mail says so. Pure; the same figures
always say the same.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median
from typing import TypeVar

HOUR, KIND = "hour", "kind"
"""What posts are grouped by."""

BANDS = ((5, 8), (8, 10), (10, 12), (12, 14), (14, 17), (17, 19), (19, 22), (22, 5))
"""The hours of a day in groups, set beforehand: from, up to. Cut after a look at the figures,
some cut would always seem to matter."""

POSTS_LEAST = 10
"""So many posts a group needs, and so many the others."""

WEEKS_LEAST = 3
"""In so many weeks there must be both: one good week is no habit."""

ON_A_CHANNEL_LEAST = 3
"""A channel where a group, or the rest, has fewer deliveries can't tell them apart."""

CHANCE = 0.05
"""How often a report may name something where there is nothing."""

EFFECT_LEAST = 0.15
"""What differs by less than this share is not worth a leader's minute, however sure it is."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A delivery with how often it was shown at a set age. ``post`` names its post on all
    channels, ``week`` is its Monday, ``hour`` its local hour (0-23)."""

    post: tuple[str, int, str, str]
    channel: str
    week: date
    hour: int
    kind: str
    shown: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A group that stands out: its posts were shown ``times`` as often as the ``others`` (counts
    of posts) on the same channels. ``by`` is ``HOUR`` or ``KIND``; ``name`` a kind, or the first
    hour of a band."""

    by: str
    name: str
    times: float
    posts: int
    others: int


@dataclass(frozen=True, slots=True)
class Insight:
    """What may be said of ``posts`` posts; the strongest first. ``compared`` tells by what groups
    there was enough to compare: of the others nothing can be said, not even that nothing is."""

    findings: tuple[Finding, ...] = ()
    compared: tuple[str, ...] = ()
    posts: int = 0


def insight(measured: Iterable[Measured]) -> Insight:
    """What stands out among ``measured``."""
    every = list(measured)
    first = {by: list(_tested(every, by)) for by in _GROUPS}
    count = sum(map(len, first.values()))
    findings: list[Finding] = []
    for by, tested in first.items():
        left = every
        while tested:
            chance, finding = min(tested, key=lambda one: (one[0], -one[1].times, one[1].name))
            if chance > CHANCE / count:
                break
            if abs(finding.times - 1) >= EFFECT_LEAST:
                findings.append(finding)
            left = [one for one in left if _GROUPS[by](one) != finding.name]
            tested = list(_tested(left, by))
    return Insight(
        tuple(sorted(findings, key=lambda one: (-abs(math.log(one.times)), one.by, one.name))),
        tuple(by for by, tested in first.items() if tested),
        len({one.post for one in every}),
    )


def band_of(name: str) -> tuple[int, int]:
    """The hours, from and up to, that a finding by hour is about."""
    return next(band for band in BANDS if band[0] == int(name))


def _band(one: Measured) -> str:
    for start, end in BANDS:
        if start <= one.hour < end or (end < start and not end <= one.hour < start):
            return str(start)
    raise ValueError(f"{one.hour} is no hour")


def _kind(one: Measured) -> str:
    return one.kind


_GROUPS: Mapping[str, Callable[[Measured], str]] = {HOUR: _band, KIND: _kind}


def _tested(every: Sequence[Measured], by: str) -> Iterator[tuple[float, Finding]]:
    """Each group that can be compared, with how likely it is by chance alone."""
    for name in sorted({_GROUPS[by](one) for one in every} - {""}):
        found = _compared(every, by, name, _GROUPS[by])
        if found is not None:
            yield found


Point = tuple[date, bool, float]
"""A post: its week, whether it is of the group, how it did against what is usual."""


def _compared(
    every: Sequence[Measured], by: str, name: str, group_of: Callable[[Measured], str]
) -> tuple[float, Finding] | None:
    """How likely chance alone would set the group apart so far, and how far that is; ``None``
    where there is too little to compare."""
    points = _points(_telling(every, name, group_of), name, group_of)
    inside = [value for _week, is_in, value in points if is_in]
    outside = [value for _week, is_in, value in points if not is_in]
    if min(len(inside), len(outside)) < POSTS_LEAST:
        return None
    sides = defaultdict(set)
    for week, is_in, _value in points:
        sides[week].add(is_in)
    if sum(len(both) == 2 for both in sides.values()) < WEEKS_LEAST:
        return None
    times = math.exp(median(inside) - median(outside))
    return _chance_of(points), Finding(by, name, times, len(inside), len(outside))


def _telling(
    every: Iterable[Measured], name: str, group_of: Callable[[Measured], str]
) -> Iterator[Measured]:
    """The deliveries of channels on which the group and the rest can be told apart."""
    known = [one for one in every if group_of(one)]
    counts = Counter((one.channel, group_of(one) == name) for one in known)
    for one in known:
        if min(counts[one.channel, True], counts[one.channel, False]) >= ON_A_CHANNEL_LEAST:
            yield one


def _points(
    deliveries: Iterable[Measured], name: str, group_of: Callable[[Measured], str]
) -> list[Point]:
    every = list(deliveries)
    usual = _medians((one.channel, math.log1p(one.shown)) for one in every)
    # A post whose channels show it as different kinds is two points, each on its side.
    together: dict[tuple[object, date, bool], list[float]] = defaultdict(list)
    for one in every:
        of_point = (one.post, one.week, group_of(one) == name)
        together[of_point].append(math.log1p(one.shown) - usual[one.channel])
    points = [(week, is_in, fmean(one)) for (_post, week, is_in), one in together.items()]
    of_week = _medians((week, value) for week, _is_in, value in points)
    return [(week, is_in, value - of_week[week]) for week, is_in, value in points]


Key = TypeVar("Key")


def _medians(pairs: Iterable[tuple[Key, float]]) -> Mapping[Key, float]:
    values: dict[Key, list[float]] = defaultdict(list)
    for key, value in pairs:
        values[key].append(value)
    return {key: median(one) for key, one in values.items()}


def _chance_of(points: Sequence[Point]) -> float:
    """How likely names dealt out by lot within each week set the group as far apart: its ranks'
    sum against its mean and variance over all such deals (sampling without replacement)."""
    ranks = _ranks([value for _week, _is_in, value in points])
    weeks: dict[date, list[tuple[bool, float]]] = defaultdict(list)
    for (week, is_in, _value), rank in zip(points, ranks, strict=True):
        weeks[week].append((is_in, rank))
    strayed = variance = 0.0
    for week_points in weeks.values():
        every = [rank for _is_in, rank in week_points]
        inside = [rank for is_in, rank in week_points if is_in]
        if not 0 < len(inside) < len(every):
            continue
        mean = fmean(every)
        strayed += sum(inside) - len(inside) * mean
        spread = sum((rank - mean) ** 2 for rank in every) / (len(every) - 1)
        variance += spread * len(inside) * (len(every) - len(inside)) / len(every)
    return math.erfc(abs(strayed) / math.sqrt(2 * variance)) if variance else 1.0


def _ranks(values: Sequence[float]) -> list[float]:
    """Each value's place among all, from 1; equal ones share the middle of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + end + 1) / 2
        start = end
    return ranks
