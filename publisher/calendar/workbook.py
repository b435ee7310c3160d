"""The rows of a workbook that an office plans its posts in, bounded, every cell as Excel holds it.

Merged cells are filled down, hidden rows are marked, formulas give what Excel last worked out.
Whatever can't be used is given back as a ``Fault``, never raised; nothing in a workbook is run.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from publisher import notation
from publisher.files.faults import Fault
from publisher.files.rows import MAX_BYTES, MAX_COLUMNS, OLD_EXCEL, is_safe_workbook
from publisher.files.text import read_bytes, shown
from publisher.i18n import _

MAX_ROWS = 3_000
"""Ten posts a day for most of a year."""

MAX_SHEETS = 40
MAX_CELL = 32_767
"""So many characters Excel itself lets stand in a cell."""

_MAX_MERGED = 5_000

Cell = str | int | float | bool | date | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that nobody has worked out yet."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its number in Excel; ``is_banner`` where cells are merged across it, as headings of
    weeks are."""

    number: int
    cells: tuple[Cell | Formula, ...]
    is_hidden: bool = False
    is_banner: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its name and its rows that aren't blank."""

    name: str
    rows: tuple[Row, ...]
    is_hidden: bool = False


def read_tables(path: Path) -> list[Table] | Fault:
    """The sheets of the workbook ``path``."""
    raw = read_bytes(path, MAX_BYTES)
    if isinstance(raw, Fault):
        return raw
    if raw is None:
        return _fault(
            path,
            "calendar_too_big",
            _("This file is larger than 10 MB, too large for a calendar of posts."),
            _("Take the pictures out of it, and the sheets that don't belong to it."),
        )
    if raw.startswith(OLD_EXCEL):
        return _fault(
            path,
            "calendar_old_excel",
            _("This workbook is in the old form of Excel (.xls), or has a password."),
            _("Open it in Excel and save it as “Excel Workbook (.xlsx)”, without a password."),
        )
    if not raw.startswith(b"PK"):
        return _fault(
            path,
            "calendar_no_workbook",
            _("This is no workbook of Excel (.xlsx)."),
            _("Open it in Excel, or in Google Sheets, and save it as “Excel Workbook (.xlsx)”."),
        )
    return _tables(path, raw)


def _tables(path: Path, raw: bytes) -> list[Table] | Fault:
    try:
        if not is_safe_workbook(raw):
            return _unfit(path)
        return list(_sheets(raw))
    except _TooManyError:
        return _fault(
            path,
            "calendar_too_many",
            _("This calendar has more than %(n)s rows in a sheet, or too many sheets.")
            % {"n": notation.number(MAX_ROWS)},
            _("Split it into several files, one a quarter or a month."),
        )
    except Exception:  # noqa: BLE001 -- a reader of anything may stumble over anything
        return _unfit(path)


class _TooManyError(Exception):
    pass


def _sheets(raw: bytes) -> Iterator[Table]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    unworked = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False)
    if len(book.worksheets) > MAX_SHEETS:
        raise _TooManyError
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for sheet, formulas in zip(book.worksheets, unworked.worksheets, strict=True):
            hidden, merged = _layout(archive, sheet._worksheet_path)
            cells = _cells(sheet, formulas)
            banners = _filled(cells, merged)
            rows = tuple(
                Row(number, tuple(row), number in hidden, number in banners)
                for number, row in sorted(cells.items())
            )
            yield Table(str(sheet.title), rows, sheet.sheet_state != "visible")


def _cells(sheet: Any, formulas: Any) -> dict[int, list[Cell | Formula]]:
    """The rows that aren't blank, by their numbers."""
    found: dict[int, list[Cell | Formula]] = {}
    both = zip(
        sheet.iter_rows(max_col=MAX_COLUMNS),
        formulas.iter_rows(max_col=MAX_COLUMNS),
        strict=True,
    )
    for number, (values, written) in enumerate(both, start=1):
        if not any(cell.value not in (None, "") for cell in written):
            continue
        if len(found) == MAX_ROWS:
            raise _TooManyError
        found[number] = [
            _value(value.value, text.data_type) for value, text in zip(values, written, strict=True)
        ]
    return found


def _value(value: Any, kind: str) -> Cell | Formula:
    from openpyxl.utils.escape import unescape

    if value is None and kind == "f":
        return Formula()
    if isinstance(value, str):
        # Excel writes what XML can't hold, and what looks like that, as _x0041_.
        text = unicodedata.normalize("NFC", unescape(value)[:MAX_CELL])
        return text.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, bool | int | float | datetime | date | time | timedelta):
        return value
    return None if value is None else str(value)[:MAX_CELL]


def _layout(archive: zipfile.ZipFile, part: str) -> tuple[set[int], list[tuple[int, ...]]]:
    """The hidden rows, and the merged cells as first column, first row, last column, last row:
    what is read row by row doesn't tell."""
    from openpyxl.utils import range_boundaries
    from openpyxl.xml.functions import iterparse

    hidden: set[int] = set()
    merged: list[tuple[int, ...]] = []
    row = 0
    with archive.open(part.lstrip("/")) as source:
        for _event, node in iterparse(source):
            tag = node.tag.rpartition("}")[2]
            if tag == "row":
                row = int(node.get("r", row + 1))
                if node.get("hidden") in ("1", "true"):
                    hidden.add(row)
            elif tag == "mergeCell" and len(merged) < _MAX_MERGED:
                merged.append(tuple(range_boundaries(node.get("ref", "A1"))))
            if tag in ("row", "mergeCell", "sheetData"):
                node.clear()
    return hidden, merged


def _filled(cells: dict[int, list[Cell | Formula]], merged: list[tuple[int, ...]]) -> set[int]:
    """Give every row of a merged cell what stands in it; gives the rows that are merged across."""
    banners: set[int] = set()
    filled = 0
    for left, top, right, bottom in merged:
        if right > left and top in cells:
            banners.add(top)
        if bottom == top or top not in cells or left > MAX_COLUMNS:
            continue
        value = cells[top][left - 1]
        for number in range(top + 1, min(bottom, top + MAX_ROWS) + 1):
            filled += 1
            if filled > MAX_ROWS * MAX_COLUMNS:
                raise _TooManyError
            if number in cells:
                cells[number][left - 1] = value
    return banners


def _unfit(path: Path) -> Fault:
    return _fault(
        path,
        "calendar_unfit",
        _("This calendar can't be read: it isn't whole, or no workbook at all."),
        _("Open it in Excel and save it again as “Excel Workbook (.xlsx)”, without a password."),
    )


def _fault(path: Path, code: str, what: str, instead: str) -> Fault:
    return Fault(shown(path), None, code, what, instead)
