"""The form of both documents: Decree 30/2020/NĐ-CP, Appendix I, measured on what was made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from pypdf import PdfReader

from publisher.i18n import speaking
from publisher.reports.documents import write_docx, write_pdf
from publisher.reports.documents.lettering import width_mm
from publisher.reports.periodic import PeriodicReport
from tests.reports.documents_builders import (
    DIACRITICS,
    LETTERHEAD,
    MARKUP,
    crowded_report,
    half_year_report,
    one_post_report,
    talkative_report,
)
from tests.reports.documents_readers import BOTTOM, LEFT, RIGHT, TOP, Page, pages, tables

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


@pytest.fixture(scope="module")
def docx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "a.docx"
    write_docx(half_year_report(), path)
    return path


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "a.pdf"
    write_pdf(half_year_report(), path)
    return path


def every(document: Any) -> list[Any]:
    """All paragraphs, those in tables without rules among them."""
    cells = [cell for table in document.tables for cell in table._cells]
    return [*document.paragraphs, *(one for cell in cells for one in cell.paragraphs)]


def the(document: Any, text: str) -> Any:
    return next(one for one in every(document) if one.text == text)


def look(paragraph: Any) -> tuple[float, bool, bool, Any]:
    """A paragraph's size in points, whether it is bold and italic, its alignment."""
    style = paragraph.style
    return (
        style.font.size.pt,
        bool(style.font.bold),
        bool(style.font.italic),
        style.paragraph_format.alignment,
    )


# -- Word -----------------------------------------------------------------------------------------


def test_a_word_page_is_a4_with_the_decrees_margins(docx: Path) -> None:
    for section in Document(str(docx)).sections:
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert 20 <= section.top_margin.mm <= 25
        assert 20 <= section.bottom_margin.mm <= 25
        assert 30 <= section.left_margin.mm <= 35
        assert 15 <= round(section.right_margin.mm, 1) <= 20


def test_word_numbers_pages_from_the_second_on_and_the_appendix_by_itself(docx: Path) -> None:
    body, appendix = Document(str(docx)).sections
    for section in (body, appendix):
        assert section.different_first_page_header_footer
        assert section.first_page_header._element.find(f".//{qn('w:instrText')}") is None
        number = section.header._element.find(f".//{qn('w:instrText')}")
        assert number is not None
        assert number.text == "PAGE"
        assert section.header.paragraphs[0].style.paragraph_format.alignment == ALIGN.CENTER
        assert section.header.paragraphs[0].style.font.size.pt == 14
    start = appendix._sectPr.find(qn("w:pgNumType"))
    assert start.get(qn("w:start")) == "1"
    assert body._sectPr.find(qn("w:pgNumType")) is None


def test_word_has_one_font_in_one_place(docx: Path) -> None:
    styles = Document(str(docx)).styles
    named = {
        style.name: fonts.get(qn("w:ascii"))
        for style in styles
        if (fonts := style.element.find(f".//{qn('w:rFonts')}")) is not None
        and style.name in {one.style.name for one in every(Document(str(docx)))} | {"Normal"}
    }
    assert named == {"Normal": "Times New Roman"}
    runs = Document(str(docx)).element.body.iter(qn("w:rFonts"))
    assert list(runs) == []


def test_the_head_is_set_as_the_decree_says(docx: Path) -> None:
    document = Document(str(docx))
    assert look(the(document, "TỈNH ĐỒNG THÁP")) == (12, False, False, ALIGN.CENTER)
    assert look(the(document, "SỞ KHOA HỌC VÀ CÔNG NGHỆ")) == (12, True, False, ALIGN.CENTER)
    assert look(the(document, NATION)) == (12, True, False, ALIGN.CENTER)
    assert look(the(document, MOTTO)) == (13, True, False, ALIGN.CENTER)
    number = the(document, f"Số:{chr(160) * 8}/BC-SKHCN")
    assert look(number) == (13, False, False, ALIGN.CENTER)
    date = the(document, "Đồng Tháp, ngày 15 tháng 6 năm 2027")
    assert look(date) == (13, False, True, ALIGN.CENTER)
    assert look(the(document, "BÁO CÁO")) == (14, True, False, ALIGN.CENTER)
    assert look(the(document, "6 tháng đầu năm 2027")) == (14, True, False, ALIGN.CENTER)


def test_the_text_is_justified_and_indented(docx: Path) -> None:
    body = Document(str(docx)).styles["Body Text"]
    shape = body.paragraph_format
    assert 13 <= body.font.size.pt <= 14
    assert shape.alignment == ALIGN.JUSTIFY
    assert 10 <= shape.first_line_indent.mm <= 12.8
    assert shape.space_after.pt >= 6
    assert 1 <= shape.line_spacing <= 1.5


