"""A whole storm: over two offices with forked daemons and one with fresh ones, all at once."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.chaos import storm as storms
from bench.chaos.clock import LeapingClock
from bench.chaos.deaths import Deaths, Tally, pairs
from bench.chaos.nursery import Fork, Fresh
from bench.chaos.office import OFFICES, Office
from bench.chaos.steps import AT_THE_GATE, INSTRUMENTED
from bench.chaos.storm import DaemonFellError, Storm
from bench.chaos.verdict import Count, Wrong, count
from channels import load
from channels.base import Settlement

_FORK_S, _FRESH_S = 0.8, 3.0
"""For about so long a run has work, on a machine that isn't busy."""
_FORKS_BY_CHANCE, _FRESH_BY_CHANCE = 0.2, 0.5
_SELDOM, _OFTEN = "10m", "2s"
_TELL_EVERY = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What a storm is to be. ``fresh`` of the ``kills`` fall on ``publisher run`` itself, the rest
    on forks; each step is hit ``least`` times, and once on each kind of settlement."""

    seed: int
    channels: tuple[str, ...]
    kills: int
    least: int
    fresh: int


@dataclass(slots=True)
class Result:
    """What came of it: where the kills fell, what became of the posts, which steps were hit too
    rarely, which daemons didn't end as they should."""

    tally: Tally
    fresh_kills: int = 0
    counts: dict[str, Count] = field(default_factory=dict)
    lacks: list[str] = field(default_factory=list)
    fell: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def wrongs(self) -> list[Wrong]:
        return [wrong for count in self.counts.values() for wrong in count.wrong]

    @property
    def is_good(self) -> bool:
        return not (self.wrongs or self.lacks or self.fell)


def weathered(plan: Plan, folder: Path, tell: Callable[[str], None]) -> Result:
    """Play ``plan`` in ``folder``; ``tell`` hears how far it is."""
    # A platform whose client dies in mid-request would say so at length.
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    began = time.monotonic()
    tally = Tally(pairs(_settlements(plan.channels)))
    result = Result(tally)

    broken = threading.Event()

    def goes_on(storm: Storm) -> bool:
        if tally.is_milestone(_TELL_EVERY):
            tell(f"{tally.kills} kills, {time.monotonic() - began:.0f} s")
        if storm.start is Fresh:
            return not broken.is_set() and storm.killed < plan.fresh
        lacks = tally.kills < plan.kills or bool(tally.lacks(plan.least))
        return not broken.is_set() and lacks and storm.killed < _most(plan)

    def play(storm: Storm) -> None:
        try:
            while goes_on(storm):
                storm.kill_one()
            storm.calm()
        except BaseException:
            broken.set()
            raise

    with ExitStack() as stack, ThreadPoolExecutor(len(OFFICES) + 1) as pool:
        played = [
            *_forked(plan, folder, tally, stack),
            *_fresh(plan, folder, tally, stack),
        ]
        for storm, future in [(storm, pool.submit(play, storm)) for storm in played]:
            try:
                future.result()
            except DaemonFellError as error:
                result.fell.append(f"{storm.office.root.name}: {error}")
            for channel, found in count(storm.office, storm.unasked).items():
                result.counts.setdefault(channel, Count()).add(found)
    result.fresh_kills = sum(storm.killed for storm in played if storm.start is Fresh)
    result.lacks = tally.lacks(plan.least)
    result.seconds = time.monotonic() - began
    return result


def _forked(plan: Plan, folder: Path, tally: Tally, stack: ExitStack) -> Iterator[Storm]:
    """A storm for each office that has any of the plan's channels."""
    lead = -(_most(plan) * storms.A_KILL + storms.AFTERWARDS)
    for number, platforms in enumerate(OFFICES if plan.fresh < plan.kills else ()):
        names = tuple(name for name in platforms if name in plan.channels)
        if names:
            chance = random.Random(f"{plan.seed}/{number}")
            root, clock = folder / f"forks-{number}", LeapingClock(lead)
            office = stack.enter_context(Office(root, names, clock, chance, every=_SELDOM))
            steps = (INSTRUMENTED, _FORKS_BY_CHANCE, _FORK_S)
            deaths = Deaths(office.settlements, tally, chance, *steps)
            yield Storm(office, Fork, deaths, tally, chance)


def _fresh(plan: Plan, folder: Path, tally: Tally, stack: ExitStack) -> Iterator[Storm]:
    """The storm over ``publisher run``, on all channels."""
    if plan.fresh:
        chance = random.Random(f"{plan.seed}/fresh")
        root, clock = folder / "fresh", LeapingClock()
        office = stack.enter_context(Office(root, plan.channels, clock, chance, every=_OFTEN))
        steps = (AT_THE_GATE, _FRESH_BY_CHANCE, _FRESH_S)
        deaths = Deaths(office.settlements, tally, chance, *steps)
        yield Storm(office, Fresh, deaths, tally, chance)


def _most(plan: Plan) -> int:
    """So many runs are killed in one office at most, should a step not be come to."""
    return 2 * plan.kills + 100


def _settlements(names: Iterable[str]) -> dict[str, Settlement]:
    return {name: load(name).settlement for name in names}
