"""A report's document as a PDF.

Set by Typst: no browser, no network, no font but the bundled one.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from publisher.reports.documents.compose import facts_of
from publisher.reports.documents.facts import Facts
from publisher.reports.documents.form import TYPST_TEMPLATE
from publisher.reports.documents.lettering import FONTS, has_letters_for
from publisher.reports.periodic import PeriodicReport

if TYPE_CHECKING:
    from typst import PDFStandard

_STANDARDS: list[PDFStandard] = ["a-2a", "ua-1"]
"""Kept for good and read aloud: fonts inside, tagged, pictures with their words."""


def write_pdf(report: PeriodicReport, path: Path) -> None:
    """Write ``report`` to ``path`` as a tagged PDF for the archive (PDF/A-2a, PDF/UA-1).

    The same report gives the same bytes. What the bundled font has no letters for (a foreign
    script in a post's first line) is set in a font of the machine's, if it has one; such a
    document doesn't claim to be fit for the archive.
    """
    facts = facts_of(report)
    data = as_data(facts)
    whole = has_letters_for("".join(_texts(data)))
    with tempfile.TemporaryDirectory(prefix="publisher-") as name:
        folder = Path(name)
        shutil.copyfile(TYPST_TEMPLATE, folder / TYPST_TEMPLATE.name)
        (folder / "facts.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        if facts.work.chart is not None:
            (folder / "chart.png").write_bytes(facts.work.chart.png)
        pdf = typst.compile(
            folder / TYPST_TEMPLATE.name,
            root=folder,
            font_paths=[FONTS],
            ignore_system_fonts=whole,
            format="pdf",
            pdf_standards=_STANDARDS if whole else [],
            timestamp=int(report.made_at.timestamp()),
        )
    path.write_bytes(pdf)


def as_data(facts: Facts) -> dict[str, Any]:
    """``facts`` as plain data, pictures left out."""
    data = asdict(facts)
    if data["work"]["chart"] is not None:
        del data["work"]["chart"]["png"]
    return data


def _texts(data: Any) -> list[str]:
    if isinstance(data, str):
        return [data]
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, (list, tuple)):
        return [text for one in data for text in _texts(one)]
    return []
