"""One row of the table, and the clock: pairs are taken in turns, so that a machine that is busy for
a while is busy for both.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Row:
    """Rounds of (ours, bare) in seconds; ``goal`` is the ratio that the median should keep."""

    ours: str
    bare: str
    rounds: Sequence[tuple[float, float]]
    goal: float

    HEAD: ClassVar[str] = (
        f"{'what':<34}{'against':<24}{'ours':>9}{'bare':>9}{'× least':>9}{'median':>8}{'most':>8}"
        f"{'goal':>7}"
    )

    def __str__(self) -> str:
        ratios = [ours / bare for ours, bare in self.rounds]
        ours, bare = (median(times) for times in zip(*self.rounds, strict=True))
        missed = "" if median(ratios) <= self.goal else "  missed"
        return (
            f"{self.ours:<34}{self.bare:<24}{_span(ours):>9}{_span(bare):>9}"
            f"{min(ratios):>9.1f}{median(ratios):>8.1f}{max(ratios):>8.1f}"
            f"{'≤ ' + format(self.goal, 'g'):>7}{missed}"
        )


def seconds(work: Callable[..., object], *arguments: object) -> float:
    """How long ``work`` takes, with no other work's rubbish to clear away."""
    gc.collect()
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def _span(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