@pytest.mark.parametrize("unit", ["SỞ KHOA HỌC VÀ CÔNG NGHỆ", "VĂN PHÒNG"])
def test_rules_are_as_long_as_the_decree_says(unit: str, tmp_path: Path) -> None:
    head = LETTERHEAD.model_copy(update={"unit": unit})
    write_docx(half_year_report(letterhead=head), tmp_path / "a.docx")
    lengths = {}
    for paragraph in every(Document(str(tmp_path / "a.docx"))):
        if "Vạch" in paragraph.style.name:
            shape = paragraph.paragraph_format
            given = shape.left_indent or paragraph.style.paragraph_format.left_indent
            within = {"đơn": 70, "tiêu": 95, "trích": 165}[paragraph.style.name.split()[1]]
            lengths[paragraph.style.name] = within - 2 * given.mm
    assert lengths["Vạch tiêu ngữ"] == pytest.approx(width_mm(MOTTO, 13), abs=0.5)
    above = width_mm(unit, 12)
    assert above / 3 <= lengths["Vạch đơn vị"] <= above / 2
    subject = width_mm("Kết quả truyền thông thực hiện Nghị quyết số 57-NQ/TW", 14)
    assert subject / 3 <= lengths["Vạch trích yếu"] <= subject / 2


def test_the_end_says_who_signs_and_who_gets_it(docx: Path) -> None:
    document = Document(str(docx))
    assert look(the(document, "Nơi nhận:")) == (12, True, True, ALIGN.LEFT)
    for line in ("- Như trên;", "- Giám đốc, các Phó Giám đốc Sở;", "- Lưu: VT, CĐS."):
        assert look(the(document, line))[0] == 11
    assert look(the(document, "GIÁM ĐỐC")) == (14, True, False, ALIGN.CENTER)
    assert look(the(document, "Nguyễn Thị Minh Nguyệt")) == (14, True, False, ALIGN.CENTER)


def test_tables_repeat_their_headings_and_break_no_row(docx: Path) -> None:
    found = 0
    for table in Document(str(docx)).tables:
        for row in table.rows:
            assert row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
        if table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None:
            found += 1
            widths = [cell.width.mm for cell in table.rows[0].cells]
            assert sum(widths) == pytest.approx(165, abs=0.5)
    assert found == len(tables(docx)) == 9


def test_figures_stand_at_the_right_of_their_cells(docx: Path) -> None:
    channels = next(table for table in Document(str(docx)).tables if "Kênh" in _heads(table))
    for row in channels.rows[1:]:
        for cell in row.cells[2:]:
            paragraph = cell.paragraphs[0]
            assert paragraph.style.paragraph_format.alignment == ALIGN.RIGHT


def _heads(table: Any) -> list[str]:
    return [cell.text for cell in table.rows[0].cells]


def test_a_picture_in_word_has_words_for_those_who_cannot_see_it(docx: Path) -> None:
    [picture] = Document(str(docx)).element.body.iter(qn("wp:docPr"))
    assert "01/2027: 290.458" in picture.get("descr")


def test_a_word_file_says_what_it_is(docx: Path) -> None:
    document = Document(str(docx))
    about = document.core_properties
    assert about.title.startswith("Báo cáo kết quả truyền thông")
    assert about.author == "Sở Khoa học và Công nghệ"
    assert about.language == "vi-VN"
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert defaults.find(f".//{qn('w:lang')}").get(qn("w:val")) == "vi-VN"


def test_nothing_of_the_template_is_left_in_the_file(tmp_path: Path) -> None:
    write_docx(half_year_report(draft=True, rehearsal=True), tmp_path / "a.docx")
    document = Document(str(tmp_path / "a.docx"))
    parts = [document.element.body.xml]
    for section in document.sections:
        parts += [section.header._element.xml, section.footer._element.xml]
        parts += [section.first_page_footer._element.xml]
    assert not any(sign in part for part in parts for sign in ("{{", "{%", "}}", "%}"))


# -- PDF ------------------------------------------------------------------------------------------


def test_a_pdf_page_is_a4_and_its_ink_stays_inside_the_margins(pdf: Path) -> None:
    for page in pages(pdf):
        assert (round(page.width_mm), round(page.height_mm)) == (210, 297)
        _inside(page)


@pytest.mark.parametrize(
    "report",
    [
        crowded_report,
        lambda: one_post_report(f"{MARKUP} {DIACRITICS} https://dongthap.gov.vn/{'x' * 300}"),
        lambda: half_year_report(draft=True, rehearsal=True),
        talkative_report,
    ],
    ids=["crowded", "markup", "draft", "talkative"],
)
def test_nothing_that_an_office_writes_runs_out_of_the_page(
    report: Callable[[], PeriodicReport], tmp_path: Path
) -> None:
    write_pdf(report(), tmp_path / "a.pdf")
    for page in pages(tmp_path / "a.pdf"):
        _inside(page)


