"""Tables as CSV.

As an Excel in Viet Nam opens it by a double click, or as programs expect it. For Excel: UTF-8 with
a byte order mark, without which Excel garbles Vietnamese, and semicolons, as where the comma is the
decimal sign. For programs: commas and no mark (RFC 4180). Figures have no separators of thousands,
days and moments are ISO 8601, an absent figure is an empty cell.

A text that a spreadsheet would take for a formula has an apostrophe put before it: what people and
platforms wrote must never be worked out (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

from publisher.reach.export.tables import Cell, Sheet


def to_csv(sheet: Sheet, *, for_programs: bool = False) -> bytes:
    """The table of ``sheet``: its head and its rows. Neither heading, total nor notes go along, so
    that every line is of one kind."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="," if for_programs else ";", lineterminator="\r\n")
    writer.writerow([_cell(column.label) for column in sheet.columns])
    for cells in sheet.rows:
        writer.writerow([_cell(cell) for cell in cells])
    return text.getvalue().encode("utf-8" if for_programs else "utf-8-sig")


_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.isoformat(timespec="seconds")
        case date():
            return cell.isoformat()
        case str():
            risky = cell.startswith(_LIKE_A_FORMULA) or cell.lstrip().startswith(_LIKE_A_FORMULA)
            clean = cell.replace("\x00", "")
            return f"'{clean}" if risky else clean
        case _:
            return str(cell)
