"""Workbooks for Excel, as for LibreOffice.

Tables of typed cells, and nothing that is worked out. What people or platforms wrote is text,
whatever it looks like: no cell is ever a formula, and one that begins like a formula stays text
when somebody edits it. An absent figure is an empty cell, so that sums and averages leave it out.
Rows are written as they come, so that a year's posts needn't stand in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from math import ceil
from pathlib import Path
from typing import IO, Any

from channels.durable import written
from channels.web.hosts import is_web
from publisher.reach.export.tables import Cell, Column, Sheet
from publisher.reach.export.xlsx_forms import (
    FORMS,
    HEAD,
    TOTAL,
    Styles,
    number_form,
    quoted_form,
    width_of,
)
from publisher.reach.export.xlsx_text import cut, plain, title_of


def write_workbook(
    target: Path | IO[bytes],
    sheets: Iterable[Sheet],
    *,
    title: str = "",
    author: str = "",
    made_at: datetime | None = None,
) -> None:
    """Write ``sheets`` to a file, or into an open one; a file is replaced once all is written.

    ``title``, ``author`` and ``made_at`` are the document's properties. Raises ``OSError`` where
    the file can't be written, and ``ValueError`` for a moment without a zone.
    """
    if not isinstance(target, Path):
        _write(target, sheets, title, author, made_at)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with written(target, 0o644) as file:
            _write(file, sheets, title, author, made_at)
    except OSError as error:
        # Whoever reads of it knows the file by its own name.
        error.filename = str(target)
        raise


_MOST_LINKS = 65_530
_MOST_ADDRESS = 2_079
"""Excel's own limits: links on a sheet, letters of an address."""

_MOST_LINES = 27
"""A row is at most 409 points high."""

_PRINTED_WIDTH = 240
"""So many characters stand side by side on a printed page and can still be read."""


def _write(
    file: IO[bytes], sheets: Iterable[Sheet], title: str, author: str, made_at: datetime | None
) -> None:
    # Imported late: what may become a workbook mostly becomes something else.
    import xlsxwriter

    with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "remove_timezone": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(file, options)
        properties: dict[str, Any] = {"title": plain(title), "author": plain(author)}
        if made_at is not None:
            properties["created"] = made_at.astimezone(UTC)
        book.set_properties(properties)
        styles = Styles(book)
        taken: set[str] = set()
        for sheet in sheets:
            _Page(book.add_worksheet(title_of(sheet.title, taken)), sheet, styles).write()
        book.close()


class _Page:
    """One sheet on its way into a workbook; rows go in from the top down, never back."""

    def __init__(self, page: Any, sheet: Sheet, styles: Styles) -> None:
        self._page = page
        self._sheet = sheet
        self._styles = styles
        self._row = 0
        self._links = 0
        self._widths = [width_of(column) for column in sheet.columns]
        self._wrapped = [number for number, column in enumerate(sheet.columns) if column.wrap]

    def write(self) -> None:
        self._set_up()
        for number, line in enumerate(self._sheet.heading):
            self._line(line, {"bold": True, "font_size": 13} if number == 0 else {})
        if self._sheet.heading:
            self._row += 1
        head = self._row
        self._head()
        for cells in self._sheet.rows:
            self._cells(cells, {})
        if self._row > head + 1:
            self._page.autofilter(head, 0, self._row - 1, len(self._sheet.columns) - 1)
        if self._sheet.total is not None:
            self._cells(self._sheet.total, TOTAL)
        self._row += 1
        for line in self._sheet.notes:
            self._line(line, {"italic": True})
        self._page.freeze_panes(head + 1, 0)
        self._page.repeat_rows(head)

    def _set_up(self) -> None:
        for number, width in enumerate(self._widths):
            self._page.set_column(number, number, width)
        self._page.set_landscape()
        self._page.set_paper(9)
        self._page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self._page.set_footer("&C&P/&N")
        pages = ceil(sum(self._widths) / _PRINTED_WIDTH)
        self._page.fit_to_pages(pages, 0)
        if pages > 1:
            self._page.repeat_columns(0, self._names_a_row())

    def _names_a_row(self) -> int:
        """The last of the columns that tell which row it is: up to the first that has its text on
        several lines, or the first of all."""
        wrapped = (n for n, column in enumerate(self._sheet.columns[:4]) if column.wrap)
        return next(wrapped, 0)

    def _line(self, text: str, form: dict[str, Any]) -> None:
        self._page.write_string(self._row, 0, plain(text), self._styles.of(quoted_form(text), form))
        self._row += 1

    def _head(self) -> None:
        labels = (column.label for column in self._sheet.columns)
        self._high_enough(zip(labels, self._widths, strict=True), bold=True)
        for number, column in enumerate(self._sheet.columns):
            side = {"align": "right"} if column.kind in ("number", "percent") else {}
            style = self._styles.of(HEAD, side)
            self._page.write_string(self._row, number, plain(column.label), style)
        self._row += 1

    def _high_enough(self, texts: Iterable[tuple[str, float]], *, bold: bool = False) -> None:
        """Make room for texts in columns so wide. Excel would do it by itself; LibreOffice
        doesn't."""
        per_line = 0.9 if bold else 1.05
        lines = max((ceil(len(text) / (width * per_line)) for text, width in texts), default=1)
        if lines > 1:
            self._page.set_row(self._row, 15 * min(lines, _MOST_LINES))

    def _cells(self, cells: Sequence[Cell], form: dict[str, Any]) -> None:
        self._high_enough(
            (cell, self._widths[number])
            for number in self._wrapped
            if isinstance(cell := cells[number], str)
        )
        for number, (column, cell) in enumerate(zip(self._sheet.columns, cells, strict=True)):
            self._cell(number, column, cell, form)
        self._row += 1

    def _cell(self, number: int, column: Column, cell: Cell, form: dict[str, Any]) -> None:
        page, row = self._page, self._row
        match cell:
            case None | "":
                # A cell that nobody wrote is as empty, and half of a year's are.
                if form:
                    page.write_blank(row, number, None, self._styles.of(form))
            case datetime():
                if cell.tzinfo is None:
                    raise ValueError(f"{column.label}: a moment without a zone")
                page.write_datetime(row, number, cell, self._styles.of(FORMS["moment"], form))
            case date():
                page.write_datetime(row, number, cell, self._styles.of(FORMS["date"], form))
            case int() | float():
                page.write_number(
                    row, number, cell, self._styles.of(number_form(column, cell), form)
                )
            case str():
                self._text(number, column, cell, form)

    def _text(self, number: int, column: Column, text: str, form: dict[str, Any]) -> None:
        if column.kind == "link" and self._is_link(text):
            self._links += 1
            style = self._styles.of(FORMS["link"], form)
            # What is longer than its column would run over the page's edge.
            shown = cut(plain(text), int(self._widths[number]))
            self._page.write_url(self._row, number, text, style, string=shown)
            return
        wrapped = {"text_wrap": True} if column.wrap else {}
        style = self._styles.of(quoted_form(text), wrapped, form)
        self._page.write_string(self._row, number, plain(text), style)

    def _is_link(self, text: str) -> bool:
        return len(text) <= _MOST_ADDRESS and self._links < _MOST_LINKS and is_web(text)
