"""The Word document and the PDF of a report say the same, in the same order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.reports.documents import write_docx, write_pdf
from publisher.reports.periodic import PeriodicReport
from tests.reports.documents_builders import (
    DIACRITICS,
    MARKUP,
    crowded_report,
    empty_report,
    half_year_report,
    one_post_report,
)
from tests.reports.documents_readers import pages, paragraphs, squeezed

REPORTS: dict[str, Callable[[], PeriodicReport]] = {
    "half-year": half_year_report,
    "draft of a rehearsal": lambda: half_year_report(draft=True, rehearsal=True),
    "empty": empty_report,
    "one post": lambda: one_post_report(f"{MARKUP} {DIACRITICS}"),
    "crowded": crowded_report,
}


@pytest.mark.parametrize("name", REPORTS)
def test_word_and_pdf_say_the_same(name: str, tmp_path: Path) -> None:
    report = REPORTS[name]()
    write_docx(report, tmp_path / "a.docx")
    write_pdf(report, tmp_path / "a.pdf")
    in_word = paragraphs(tmp_path / "a.docx")
    in_pdf = squeezed("".join(page.text for page in pages(tmp_path / "a.pdf")))
    place = 0
    for text in map(squeezed, in_word):
        found = in_pdf.find(text, place)
        assert found >= 0, f"the PDF lacks, or has elsewhere: {text}"
        place = found + len(text)
    # And nothing more; only Word counts its headings by itself.
    words = {word for text in in_word for word in text.replace("\u200b", " ").split()}
    letters = set(squeezed("".join(words)))
    assert set(in_pdf) - letters <= set("IVX0123456789.")
    assert len(in_pdf) <= len(squeezed("".join(in_word))) + 100 * len(pages(tmp_path / "a.pdf"))
