"""Which death the next run is to die: by chance, but so that every step has its share.

A step counts once for each way in which doubts are settled; the pair that was hit least goes next.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bench.chaos.steps import (
    ANY_MOMENT,
    AT_THE_GATE,
    INSIDE,
    INSTRUMENTED,
    OTHER_NOT_TAKEN,
    OTHER_TAKEN,
    Death,
    Hit,
)
from channels.base import Settlement

_ASK_NOTHING = frozenset({"webhook", "rss", "email", "apprise"})
"""Their adapters make no request but those that publish."""
_NO_LINE = frozenset({"rss"})

_SOMETIMES_LATER = 0.3
"""The share of deaths that may come at a later time that a run comes to its step."""
_TIMES = {INSIDE: 8}

Pair = tuple[str, Settlement]


class Tally:
    """The deaths that were died, counted by all offices together."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._guard = threading.Lock()
        self._pairs = tuple(pairs)
        self.hits: Counter[tuple[str, Settlement | None]] = Counter()
        self._missed: Counter[Pair] = Counter()
        self._told = 0

    @property
    def kills(self) -> int:
        return self.hits.total()

    def count(self, hit: Hit, settlement: Settlement | None) -> None:
        with self._guard:
            self.hits[hit.step, settlement] += 1

    def missed(self, pair: Pair) -> None:
        """A run that was to end there didn't come there."""
        with self._guard:
            self._missed[pair] += 1

    def is_milestone(self, every: int) -> bool:
        """Whether another ``every`` kills have fallen since this was last asked."""
        with self._guard:
            before, self._told = self._told, self.kills // every
        return self._told > before

    def scarcest(self, among: Sequence[Pair], chance: random.Random) -> Pair:
        """The pair that most needs a death; one that can't be reached comes round more rarely."""
        with self._guard:
            need = {pair: self.hits[pair] + self._missed[pair] / 2 for pair in among}
        least = min(need.values())
        return chance.choice([pair for pair in among if need[pair] == least])

    def of(self, step: str) -> int:
        return sum(count for (name, _how), count in self.hits.items() if name == step)

    def lacks(self, least: int) -> list[str]:
        """The steps hit fewer than ``least`` times, or never for one of the ways to settle."""
        few = [step for step in INSTRUMENTED if self.of(step) < least]
        never = [f"{step} ({how})" for step, how in self._pairs if not self.hits[step, how]]
        return [*few, *never] if least else few


def pairs(settlements: Mapping[str, Settlement]) -> tuple[Pair, ...]:
    """Every step with every settlement for which one of these channels can come to it."""
    return tuple(
        dict.fromkeys(
            (step, how)
            for step in INSTRUMENTED
            for name, how in settlements.items()
            if comes_to(name, step)
        )
    )


def comes_to(channel: str, step: str) -> bool:
    """Whether a delivery on ``channel`` ever comes to ``step``."""
    if step in (OTHER_NOT_TAKEN, OTHER_TAKEN):
        return channel not in _ASK_NOTHING
    return step not in AT_THE_GATE or channel not in _NO_LINE


class Deaths:
    """Chooses deaths among ``steps`` for the channels of ``settlements``; the share ``by_chance``
    falls at any moment of the ``life_s`` in which a run has work."""

    def __init__(
        self,
        settlements: Mapping[str, Settlement],
        tally: Tally,
        chance: random.Random,
        steps: Sequence[str],
        by_chance: float,
        life_s: float,
    ) -> None:
        self._settlements = settlements
        self._pairs = [pair for pair in pairs(settlements) if pair[0] in steps]
        self._tally = tally
        self._chance = chance
        self._by_chance = by_chance
        self._life_s = life_s

    def next(self, most: Mapping[tuple[str, str], int]) -> Death:
        """The next death; ``most`` is how often one run has come to a request so far."""
        if not self._pairs or self._chance.random() < self._by_chance:
            return Death(ANY_MOMENT, after_s=self._chance.uniform(0.0, self._life_s))
        step, how = self._tally.scarcest(self._pairs, self._chance)
        channel = self._chance.choice(
            [n for n, each in self._settlements.items() if each is how and comes_to(n, step)]
        )
        if self._chance.random() >= _SOMETIMES_LATER:
            return Death(step, channel)
        times = most.get((channel, step), 1) if step in AT_THE_GATE else _TIMES.get(step, 2)
        return Death(step, channel, self._chance.randint(1, times))
