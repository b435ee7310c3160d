"""What is wrong with a cell of a calendar, told by sheet, row and column as Excel counts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publisher.calendar.headings import LABELS, Head
from publisher.calendar.workbook import Row, Table
from publisher.files.faults import Fault, Severity
from publisher.files.messages import quoted
from publisher.files.text import shown
from publisher.i18n import _


@dataclass(frozen=True, slots=True)
class Slip:
    """A fault of one row; ``column`` counts from 1 (``None``: the whole row)."""

    fault: Fault
    sheet: str
    row: int
    column: int | None = None

    @property
    def keeps_out(self) -> bool:
        """Whether the row isn't taken for it."""
        return self.fault.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a table, and how its columns are headed; ``only`` where the workbook has but one
    sheet of posts."""

    path: Path
    table: Table
    head: Head
    row: Row
    only: bool

    def cell(self, name: str) -> object:
        at = self.head.columns.get(name)
        return self.row.cells[at] if at is not None and at < len(self.row.cells) else None

    def text(self, name: str) -> str:
        """A cell as a text; a number as people see it."""
        value = self.cell(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None or isinstance(value, bool) else str(value).strip()

    def has(self, name: str) -> bool:
        return name in self.head.columns

    def slip(
        self,
        column: str | None,
        code: str,
        what: str,
        instead: str,
        severity: Severity = Severity.ERROR,
    ) -> Slip:
        """What is wrong with the cell in ``column``, or with the whole row."""
        words: Mapping[str, str | int] = {
            "sheet": quoted(self.table.name),
            "row": self.row.number,
            "column": quoted(self._heading(column)) if column else "",
        }
        if self.only:
            where = _("Row %(row)d, column “%(column)s”:") if column else _("Row %(row)d:")
        elif column:
            where = _("Sheet “%(sheet)s”, row %(row)d, column “%(column)s”:")
        else:
            where = _("Sheet “%(sheet)s”, row %(row)d:")
        at = self.head.columns.get(column) if column else None
        fault = Fault(
            shown(self.path), self.row.number, code, f"{where % words} {what}", instead, severity
        )
        return Slip(fault, self.table.name, self.row.number, at + 1 if at is not None else None)

    def _heading(self, column: str) -> str:
        return self.head.words.get(column) or _(LABELS[column])
