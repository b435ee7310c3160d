"""The Word template: what an office may do to it, and what it is told when it broke it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from publisher.i18n import use_language
from publisher.reports.documents import TemplateError, copy_template, write_docx
from publisher.reports.documents.form import WORD_TEMPLATE
from publisher.reports.documents.word_template import make
from tests.reports.documents_builders import half_year_report
from tests.reports.documents_readers import paragraphs


@pytest.fixture(autouse=True)
def _english() -> None:
    use_language("en")


def edited(folder: Path, change: Callable[[Any], None]) -> Path:
    """The office's own copy of the template, changed in Word."""
    path = folder / "mau.docx"
    copy_template(path)
    document = Document(str(path))
    change(document)
    document.save(str(path))
    return path


def paragraph(document: Any, text: str) -> Any:
    return next(one for one in document.paragraphs if one.text == text)


def with_line(text: str) -> Callable[[Any], None]:
    return lambda document: document.paragraphs[-1].insert_paragraph_before(text)


def broken(folder: Path, change: Callable[[Any], None]) -> str:
    """What is said of a template that was changed so; nothing is written then."""
    template = edited(folder, change)
    with pytest.raises(TemplateError) as error:
        write_docx(half_year_report(), folder / "a.docx", template)
    assert not (folder / "a.docx").exists()
    return str(error.value)


# -- the shipped one ------------------------------------------------------------------------------


def test_the_shipped_template_is_what_its_source_makes(tmp_path: Path) -> None:
    make(tmp_path / "made.docx")
    with zipfile.ZipFile(tmp_path / "made.docx") as made, zipfile.ZipFile(WORD_TEMPLATE) as shipped:
        assert made.namelist() == shipped.namelist()
        for name in made.namelist():
            if name != "docProps/core.xml":
                assert made.read(name) == shipped.read(name), name


def test_a_copy_of_the_template_makes_the_same_document(tmp_path: Path) -> None:
    copy_template(tmp_path / "mau.docx")
    write_docx(half_year_report(), tmp_path / "a.docx", tmp_path / "mau.docx")
    write_docx(half_year_report(), tmp_path / "b.docx")
    assert paragraphs(tmp_path / "a.docx") == paragraphs(tmp_path / "b.docx")


# -- what an office may do ------------------------------------------------------------------------


