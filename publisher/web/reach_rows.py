"""The lines of the tables that the reach's pictures are made of: their figures, and those before.

An absent figure is ``None`` to the last: never zero.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher import notation
from publisher.i18n import _
from publisher.reach import words
from publisher.reach.export.tables import Cell, Column
from publisher.reach.figures import Sum, comparable

_FIGURES = ("shown", "reach", "engagement", "link_clicks")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: a name, what it came to, and before (``None``: nothing to hold against).

    ``key`` is its name in the ledger, ``posts`` counts posts where deliveries aren't all there is.
    """

    name: str
    now: Sum
    before: Sum | None = None
    key: str = ""
    posts: int | None = None


def value_of(total: Sum | None, metric: str) -> int | None:
    """A figure of a sum; ``None`` where there is no sum or nobody gave it."""
    found: int | None = getattr(total.figures, metric) if total is not None else None
    return found


def against(row: Row, metric: str) -> str:
    """How much more or less than before, where the two may be compared."""
    if row.before is None or not comparable(row.now, row.before, metric):
        return ""
    return notation.change(value_of(row.now, metric), value_of(row.before, metric))


def counted_columns() -> list[Column]:
    """What ``counted`` gives, by its heads."""
    columns = [Column(_("Number of deliveries"), "number")]
    for name in _FIGURES:
        columns += [Column(words.heading(name), "number"), Column(words.known_of(name), "number")]
    return columns


def before_columns() -> list[Column]:
    """The same of the span before."""
    return [
        Column(_("%(column)s, before") % {"column": one.label}, one.kind)
        for one in counted_columns()
    ]


def counted(total: Sum) -> list[Cell]:
    """A sum in a table: its deliveries, then each figure with how many of them it is known of."""
    cells: list[Cell] = [total.posts]
    for name in _FIGURES:
        cells += [getattr(total.figures, name), total.of[name]]
    return cells


def counted_before(total: Sum | None) -> list[Cell]:
    """The same of the span before; empty cells where there is nothing to hold against."""
    return counted(total) if total is not None else [None] * (1 + 2 * len(_FIGURES))
