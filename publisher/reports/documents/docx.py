"""The document in Word's format, from a template that an office can edit in Word.

Where the office has no template of its own the shipped one is used (``word_template`` makes it).
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateError as JinjaError
from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from publisher.i18n import _
from publisher.reports.documents.compose import facts_of
from publisher.reports.documents.facts import Facts
from publisher.reports.documents.form import (
    SUBJECT_RULE,
    TEXT_MM,
    TOGETHER,
    UNIT_RULE,
    WORD_TEMPLATE,
)
from publisher.reports.documents.sandbox import WordSandbox
from publisher.reports.periodic import PeriodicReport

MAX_BYTES = 50 * 1024 * 1024
"""What a template may hold once unpacked."""

_TWIPS_PER_MM = 1440 / 25.4


class TemplateError(Exception):
    """A Word template can't be filled in; its text says why, in the present language."""


def write_docx(report: PeriodicReport, path: Path, template: Path | None = None) -> None:
    """Write ``report`` to ``path``, by the office's ``template`` or the shipped one.

    Raises ``TemplateError``; nothing is written then.
    """
    facts = facts_of(report)
    document = _opened(template or WORD_TEMPLATE)
    try:
        document.render(_variables(facts, document), WordSandbox())
    except (JinjaError, TypeError) as error:
        raise TemplateError(_what_is_wrong(error)) from None
    except (SyntaxError, KeyError, ValueError, AttributeError) as error:
        raise TemplateError(_misplaced()) from error
    _finish(document, facts, report)
    made = io.BytesIO()
    document.save(made)
    path.write_bytes(made.getvalue())


def copy_template(path: Path) -> None:
    """Put a copy of the shipped template at ``path``, for an office to edit in Word."""
    shutil.copyfile(WORD_TEMPLATE, path)


class _Document(DocxTemplate):  # type: ignore[misc]
    """A template whose faults are told: docxtpl itself mends broken XML by leaving some out."""

    def fix_tables(self, xml: str) -> Any:
        parse_xml(xml)
        return super().fix_tables(xml)


class _Picture(InlineImage):  # type: ignore[misc]
    """A picture with words for those who can't see it."""

    def __init__(self, document: DocxTemplate, png: bytes, width_mm: float, alt: str) -> None:
        super().__init__(document, io.BytesIO(png), width=Mm(width_mm))
        self._alt = alt

    def _insert_image(self) -> str:
        xml = str(super()._insert_image())
        return xml.replace("<wp:docPr ", f"<wp:docPr descr={quoteattr(self._alt)} ", 1)


def _opened(template: Path) -> _Document:
    """Raise ``TemplateError`` for what Word wouldn't open, or shouldn't."""
    try:
        with zipfile.ZipFile(template) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > MAX_BYTES:
            raise TemplateError(
                _("The template %(path)s is too large: take pictures out of it")
                % {"path": template}
            )
        document = _Document(template)
        document.init_docx()
    except OSError as error:
        why = {"path": template, "why": error.strerror or error}
        raise TemplateError(
            _(
                "The template %(path)s can't be read (%(why)s): see that it is "
                "there and not open elsewhere"
            )
            % why
        ) from None
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, PackageNotFoundError):
        raise TemplateError(
            _("%(path)s is no Word document (.docx); save it from Word as .docx")
            % {"path": template}
        ) from None
    return document


def _variables(facts: Facts, document: DocxTemplate) -> dict[str, Any]:
    data = asdict(facts)
    chart = facts.work.chart
    data["chart"] = chart and _Picture(document, chart.png, chart.width_mm, chart.alt)
    return data


def _finish(document: DocxTemplate, facts: Facts, report: PeriodicReport) -> None:
    """What depends on the facts and can't be said in a template."""
    body = document.docx.element.body
    for name, length in (
        (UNIT_RULE, facts.head.unit_rule_mm),
        (SUBJECT_RULE, facts.title.rule_mm),
    ):
        style = next((one for one in document.docx.styles if one.name == name), None)
        if style is not None:
            for paragraph in body.iter(qn("w:p")):
                if paragraph.style == style.style_id:
                    _set_length(paragraph, length)
    for table in body.iter(qn("w:tbl")):
        _keep_together(table)
    properties = document.docx.core_properties
    made_at = report.made_at.astimezone(UTC).replace(tzinfo=None)
    properties.title, properties.author = facts.title.full, facts.author
    properties.last_modified_by, properties.language = facts.author, "vi-VN"
    properties.created = properties.modified = made_at
    properties.revision = 1


def _set_length(paragraph: Any, length_mm: float) -> None:
    """Indent a rule at both ends so that it is ``length_mm`` long."""
    cell = paragraph.getparent()
    width = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}") if cell.tag == qn("w:tc") else None
    within = int(width.get(qn("w:w"))) / _TWIPS_PER_MM if width is not None else TEXT_MM
    indent = max(within - length_mm, 0) / 2
    paragraph_format = paragraph.get_or_add_pPr()
    paragraph_format.ind_left = paragraph_format.ind_right = Mm(indent)


def _keep_together(table: Any) -> None:
    """Keep a short table on one page, a long one's headings with its first rows, and its notes with
    its last."""
    rows = table.findall(qn("w:tr"))
    if not rows or rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None:
        return
    kept = rows if len(rows) <= TOGETHER + 1 else (*rows[:3], rows[-1])
    for row in kept:
        for paragraph in row.iter(qn("w:p")):
            properties = paragraph.get_or_add_pPr()
            if properties.find(qn("w:keepNext")) is None:
                properties._insert_keepNext(OxmlElement("w:keepNext"))


def _what_is_wrong(error: Exception) -> str:
    near = _near(error)
    if isinstance(error, UndefinedError):
        name = re.search(r"'([^']*)' is undefined", str(error))
        said = _(
            "The template asks for “%(name)s”, which no report has: take it out, or "
            "write it as the shipped template does%(near)s"
        )
        return said % {"name": name[1] if name else error, "near": near}
    if isinstance(error, (TemplateSyntaxError, SecurityError)):
        said = _(
            "A command of the template can't be understood (%(what)s): write it as the "
            "shipped template does%(near)s"
        )
        return said % {"what": error, "near": near}
    return _(
        "The template can't be filled in (%(what)s): undo its last change, or begin "
        "with the shipped one"
    ) % {"what": error}


def _near(error: Exception) -> str:
    """The text around a fault, as the one who edits the template sees it."""
    lines = [line.strip() for line in getattr(error, "docx_context", ())]
    text = " ".join(line for line in lines if "{" in line)
    return _(", near: %(text)s") % {"text": text[:200]} if text else ""


def _misplaced() -> str:
    return _(
        "A command of the template stands in the wrong place: each {%p …%} must be alone in its "
        "paragraph, each {%tr …%} alone in its row, and its end in the same table or cell"
    )