def test_an_office_may_write_its_own_words_and_leave_a_table_out(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        paragraph(document, "TỒN TẠI, HẠN CHẾ").runs[0].text = "KHÓ KHĂN, VƯỚNG MẮC"
        with_line("Kết quả {{ title.subject[1] }} của {{ author }} & các đơn vị.")(document)
        last = paragraph(document, "{%p if reach %}")._p
        one = paragraph(document, "{%p if work.kinds %}")._p
        while one is not last:
            one, gone = one.getnext(), one
            gone.getparent().remove(gone)

    template = edited(tmp_path, change)
    write_docx(half_year_report(), tmp_path / "a.docx", template)
    read = paragraphs(tmp_path / "a.docx")
    assert "KHÓ KHĂN, VƯỚNG MẮC" in read
    assert "Kết quả 6 tháng đầu năm 2027 của Sở Khoa học và Công nghệ & các đơn vị." in read
    assert "Kết quả theo hình thức thể hiện" not in read
    assert "Kết quả theo đối tượng" in read


def test_an_office_may_change_the_font_of_all_in_one_place(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        document.styles["Normal"].font.name = "Arial"

    write_docx(half_year_report(), tmp_path / "a.docx", edited(tmp_path, change))
    made = Document(str(tmp_path / "a.docx"))
    for one in made.paragraphs:
        style = one.style
        while style.font.name is None:
            style = style.base_style
        assert style.font.name == "Arial"


def test_word_may_cut_a_command_into_pieces(tmp_path: Path) -> None:
    """Word does so wherever it checks the spelling."""

    def change(document: Any) -> None:
        closing = paragraph(document, "{{ closing }}")
        closing.runs[0].text = "{"
        for piece in ("{ clo", "sing ", "}", "}"):
            closing.add_run(piece).bold = piece.strip() == "sing"

    write_docx(half_year_report(), tmp_path / "a.docx", edited(tmp_path, change))
    assert any(one.startswith("Trên đây là báo cáo") for one in paragraphs(tmp_path / "a.docx"))


# -- what it is told ------------------------------------------------------------------------------


def test_an_unknown_name_is_named_with_the_text_around_it(tmp_path: Path) -> None:
    told = broken(tmp_path, with_line("Tổng số: {{ work.total_posts }} bài"))
    assert "“total_posts”" in told
    told = broken(tmp_path, with_line("Tổng số: {{ tong }} bài"))
    assert "“tong”" in told


def test_a_command_that_is_no_command_is_shown(tmp_path: Path) -> None:
    told = broken(tmp_path, with_line("Số bài: {{ work. }}"))
    assert "Số bài: {{ work. }}" in told


def test_a_command_without_its_end_is_told(tmp_path: Path) -> None:
    told = broken(tmp_path, with_line("{%p for line in copies %}"))
    assert "can't be understood" in told
    assert "for" in told


def test_a_command_in_the_wrong_place_is_told(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        table = next(table for table in document.tables if "{%tr" in table.rows[1].cells[0].text)
        for place, text in ((1, "{% for line in copies %}"), (2, "x"), (3, "{%tr endfor %}")):
            for cell in table.rows[place].cells:
                cell.paragraphs[0].runs[0].text = text

    assert "wrong place" in broken(tmp_path, change)


@pytest.mark.parametrize(
    "command",
    [
        "{{ title.name.upper() }}",
        "{{ title.__class__ }}",
        "{{ title.name.__class__.__mro__ }}",
        "{{ cycler }}",
        "{{ range(10) }}",
        "{{ 'x' * 999999999 }}",
        "{{ 9 ** 99999999 }}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{{ intro | map('upper') }}",
        "{{ chart._alt }}",
        "{% for a in intro %}{% for b in intro %}{% for c in intro %}x"
        "{% endfor %}{% endfor %}{% endfor %}",
        "{{ self }}",
        "{% for a in title.rule_mm %}x{% endfor %}",
        "{% macro x() %}{% endmacro %}",
    ],
)
def test_a_template_can_ask_for_nothing_but_facts(command: str, tmp_path: Path) -> None:
    assert broken(tmp_path, with_line(command))


def test_what_an_office_wrote_in_a_post_is_no_command(tmp_path: Path) -> None:
    report = half_year_report(names={"fanpage": "{{ 7*7 }} <w:p/> & {% if %}"})
    write_docx(report, tmp_path / "a.docx")
    assert "{{ 7*7 }} <w:p/> & {% if %}" in paragraphs(tmp_path / "a.docx")


def test_a_file_that_is_no_word_document_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mau.docx"
    with pytest.raises(TemplateError, match=r"mau\.docx can't be read"):
        write_docx(half_year_report(), tmp_path / "a.docx", path)
    path.write_bytes(b"{\\rtf1 xin chao}")
    with pytest.raises(TemplateError, match="no Word document"):
        write_docx(half_year_report(), tmp_path / "a.docx", path)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/workbook.xml", "<a/>")
    with pytest.raises(TemplateError, match="no Word document"):
        write_docx(half_year_report(), tmp_path / "a.docx", path)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", "<a/>")
    with pytest.raises(TemplateError, match="no Word document"):
        write_docx(half_year_report(), tmp_path / "a.docx", path)


def test_a_template_that_unpacks_to_a_flood_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mau.docx"
    copy_template(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/media/a.bin", bytes(60 * 1024 * 1024))
    with pytest.raises(TemplateError, match="too large"):
        write_docx(half_year_report(), tmp_path / "a.docx", path)
