"""What is written to files, read back: typed cells, absent ones, and no text that is worked out."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from publisher.i18n import speaking
from publisher.reach.definitions import FIGURES, WORDS
from publisher.reach.export.csv_form import to_csv
from publisher.reach.export.json_form import definitions_json, to_json
from publisher.reach.export.sheets import definitions_sheet
from publisher.reach.export.tables import Cell, Column, Sheet
from publisher.reach.export.xlsx import write_workbook

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
COLUMNS = (
    Column("Bài", width=30),
    Column("Năm", "year"),
    Column("Đăng lúc", "moment"),
    Column("Ngày", "date"),
    Column("Tiếp cận", "number"),
    Column("Tỷ lệ", "percent"),
    Column("Địa chỉ", "link"),
)
ROW: tuple[Cell, ...] = (
    "Còn 7 ngày",
    2027,
    datetime(2027, 10, 3, 8, 30, tzinfo=ZONE),
    date(2027, 10, 3),
    1234567,
    0.25,
    "https://vidu.vn/bai?a=1&b=“hai”",
)
FORMULAS = ("=1+1", "+84 67", "-5", "@SUM(A1)", '=HYPERLINK("http://ke-xau.vn","Bấm")')


def written(*sheets: Sheet, **properties: Any) -> openpyxl.Workbook:
    file = io.BytesIO()
    write_workbook(file, sheets, **properties)
    return openpyxl.load_workbook(file)


def naive(*parts: int) -> datetime:
    """What a workbook has of a moment: a clock's face, and no zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def values(page: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in page.iter_rows()]


def test_cells_come_back_as_what_they_are() -> None:
    page = written(Sheet("Số liệu", COLUMNS, [ROW])).active
    head, row = page.iter_rows()
    assert [cell.value for cell in head] == [column.label for column in COLUMNS]
    assert [cell.value for cell in row] == [
        "Còn 7 ngày",
        2027,
        naive(2027, 10, 3, 8, 30),
        naive(2027, 10, 3),
        1234567,
        0.25,
        "https://vidu.vn/bai?a=1&b=“hai”",
    ]
    assert [cell.number_format for cell in row[1:6]] == [
        "0",
        "dd/mm/yyyy hh:mm",
        "dd/mm/yyyy",
        "#,##0",
        "0.0%",
    ]
    assert row[6].hyperlink.target.startswith("https://vidu.vn/bai?a=1")


def test_an_absent_figure_is_an_empty_cell_and_zero_is_zero() -> None:
    columns = [Column("a", "number"), Column("b", "number")]
    page = written(Sheet("x", columns, [[None, 0]])).active
    assert values(page)[1] == [None, 0]


def test_a_moment_without_a_zone_is_refused() -> None:
    columns = [Column("Đăng lúc", "moment")]
    with pytest.raises(ValueError, match="Đăng lúc: a moment without a zone"):
        written(Sheet("x", columns, [[naive(2027, 10, 3)]]))


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_that_looks_like_a_formula_is_one_even_once_it_is_edited(text: str) -> None:
    sheet = Sheet(text, [Column(text), Column("b", "link")], [[text, text]], (text,), notes=(text,))
    page = written(sheet).active
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells] == [text, text, "b", text, text, text]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells if cell.value == text and cell.row != 3)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_comes_back_but_for_what_a_workbook_cant_hold(text: str) -> None:
    page = written(Sheet("x", [Column("a")], [[text]])).active
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    held = [one for one in lines if (one >= " " or one in "\t\n") and one not in "\ufffe\uffff"]
    assert (page["A2"].value or "") == "".join(held)


def test_a_text_beyond_a_cells_room_is_cut_and_not_lost() -> None:
    page = written(Sheet("x", [Column("a")], [["y" * 40_000]])).active
    assert page["A2"].value == "y" * 32_766 + "…"


def test_a_long_address_is_shown_as_wide_as_its_column_and_leads_where_it_should() -> None:
    address = "https://vidu.vn/" + "bai/" * 40
    page = written(Sheet("x", [Column("a", "link", width=20)], [[address]])).active
    [cell] = page[2]
    assert (len(cell.value), cell.value[-1]) == (20, "…")
    assert cell.hyperlink.target == address


def test_rows_are_as_high_as_their_longest_text() -> None:
    columns = [Column("Một tên cột rất dài, hơn cột nhiều", width=10), Column("b", wrap=True)]
    page = written(Sheet("x", columns, [["a", "b" * 90], ["a", "b"]])).active
    head, long, short = (page.row_dimensions[number].height for number in (1, 2, 3))
    assert head >= 4 * 15
    assert long >= 5 * 15
    assert short is None
    assert {cell.alignment.vertical for cell in page[2]} == {"top"}


def test_a_wide_table_is_printed_on_pages_that_can_be_read() -> None:
    narrow = written(Sheet("x", [Column("a", width=60)] * 2, [["a", "b"]])).active
    wide = written(Sheet("x", [Column("a", width=60)] * 9, [["a"] * 9])).active
    assert (narrow.page_setup.fitToWidth or 1, wide.page_setup.fitToWidth) == (1, 3)
    assert wide.print_title_cols == "$A:$A"
    assert wide.page_setup.fitToHeight == 0


