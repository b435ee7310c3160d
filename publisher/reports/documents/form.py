"""The measures on which a report's documents must agree.

The Word template, the PDF and the facts share them, and the names of styles.
"""

from __future__ import annotations

from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
WORD_TEMPLATE = TEMPLATES / "bao-cao.docx"
TYPST_TEMPLATE = TEMPLATES / "bao-cao.typ"

LEFT_MM, RIGHT_MM = 70, 95
"""The two columns of the head."""

TEXT_MM = LEFT_MM + RIGHT_MM
"""How wide the text is: A4 less margins of 30 and 15 mm."""

HEAD_PT, TITLE_PT = 12, 14
UNIT_RULE, MOTTO_RULE, SUBJECT_RULE = "Vạch đơn vị", "Vạch tiêu ngữ", "Vạch trích yếu"
"""Styles of the empty paragraphs whose upper border is a rule."""

TOGETHER = 8
"""A table of no more rows isn't broken over two pages (bao-cao.typ says the same)."""
