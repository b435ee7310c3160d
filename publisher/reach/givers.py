"""Which adapters' platforms give a figure, as the adapters themselves declare it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import channels
from publisher.reach.figures import ENGAGEMENT, GIVEN

Givers = Mapping[str, tuple[str, ...]]
"""The names of adapters, sorted, by the figure (``figures.NAMES``) that their platforms give."""

_WORKED_OUT = {"shown": ("impressions", "views"), "engagement": ENGAGEMENT}


def givers(adapters: Iterable[str]) -> Givers:
    """Those of ``adapters`` that give each figure; figures that none gives are left out.

    Each is imported by that: ask of those that an office has, not of all that there are.
    """
    declared = {name: channels.load(name).metrics for name in sorted(set(adapters))}
    parts = {name: (name,) for name in GIVEN} | _WORKED_OUT
    found = {
        figure: tuple(name for name, metrics in declared.items() if metrics & set(of))
        for figure, of in parts.items()
    }
    return {figure: names for figure, names in found.items() if names}
