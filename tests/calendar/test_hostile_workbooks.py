"""A workbook from anywhere: bounded, never run, and refused in words where it can't be used."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.calendar import marked as marking
from publisher.calendar import workbook
from publisher.calendar.marked import write_marked
from publisher.calendar.workbook import read_tables
from publisher.files.faults import Fault
from tests.calendar.conftest import HEAD, ROW, Planned, codes


def built(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in (HEAD, *rows):
        book.active.append(list(row))
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def replaced(raw: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with ``old`` of one of its parts made ``new``."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def refused(path: Path, raw: bytes) -> str:
    path.write_bytes(raw)
    read = read_tables(path)
    assert isinstance(read, Fault)
    assert read.instead
    return read.code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "calendar_old_excel"),
        ("Ngày;Nội dung\r\n01/10/2027;Chào\r\n".encode("utf-8-sig"), "calendar_no_workbook"),
        (b"", "calendar_no_workbook"),
        (b"<html><table></table></html>", "calendar_no_workbook"),
        (b"PK\x03\x04 nothing", "calendar_unfit"),
        (built(ROW)[:-300], "calendar_unfit"),
        (b"PK" + b"\0" * 10_000_001, "calendar_too_big"),
    ],
    ids=["xls", "csv", "empty", "html", "PK", "cut", "big"],
)
def test_other_kinds_of_file_are_told_with_what_to_do(
    tmp_path: Path, raw: bytes, code: str
) -> None:
    assert refused(tmp_path / "lich.xlsx", raw) == code


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    read = read_tables(tmp_path / "khong-co.xlsx")
    assert isinstance(read, Fault)
    assert read.code == "missing"


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    raw = io.BytesIO(built(ROW))
    with zipfile.ZipFile(raw, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b" " * 50_000_000)
    assert refused(tmp_path / "lich.xlsx", raw.getvalue()) == "calendar_unfit"


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    raw = replaced(
        built(ROW),
        SHEET,
        b"<worksheet",
        b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet',
    )
    assert refused(tmp_path / "lich.xlsx", raw) == "calendar_unfit"


def test_more_rows_than_a_calendar_has_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 20)
    assert refused(tmp_path / "lich.xlsx", built(*[ROW] * 20)) == "calendar_too_many"
    (tmp_path / "lich.xlsx").write_bytes(built(*[ROW] * 19))
    assert isinstance(read_tables(tmp_path / "lich.xlsx"), list)


def test_more_sheets_than_a_calendar_has_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_SHEETS", 0)
    assert refused(tmp_path / "lich.xlsx", built(ROW)) == "calendar_too_many"


def test_a_sheet_that_claims_to_be_endless_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    raw = replaced(built(ROW), SHEET, b'<dimension ref="A1:E2"', b'<dimension ref="A1:XFD1048576"')
    (tmp_path / "lich.xlsx").write_bytes(raw)
    begun = time.process_time()
    [table] = read_tables(tmp_path / "lich.xlsx")  # type: ignore[misc]
    assert [row.number for row in table.rows] == [1, 2]
    assert len(table.rows[0].cells) == 60
    assert time.process_time() - begun < 60


def test_cells_merged_over_the_whole_sheet_fill_only_the_rows_there_are(tmp_path: Path) -> None:
    merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells><pageMargins'
    raw = replaced(built(ROW, ROW), SHEET, b"<pageMargins", merged)
    (tmp_path / "lich.xlsx").write_bytes(raw)
    [table] = read_tables(tmp_path / "lich.xlsx")  # type: ignore[misc]
    assert [row.cells[0] for row in table.rows] == [HEAD[0]] * 3


def test_thousands_of_merged_cells_are_no_work_without_end(tmp_path: Path) -> None:
    many = b"".join(b'<mergeCell ref="A2:A1048576"/>' for _ in range(20_000))
    raw = replaced(
        built(ROW), SHEET, b"<pageMargins", b"<mergeCells>" + many + b"</mergeCells><pageMargins"
    )
    assert refused(tmp_path / "lich.xlsx", raw) == "calendar_too_many"


def test_numbers_dates_and_errors_of_every_kind_are_cells_like_others(office: Planned) -> None:
    office.lay(
        (1e308, 0.5, 7, "Chào.", "fanpage"),
        ("01/10/2027", -1, True, "Chào.", "fanpage"),
        ("#N/A", "8:30", "Bài", "Chào.", "fanpage"),
        ("01/10/2027", "8:30", "Bài", "chữ" * 12_000, "fanpage"),
    )
    assert {row for row, _code in codes(office.read())} == {2, 3, 4, 5}


def test_names_that_would_lead_out_of_the_folder_make_no_file(office: Planned) -> None:
    office.lay(("01/10/2027", "8:30", "../../../etc/passwd", "Chào.", "fanpage"))
    [one] = office.take().written
    assert one.proposal.path.name == "etc-passwd.md"
    assert one.proposal.path.parent == office.settings.campaigns_folder / "chuyen-doi-so/posts"


def test_a_code_that_nobody_exported_leads_nowhere(office: Planned) -> None:
    head = (*HEAD, "Mã bài")
    rows = [
        (*ROW, code)
        for code in ("../../x", "chuyen-doi-so/2027/../../x", "a/b", "chuyen-doi-so/9999/mo-dau")
    ]
    office.lay(*rows, head=head)
    before = office.posts()
    office.take()
    after = office.posts()
    assert {name: text for name, text in after.items() if name in before} == before


def test_a_fence_in_a_text_stays_a_text(office: Planned) -> None:
    office.lay(("01/10/2027", "8:30", 'a"\n+++\nx = 1', "+++\nwhen = 1\n+++", "fanpage"))
    read = office.take()
    assert codes(read) == []
    post = {one.id: one for one in office.campaign.posts}[read.written[0].proposal.post]
    assert post.body == "+++\nwhen = 1\n+++"
    assert post.front.title == 'a" +++ x = 1'


def test_a_copy_of_a_workbook_that_is_too_large_is_not_made(
    office: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.lay(ROW)
    read = office.read()
    monkeypatch.setattr(marking, "_MOST_CELLS", 5)
    fault = write_marked(office.table, office.root / "ra.xlsx", read)
    assert fault is not None
    assert fault.code == "calendar_not_marked"
    assert not (office.root / "ra.xlsx").exists()


CELLS: Any = (
    st.none()
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.datetimes()
    | st.times()
    | st.sampled_from(["=1+1", "{{ x", "+++", "\\", '"""', "fanpage", "8h", "10/10"])
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, max_size=7), max_size=5))
def test_whatever_stands_in_the_cells_every_row_is_taken_or_told(
    office: Planned, rows: list[list[Any]]
) -> None:
    try:
        office.lay(*rows)
    except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
        return
    read = office.read()
    assert read.faults == ()
    told = {slip.row for slip in read.slips} | {
        row for one in read.written for _sheet, row in one.rows
    }
    for number, row in enumerate(rows, start=2):
        if len(row) > 3 and isinstance(row[3], str) and row[3].strip() and row[3][0] != "=":
            assert number in told or read.there or read.unchanged