def test_only_addresses_on_the_web_are_links() -> None:
    addresses = [["https://vidu.vn"], ["javascript:alert(1)"], ["file:///etc/passwd"], ["mailto:a"]]
    page = written(Sheet("x", [Column("a", "link")], addresses)).active
    assert [cell.value for (cell,) in page.iter_rows(min_row=2)] == [row[0] for row in addresses]
    assert [bool(cell.hyperlink) for (cell,) in page.iter_rows(min_row=2)] == [
        True,
        False,
        False,
        False,
    ]


def test_the_head_stays_in_sight_and_filters_leave_the_total_alone() -> None:
    sheet = Sheet("x", COLUMNS, [ROW, ROW], ("Số liệu", "tháng 10"), ROW, ("Ghi chú",))
    page = written(sheet).active
    assert page.freeze_panes == "A5"
    assert page.auto_filter.ref == "A4:G6"
    assert page.print_title_rows == "$4:$4"
    assert page["A4"].value == "Bài"
    assert page["A7"].font.bold
    assert page["A9"].value == "Ghi chú"
    assert page.column_dimensions["A"].width == pytest.approx(30, abs=1)
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)


def test_titles_that_excel_refuses_are_made_such_that_it_takes_them() -> None:
    sheets = [Sheet(title, COLUMNS, []) for title in ("a/b:c" * 9, "a/b:c" * 9, "'x'", "", "A" * 3)]
    titles = written(*sheets).sheetnames
    assert titles == ["a-b-ca-b-ca-b-ca-b-ca-b-ca-b-ca", "a-b-ca-b-ca-b-ca-b-ca-b-ca- (2)", "x",
                      "1", "AAA"]  # fmt: skip


def test_the_document_says_who_made_it_and_when() -> None:
    made_at = datetime(2027, 10, 3, 8, 30, tzinfo=ZONE)
    book = written(Sheet("x", COLUMNS, []), title="Kết quả", author="Sở", made_at=made_at)
    properties = book.properties
    assert (properties.title, properties.creator) == ("Kết quả", "Sở")
    assert properties.created == naive(2027, 10, 3, 1, 30)


def test_a_file_stands_whole_or_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "mới" / "bảng.xlsx"
    write_workbook(target, [Sheet("x", COLUMNS, [ROW])])
    before = target.read_bytes()

    def breaking() -> Any:
        yield ROW
        raise RuntimeError("the ledger broke off")

    with pytest.raises(RuntimeError):
        write_workbook(target, [Sheet("x", COLUMNS, breaking())])
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["bảng.xlsx"]


def test_where_it_cant_be_written_it_is_said_of_the_file_that_was_named(tmp_path: Path) -> None:
    (tmp_path / "thư-mục.xlsx").mkdir()
    with pytest.raises(OSError, match="thư-mục") as told:
        write_workbook(tmp_path / "thư-mục.xlsx", [Sheet("x", COLUMNS, [ROW])])
    assert told.value.filename == str(tmp_path / "thư-mục.xlsx")


# -- CSV ------------------------------------------------------------------------------------------


def test_a_csv_for_excel_begins_with_its_mark_and_has_semicolons() -> None:
    content = to_csv(Sheet("x", COLUMNS, [ROW]))
    assert content.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert head == [column.label for column in COLUMNS]
    assert row == [
        "Còn 7 ngày",
        "2027",
        "2027-10-03T08:30:00+07:00",
        "2027-10-03",
        "1234567",
        "0.25",
        "https://vidu.vn/bai?a=1&b=“hai”",
    ]


def test_a_csv_for_programs_has_commas_and_no_mark() -> None:
    columns = [Column("a"), Column("b", "number")]
    content = to_csv(Sheet("x", columns, [["x, y", None]]), for_programs=True)
    assert content == b'a,b\r\n"x, y",\r\n'


@pytest.mark.parametrize("text", [*FORMULAS, "\t=1", "  =1", "\r=1", "＝1+1"])
@pytest.mark.parametrize("for_programs", [True, False])
def test_no_text_of_a_csv_is_taken_for_a_formula(text: str, for_programs: bool) -> None:
    content = to_csv(Sheet("x", [Column(text)], [[text]]), for_programs=for_programs)
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [cell[0] for (cell, *_rest) in read] == ["'", "'"]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2)))
def test_any_text_comes_back_from_a_csv(rows: list[list[str]]) -> None:
    columns = [Column("a"), Column("b")]
    content = to_csv(Sheet("x", columns, rows))
    _head, *back = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert [[cell.removeprefix("'") for cell in row] for row in back] == [
        [cell.replace("\x00", "").removeprefix("'") for cell in row] for row in rows
    ]


# -- definitions ----------------------------------------------------------------------------------

GIVEN_BY = {"reach": ("facebook", "instagram")}


@pytest.mark.parametrize("tongue", ["vi", "en"])
def test_every_definition_is_on_the_sheet_and_in_the_json(tongue: str) -> None:
    with speaking(tongue):
        page = written(definitions_sheet(GIVEN_BY)).active
        told = json.loads(to_json(definitions_json(GIVEN_BY)))
    rows = values(page)[1:]
    assert len(rows) == len(FIGURES) + len(WORDS)
    assert [row[0] for row in rows] == [one["label"] for one in (*told["figures"], *told["words"])]
    assert all(row[1] for row in rows)
    assert page["B2"].alignment.wrap_text
    assert rows[0][2] == "facebook, instagram"
    assert told["figures"][0]["given_by"] == ["facebook", "instagram"]


def test_json_is_utf_8_and_ends_a_line() -> None:
    content = to_json(definitions_json(GIVEN_BY))
    assert content.endswith(b"}\n")
    assert "Lượt tiếp cận" in content.decode()
