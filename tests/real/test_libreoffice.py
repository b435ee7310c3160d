"""A report's Word document as an office suite lays it out: what the file only asks for is seen.

Runs where LibreOffice is; where ``CI`` is "true" it has to be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.reports.documents import copy_template, write_docx
from publisher.reports.documents.lettering import FONTS
from publisher.reports.periodic import PeriodicReport
from tests.real.installed import require
from tests.reports.documents_builders import (
    DIACRITICS,
    MARKUP,
    crowded_report,
    empty_report,
    half_year_report,
    one_post_report,
)
from tests.reports.documents_readers import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Page,
    pages,
    paragraphs,
    squeezed,
)

pytestmark = pytest.mark.real

# The bundled font stands for Times New Roman, whatever else the machine has.
_ONLY_OURS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{folder}/cache</cachedir>
<alias binding="same"><family>Times New Roman</family>
<prefer><family>Liberation Serif</family></prefer></alias></fontconfig>"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which LibreOffice keeps its profile and finds its fonts."""
    lacking = "" if shutil.which("soffice") else "soffice"
    require(lacking, f"{lacking} is not installed: apt-get install libreoffice-writer-nogui")
    folder = tmp_path_factory.mktemp("office")
    (folder / "fonts.conf").write_text(_ONLY_OURS.format(fonts=FONTS, folder=folder), "utf-8")
    return folder


def laid_out(office: Path, docx: Path) -> list[Page]:
    """The pages of a Word document."""
    subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{office}/profile",
            "--convert-to",
            "pdf",
            "--outdir",
            str(docx.parent),
            str(docx),
        ],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "FONTCONFIG_FILE": str(office / "fonts.conf")},
    )
    return pages(docx.with_suffix(".pdf"))


@pytest.mark.parametrize(
    "report",
    [
        half_year_report,
        lambda: half_year_report(draft=True, rehearsal=True),
        empty_report,
        lambda: one_post_report(f"{MARKUP} {DIACRITICS}"),
        crowded_report,
    ],
    ids=["half-year", "draft", "empty", "one post", "crowded"],
)
def test_a_word_document_keeps_its_margins_and_prints_all_that_it_says(
    report: Callable[[], PeriodicReport], office: Path, tmp_path: Path
) -> None:
    write_docx(report(), tmp_path / "a.docx")
    read = laid_out(office, tmp_path / "a.docx")
    for page in read:
        assert (round(page.width_mm), round(page.height_mm)) == (210, 297)
        box = page.ink()
        assert box is not None
        left, top, right, bottom = box
        assert left >= LEFT - 0.5
        assert right <= page.width_mm - RIGHT + 0.5
        assert top >= TOP - 0.5
        assert bottom <= page.height_mm - BOTTOM + 0.5
    printed = squeezed("".join(page.text for page in read))
    for text in map(squeezed, paragraphs(tmp_path / "a.docx")):
        assert text in printed


def test_word_counts_headings_and_pages_by_itself(office: Path, tmp_path: Path) -> None:
    write_docx(half_year_report(), tmp_path / "a.docx")
    read = laid_out(office, tmp_path / "a.docx")
    text = "".join(page.text for page in read)
    for heading in ("I. TÌNH HÌNH", "2. Kết quả theo kênh", "II. KẾT QUẢ", "1. Lượt hiển thị"):
        assert heading in text
    appendix = next(place for place, page in enumerate(read) if "Phụ lục\r" in page.text)
    numbers = [page.above.partition("\r")[0].strip() for page in read]
    body = ["", *map(str, range(2, appendix + 1))]
    assert numbers == [*body, "", *map(str, range(2, len(read) - appendix + 1))]


def test_the_template_itself_opens(office: Path, tmp_path: Path) -> None:
    copy_template(tmp_path / "mau.docx")
    text = "".join(page.text for page in laid_out(office, tmp_path / "mau.docx"))
    assert "{{ title.name }}" in text
