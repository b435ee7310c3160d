"""Made documents read back: what a Word file and a PDF say, and where a page has ink."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 30, 15, 20, 20
"""The margins, in mm."""

_SCALE = 2


def squeezed(text: str) -> str:
    """``text`` without what a line break may change, hyphens among it."""
    return re.sub(r"[\s\u200b\u00a0\u00ad\u0002\ufffe-]+", "", text)


def paragraphs(path: Path) -> list[str]:
    """The paragraphs of a Word document in order, those of its tables' cells among them."""
    body = Document(str(path)).element.body
    found = (
        "".join(part.text or "" for part in one.iter(qn("w:t"))) for one in body.iter(qn("w:p"))
    )
    return [text for text in found if text.strip()]


def tables(path: Path) -> list[list[list[str]]]:
    """The cells of a Word document's tables that have a heading row."""
    return [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(str(path)).tables
        if table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    ]


@dataclass(frozen=True)
class Page:
    """A page of a PDF: its size in mm, what stands in its text and above it, its picture."""

    width_mm: float
    height_mm: float
    text: str
    above: str
    below: str
    picture: Image.Image

    def ink(self) -> tuple[float, float, float, float] | None:
        """The box of all that is printed between the upper and the lower margin, in mm."""
        top, bottom = (round(mm * MM * _SCALE) for mm in (TOP, self.height_mm - BOTTOM))
        # What reaches a little into the margins is seen as well.
        top, bottom = top - 8, bottom + 8
        strip = self.picture.crop((0, top, self.picture.width, bottom))
        box = strip.point(lambda shade: 255 if shade < 200 else 0).getbbox()
        if box is None:
            return None
        scale = 1 / MM / _SCALE
        return box[0] * scale, (box[1] + top) * scale, box[2] * scale, (box[3] + top) * scale


def pages(path: Path) -> list[Page]:
    """The pages of a PDF."""
    with pypdfium2.PdfDocument(path) as document:
        return list(_pages(document))


def _pages(document: Any) -> Iterator[Page]:
    for page in document:
        width, height = page.get_size()
        text = page.get_textpage()
        top, bottom = height - TOP * MM, BOTTOM * MM
        picture = page.render(scale=_SCALE).to_pil().convert("L")
        yield Page(
            width / MM,
            height / MM,
            text.get_text_bounded(bottom=bottom, top=top),
            text.get_text_bounded(bottom=top),
            text.get_text_bounded(top=bottom),
            picture,
        )
