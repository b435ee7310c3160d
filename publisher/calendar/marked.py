"""A copy of a calendar in which every row says, in a last column, what became of it.

Cells that can't be understood are coloured. The office's own file is never written to.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from channels.durable import written
from publisher.calendar.importing import Import
from publisher.calendar.slips import Slip
from publisher.calendar.workbook import MAX_ROWS
from publisher.files.faults import Fault
from publisher.files.rows import MAX_COLUMNS
from publisher.files.text import shown
from publisher.i18n import _

_RED, _YELLOW, _GREEN = "FFF8CBAD", "FFFFF2CC", "FFE2EFDA"
_MOST_CELLS = MAX_ROWS * MAX_COLUMNS
_WIDTH = 60


def write_marked(source: Path, target: Path, read: Import) -> Fault | None:
    """Write the copy of ``source`` to ``target``; what is told where that can't be done.

    Raises ``OSError`` where the disk refuses.
    """
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill

    raw = source.read_bytes()
    if _cells_of(raw) > _MOST_CELLS:
        return Fault(
            shown(source),
            None,
            "calendar_not_marked",
            _("This workbook is too large to be copied with remarks; the list above has them all."),
            _("Copy its rows into a new workbook, and read that."),
        )
    book = openpyxl.load_workbook(io.BytesIO(raw), keep_links=False)
    for sheet in book.worksheets:
        remarks = _remarks(sheet.title, read)
        if not remarks:
            continue
        column = min(sheet.max_column, MAX_COLUMNS) + 1
        letter = sheet.cell(1, column).column_letter
        sheet.column_dimensions[letter].width = _WIDTH
        for row, (text, colour) in remarks.items():
            cell = sheet.cell(row, column)
            cell.value, cell.data_type = text, "s"
            cell.fill = PatternFill("solid", fgColor=colour)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=colour == _RED)
        for slip in _of_sheet(read.slips, sheet.title):
            if slip.column is not None:
                marked = sheet.cell(slip.row, slip.column)
                # Only the first cell of merged ones can be coloured.
                if type(marked).__name__ != "MergedCell":
                    colour = _RED if slip.keeps_out else _YELLOW
                    marked.fill = PatternFill("solid", fgColor=colour)
    with written(target, 0o644) as file:
        book.save(file)
    return None


def _remarks(sheet: str, read: Import) -> Mapping[int, tuple[str, str]]:
    """What is said of each row, and in which colour."""
    words: dict[int, list[str]] = defaultdict(list)
    colours: dict[int, str] = {}
    for slip in _of_sheet(read.slips, sheet):
        words[slip.row].append(f"{slip.fault.what} {slip.fault.instead}".strip())
        if slip.keeps_out or slip.row not in colours:
            colours[slip.row] = _RED if slip.keeps_out else _YELLOW
    for one in read.written:
        for name, row in one.rows:
            if name == sheet:
                words[row].insert(0, _("Fits: %(file)s") % {"file": one.proposal.path.name})
                colours.setdefault(row, _GREEN)
    return {row: ("\n".join(said), colours[row]) for row, said in words.items()}


def _of_sheet(slips: Sequence[Slip], sheet: str) -> list[Slip]:
    return [slip for slip in slips if slip.sheet == sheet]


def _cells_of(raw: bytes) -> int:
    """How many cells the workbook has, formatted ones too, counted up to what is too many."""
    import zipfile

    from openpyxl.xml.functions import iterparse

    count = 0
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for part in archive.namelist():
            if not part.startswith("xl/worksheets/") or not part.endswith(".xml"):
                continue
            with archive.open(part) as source:
                for _event, node in iterparse(source):
                    count += int(node.tag.endswith(("}c", "}row")))
                    node.clear()
                    if count > _MOST_CELLS:
                        return count
    return count
