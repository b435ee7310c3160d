"""The building blocks of the Word template (``word_template``).

Paragraphs, commands and tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from publisher.reports.documents.form import LEFT_MM, RIGHT_MM
from publisher.reports.documents.word_styles import BODY, COMMAND, HEADINGS

Column = tuple[float, str, str, str]
"""Of a table: its width in mm, its heading, the variable below it, its style."""


def paragraph(place: Any, style: str, text: str = "") -> Any:
    """A new paragraph at the end of a document or cell; a cell's first one is there already."""
    first = getattr(place, "_tc", None) is not None and not getattr(place, "begun", False)
    made = place.paragraphs[0] if first else place.add_paragraph()
    if first:
        place.begun = True
    made.style = style
    if text:
        made.add_run(text)
    return made


def command(place: Any, words: str) -> None:
    """A paragraph that is none: docxtpl takes it out."""
    paragraph(place, COMMAND, f"{{%p {words} %}}")


def given(place: Any, condition: str, style: str, text: str) -> None:
    """A paragraph that is there only where ``condition`` holds."""
    command(place, f"if {condition}")
    paragraph(place, style, text)
    command(place, "endif")


def each(place: Any, of: str, style: str = BODY) -> None:
    """A paragraph for each line of ``of``."""
    command(place, f"for line in {of}")
    paragraph(place, style, "{{ line }}")
    command(place, "endfor")


def rows_of(document: Any, columns: Sequence[Column], of: str, *, total: bool = False) -> None:
    """A table with a row for each of ``of.rows``, and one for ``of.total`` where it has any."""
    rows = [
        [heading for _width, heading, _name, _style in columns],
        f"{{%tr for row in {of}.rows %}}",
        [f"{{{{ row.{name} }}}}" for _width, _heading, name, _style in columns],
        "{%tr endfor %}",
    ]
    if total:
        rows += [
            f"{{%tr if {of}.total %}}",
            [f"{{{{ {of}.total.{name} }}}}" for _width, _heading, name, _style in columns],
            "{%tr endif %}",
        ]
    table = document.add_table(len(rows), len(columns))
    table.style = "Table Grid"
    _fixed(table, [width for width, *_rest in columns])
    for place, content in enumerate(rows):
        row = table.rows[place]
        if isinstance(content, str):
            row.cells[0].merge(row.cells[-1])
            row.cells[0].paragraphs[0].style = COMMAND
            row.cells[0].paragraphs[0].add_run(content)
            continue
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if place == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, column in zip(row.cells, content, columns, strict=True):
            inside = cell.paragraphs[0]
            inside.style = HEADINGS if place == 0 else column[3]
            inside.add_run(text).bold = True if place > 3 else None
            _middle(cell)


def two_columns(
    document: Any, rows: int, widths: tuple[float, float] = (LEFT_MM, RIGHT_MM)
) -> tuple[list[Any], list[Any]]:
    """A table without rules, for what stands side by side; gives its cells by column."""
    table = document.add_table(rows, 2)
    _fixed(table, widths, margin_mm=0)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    left, right = ([row.cells[side] for row in table.rows] for side in (0, 1))
    return left, right


def _fixed(table: Any, widths: Sequence[float], margin_mm: float = 1.4) -> None:
    table.autofit = False
    table.alignment = None
    properties = table._tbl.tblPr
    margins = OxmlElement("w:tblCellMar")
    for side, size in (
        ("top", margin_mm / 2),
        ("left", margin_mm),
        ("bottom", margin_mm / 2),
        ("right", margin_mm),
    ):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(Mm(size).twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    total = OxmlElement("w:tblW")
    total.set(qn("w:w"), str(sum(Mm(width).twips for width in widths)))
    total.set(qn("w:type"), "dxa")
    for old in properties.findall(qn("w:tblW")):
        properties.remove(old)
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(total)
    # At the text's own edge: Word puts a table's text there otherwise, and its rules outside.
    indent = OxmlElement("w:tblInd")
    indent.set(qn("w:w"), "0")
    indent.set(qn("w:type"), "dxa")
    layout.addprevious(indent)
    layout.addnext(margins)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _middle(cell: Any) -> None:
    align = OxmlElement("w:vAlign")
    align.set(qn("w:val"), "center")
    cell._tc.get_or_add_tcPr().append(align)