def _inside(page: Page) -> None:
    box = page.ink()
    assert box is not None
    left, top, right, bottom = box
    assert left >= LEFT - 0.5
    assert right <= page.width_mm - RIGHT + 0.5
    assert top >= TOP - 0.5
    assert bottom <= page.height_mm - BOTTOM + 0.5


def test_a_pdf_numbers_pages_from_the_second_on_and_the_appendix_by_itself(pdf: Path) -> None:
    read = pages(pdf)
    appendix = next(place for place, page in enumerate(read) if "Phụ lục\r" in page.text)
    # Below the number, the marks of a line of capitals may reach up.
    numbers = [page.above.partition("\r")[0].strip() for page in read]
    body = ["", *map(str, range(2, appendix + 1))]
    assert numbers == [*body, "", *map(str, range(2, len(read) - appendix + 1))]
    assert 5 <= appendix <= 8


def test_a_pdf_has_its_fonts_inside_and_is_tagged_for_the_archive(pdf: Path) -> None:
    with PdfReader(pdf) as read:
        fonts = [
            font.get_object()["/DescendantFonts"][0].get_object()
            for page in read.pages
            for font in page["/Resources"]["/Font"].values()
        ]
        assert fonts
        for font in fonts:
            assert "LiberationSerif" in font["/BaseFont"]
            assert "/FontFile2" in font["/FontDescriptor"].get_object()
        root = read.trailer["/Root"]
        assert root["/Lang"] == "vi-VN"
        assert root["/MarkInfo"]["/Marked"]
        assert read.metadata is not None
        assert (read.metadata.title or "").startswith("Báo cáo kết quả truyền thông")
        assert read.metadata.author == "Sở Khoa học và Công nghệ"
        about = read.xmp_metadata
        assert about is not None
        known = about.stream.get_data().decode()
        assert 'pdfaid:part="2"' in known or "<pdfaid:part>2<" in known
        assert "pdfuaid" in known
        assert "01/2027: 290.458" in _words_for_pictures(root["/StructTreeRoot"])


def _words_for_pictures(node: Any) -> str:
    node = node.get_object()
    told = str(node.get("/Alt", "")) if hasattr(node, "get") else ""
    children = node.get("/K", ()) if hasattr(node, "get") else ()
    for child in children if isinstance(children, list) else [children]:
        if hasattr(child.get_object(), "get"):
            told += _words_for_pictures(child)
    return told


def test_the_same_report_gives_the_same_pdf(pdf: Path, tmp_path: Path) -> None:
    with speaking("en"):
        write_pdf(half_year_report(), tmp_path / "b.pdf")
    assert (tmp_path / "b.pdf").read_bytes() == pdf.read_bytes()


# -- what marks a draft and a rehearsal -----------------------------------------------------------


def test_a_draft_says_so_and_leaves_its_day_open(tmp_path: Path) -> None:
    write_pdf(half_year_report(draft=True), tmp_path / "a.pdf")
    first, *_others = pages(tmp_path / "a.pdf")
    assert "DỰ THẢO" in first.text
    assert "ngày 15 tháng 6 năm 2027" not in first.text
    assert "Kỳ báo cáo chưa kết thúc" in first.text


def test_a_rehearsal_says_on_every_page_that_its_figures_are_made_up(tmp_path: Path) -> None:
    write_pdf(half_year_report(rehearsal=True), tmp_path / "a.pdf")
    write_docx(half_year_report(rehearsal=True), tmp_path / "a.docx")
    for page in pages(tmp_path / "a.pdf"):
        assert "SỐ LIỆU GIẢ ĐỊNH" in page.below
    for section in Document(str(tmp_path / "a.docx")).sections:
        for footer in (section.footer, section.first_page_footer):
            assert "SỐ LIỆU GIẢ ĐỊNH" in footer.paragraphs[0].text


def test_what_a_letterhead_lacks_leaves_no_gap(tmp_path: Path) -> None:
    bare = LETTERHEAD.model_copy(
        update={"parent": "", "unit": "", "place": "", "to": "", "copies": (), "signer": ""}
    )
    write_pdf(half_year_report(letterhead=bare), tmp_path / "a.pdf")
    text = "".join(page.text for page in pages(tmp_path / "a.pdf"))
    assert "Ngày 15 tháng 6 năm 2027" in text
    assert "Kính gửi" not in text
    assert "- Lưu: VT." in text
    assert "Như trên" not in text


def test_letters_that_the_font_lacks_keep_no_report_from_being_made(tmp_path: Path) -> None:
    report = one_post_report("越南同塔省 科技日 \U0001f389\u200d\ufe0f ສະບາຍດີ")
    write_pdf(report, tmp_path / "a.pdf")
    write_docx(report, tmp_path / "a.docx")
    assert len(pages(tmp_path / "a.pdf")) >= 2
