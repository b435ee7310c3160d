"""Tables on their way into a file, whatever its form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Kind = Literal["text", "number", "year", "date", "moment", "link", "percent"]
Cell = str | int | float | date | datetime | None
"""A text, a count, a share (0.25 is 25 %), a day, an aware moment, an address; ``None`` is absent.

A moment is written as the clock of its own zone shows it: give local ones, for a workbook knows no
zones. A link that isn't on the web is written as text.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, what stands in it, its width in characters, and whether long texts go
    on over several lines."""

    label: str
    kind: Kind = "text"
    width: float | None = None
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: ``heading`` stands above the table and ``notes`` below it, a line each; ``total``
    is its last row, which filters and sorting leave where it is. Every row has a cell for each
    column."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    heading: Sequence[str] = ()
    total: Sequence[Cell] | None = None
    notes: Sequence[str] = ()
