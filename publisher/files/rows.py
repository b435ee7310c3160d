"""The rows of a table that an office keeps in Excel.

CSV or XLSX, bounded, every cell a text. Excel in Viet Nam parts cells by ";" where the machine's
numbers have a decimal comma, by "," where they have a point, and by tabs when it says "Unicode
text"; it writes UTF-8, UTF-16 or the old Windows-1258. Only who knows the table's headings can tell
which was meant, so a CSV file is given once for each sign. Whatever can't be used is given back as
a ``Fault``, never raised.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from publisher import notation
from publisher.files.faults import Fault
from publisher.files.text import read_bytes, shown
from publisher.i18n import _

MAX_BYTES = 10_000_000
MAX_UNPACKED_BYTES = 40_000_000
"""A workbook is a ZIP archive: so much may come out of it."""

MAX_PARTS = 1_000
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 1_000
"""What a cell holds beyond so many characters is left out."""

SIGNS = ";,\t"

_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it stands: ``rows`` from the first, blank ones too, so that the place of a row is
    its number in Excel less one. ``guessed``: its encoding could only be guessed. From line
    ``broken`` on it can't be taken apart (0: it can)."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    guessed: bool = False
    broken: int = 0


def read_sheets(path: Path) -> list[Sheet] | Fault:
    """The sheets of a workbook, or the readings of a CSV file."""
    raw = _bytes_of(path)
    if isinstance(raw, Fault):
        return raw
    if raw.startswith(OLD_EXCEL):
        return _fault(
            path,
            "old_excel",
            _("This is a workbook in the old form of Excel (.xls)."),
            _("Open it in Excel and save it as “Excel Workbook (.xlsx)” or “CSV UTF-8”."),
        )
    return _workbook(path, raw) if raw.startswith(b"PK") else _csv(path, raw)


def too_many(path: Path) -> Fault:
    """What is told of a table that is larger than registers are."""
    return _fault(
        path,
        "too_many_rows",
        _("This table has more than %(n)s rows.") % {"n": notation.number(MAX_ROWS)},
        _("Keep in it only what is registered, one line each."),
    )


def _bytes_of(path: Path) -> bytes | Fault:
    raw = read_bytes(path, MAX_BYTES)
    if raw is None:
        return _fault(
            path,
            "table_too_big",
            _("This file is larger than 10 MB, too large for a table of tasks."),
            _("Take out pictures and sheets that don't belong to it."),
        )
    return raw


# -- CSV ------------------------------------------------------------------------------------------


def _csv(path: Path, raw: bytes) -> list[Sheet] | Fault:
    decoded = _decoded(raw)
    if decoded is None:
        return unknown_encoding(path)
    text, guessed = decoded
    text = unicodedata.normalize("NFC", text)
    sheets = []
    for sign in SIGNS:
        lines = _Lines(text, sign)
        rows = _bounded(lines)
        if rows is None:
            return too_many(path)
        sheets.append(Sheet("", rows, guessed, lines.broken))
    return sheets


class _Lines:
    """The lines of a CSV text, up to the one that can't be taken apart: ``broken``, from 1."""

    def __init__(self, text: str, sign: str) -> None:
        self._reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
        self.broken = 0

    def __iter__(self) -> Iterator[list[str]]:
        last = 0
        try:
            for line in self._reader:
                last = self._reader.line_num
                yield line
        except csv.Error:
            self.broken = last + 1


def broken_at(path: Path, line: int) -> Fault:
    """What is told of a CSV file that can't be taken apart from ``line`` on."""
    return Fault(
        shown(path),
        line,
        "csv",
        _("From this line on the table can't be read: a quotation mark is left open in it."),
        _("Open the file in Excel and save it again as “CSV UTF-8”."),
    )


def unknown_encoding(path: Path) -> Fault:
    """What is told of a file whose letters can't be made out."""
    return _fault(
        path,
        "encoding",
        _("The letters of this file can't be read: it is in an encoding that isn't known."),
        _("Open it in Excel and save it as “CSV UTF-8 (Comma delimited)” or as .xlsx."),
    )


def _decoded(raw: bytes) -> tuple[str, bool] | None:
    """The text, and whether its encoding had to be guessed."""
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if raw.startswith(mark):
            try:
                text = raw.decode(name)
            except UnicodeDecodeError:
                if mark:
                    return None
            else:
                return None if "\0" in text else (text, False)
    try:
        # Windows' own encoding for Vietnamese: vowels and tone marks stand side by side in it.
        return raw.decode("cp1258"), True
    except UnicodeDecodeError:
        return None


# -- XLSX -----------------------------------------------------------------------------------------


def _workbook(path: Path, raw: bytes) -> list[Sheet] | Fault:
    import openpyxl

    unfit = _fault(
        path,
        "workbook",
        _("This workbook can't be read."),
        _("Open it in Excel and save it again as “Excel Workbook (.xlsx)”, without a password."),
    )
    try:
        if not is_safe_workbook(raw):
            return unfit
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheets = []
        for sheet in book.worksheets:
            rows = _bounded(
                [_words(cell) for cell in row]
                for row in sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
            )
            if rows is None:
                return too_many(path)
            sheets.append(Sheet(str(sheet.title), rows))
    except Exception:  # noqa: BLE001 -- a reader of anything may stumble over anything
        return unfit
    return sheets or unfit


def is_safe_workbook(raw: bytes) -> bool:
    """Whether it unpacks to what a workbook may be, and declares no entities of its own: their
    parser would unfold them for ever, and no program that writes workbooks has any.

    Raises whatever an archive that is none makes zipfile raise."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            return False
        # An archive may lie about sizes; ``read`` gives no more than it was told.
        return not any(
            _DECLARES.search(archive.read(part))
            for part in parts
            if part.filename.endswith((".xml", ".rels"))
        )


def _words(cell: Any) -> str:
    """A cell as a person sees it: a code 12 is "12", though Excel holds 12.0."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _bounded(rows: Iterable[list[str]]) -> tuple[tuple[str, ...], ...] | None:
    """``rows`` with tidy cells, up to the last that isn't blank; ``None`` where they are too many.

    A sheet that was once formatted to its end has a million blank ones.
    """
    kept: list[tuple[str, ...]] = []
    blank = 0
    for row in rows:
        cells = tuple(_tidy(row[:MAX_COLUMNS]))
        if not any(cells):
            blank += 1
            continue
        if len(kept) + blank >= MAX_ROWS:
            return None
        kept += [()] * blank + [cells]
        blank = 0
    return tuple(kept)


def _tidy(cells: Iterable[str]) -> Iterator[str]:
    for cell in cells:
        yield unicodedata.normalize("NFC", " ".join(cell[:MAX_CELL].split()))


def _fault(path: Path, code: str, what: str, instead: str) -> Fault:
    return Fault(shown(path), None, code, what, instead)
