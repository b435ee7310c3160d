"""Sets the model and the simulation side by side, as the page shows them (Markdown)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.scaling.ministry import Ministry, Platform
from bench.scaling.model import Late, late, stations
from bench.scaling.simulation import Played, quantile

ENOUGH = 1_000
"""So many posts a platform must have for its quantiles to be held against each other."""

SUMMARY = (
    "| | half are out after | 99 % after | the last after | missed | refused on the way "
    "| workers busy | database busy | line busy | slowest station, by the model |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


def summary(name: str, ministry: Ministry, played: Played) -> str:
    """A scenario in one row."""
    station, needs_s = max(stations(ministry).items(), key=lambda each: each[1])
    every = [late_s for each in played.late_s.values() for late_s in each]
    half, most, last = (quantile(every, of) for of in (0.5, 0.99, 1.0))
    slowest = f"{station}: {span(needs_s)}" if needs_s else "none: there is a worker for each post"
    return (
        f"| {name} | {span(half)} | {span(most)} | {span(last)} "
        f"| {played.missed.total():,} | {played.refused.total():,} "
        f"| {played.workers_busy:.0%} | {played.database_busy:.0%} | {played.line_busy:.0%} "
        f"| {slowest} |"
    )


def platforms(ministry: Ministry, played: Played) -> Iterator[str]:
    """A scenario's platforms, a row each: the model's word and the simulation's."""
    yield "| | posts | model: half, 99 % | simulated: half, 99 %, last | missed | of its limit |"
    yield "|---|---|---|---|---|---|"
    for platform in ministry.platforms:
        name, paper = platform.name, late(ministry, platform)
        half, most, last = (played.quantile(name, of) for of in (0.5, 0.99, 1.0))
        yield (
            f"| {name} | {platform.accounts:,} | {span(paper.p50_s)}, {span(paper.p99_s)} "
            f"| {span(half)}, {span(most)}, {span(last)} | {played.missed[name]:,} "
            f"| {_used(played, platform)} |"
        )


def apart(ministry: Ministry, played: Played) -> tuple[str, float]:
    """Where the model and the simulation are furthest apart, as a part of the simulation's word."""
    found = [
        (f"{platform.name}, {quantile}", abs(said - seen) / seen)
        for platform in ministry.platforms
        if len(played.late_s[platform.name]) >= ENOUGH
        for quantile, said, seen in _both(late(ministry, platform), played, platform.name)
    ]
    return max(found, key=lambda each: each[1], default=("none is large enough", 0.0))


def span(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 60 / 24:.0f} days"


def _both(paper: Late, played: Played, name: str) -> Sequence[tuple[str, float, float]]:
    return (
        ("half", paper.p50_s, played.quantile(name, 0.5)),
        ("99 %", paper.p99_s, played.quantile(name, 0.99)),
    )


def _used(played: Played, platform: Platform) -> str:
    """How much of what its limit allowed until its last post was used."""
    out = len(played.late_s[platform.name])
    if platform.limit is None:
        return "no figure is known"
    if not out:
        return ""
    spans = max(1.0, played.last_s[platform.name] / platform.limit.per_s)
    allowed = platform.limit.allowed * platform.apps * spans
    return f"{min(1.0, out / allowed):.0%}"
