"""One row of the table, and the clock: pairs are taken in turns, so that a machine that is busy for
a while is busy for both.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import ClassVar, Literal


@dataclass(frozen=True, slots=True)
class Row:
    """Rounds of (ours, bare) in seconds, or bytes as ``unit`` says; ``goal`` is the ratio that
    the median should keep."""

    ours: str
    bare: str
    rounds: Sequence[tuple[float, float]]
    goal: float
    unit: Literal["s", "bytes"] = "s"

    HEAD: ClassVar[str] = (
        f"{'what':<50}{'against':<30}{'ours':>9}{'bare':>9}{'× least':>9}{'median':>8}{'most':>8}"
        f"{'goal':>7}"
    )

    def __str__(self) -> str:
        ratios = [ours / bare for ours, bare in self.rounds]
        ours, bare = (median(times) for times in zip(*self.rounds, strict=True))
        missed = "" if median(ratios) <= self.goal else "  missed"
        return (
            f"{self.ours:<50}{self.bare:<30}{self._said(ours):>9}{self._said(bare):>9}"
            f"{min(ratios):>9.2f}{median(ratios):>8.2f}{max(ratios):>8.2f}"
            f"{'≤ ' + format(self.goal, 'g'):>7}{missed}"
        )

    def _said(self, measured: float) -> str:
        return _span(measured) if self.unit == "s" else f"{measured / 1e6:.1f} MB"


def seconds(work: Callable[..., object], *arguments: object) -> float:
    """How long ``work`` takes, with no other work's rubbish to clear away."""
    gc.collect()
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def _span(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
