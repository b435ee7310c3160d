"""The content calendar out and back in: shown whole, written only once somebody agrees to it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
import requests

from publisher.settings.console import Role
from publisher.store import audit
from tests.web.chromium import DESK, TELEPHONE, Chromium, is_wider_than_its_window, picture, serious
from tests.web.office import PEOPLE, ConsoleOffice, Visitor

HEADS = ("Ngày", "Giờ", "Tiêu đề", "Kênh", "Nội dung")
FITS = (date(2027, 10, 20), "08:30", "Bài mới", "fanpage", "Mời bà con dùng dịch vụ công.")
DOES_NOT = ("ngày kia", "08:30", "Bài sai", "fanpage", "Nội dung gì đó.")


def workbook(*rows: Sequence[object], heads: Sequence[str] = HEADS) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (heads, *rows):
        sheet.append(list(row))
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def upload(visitor: Visitor, content: bytes, campaign: str = "10-10") -> requests.Response:
    files = {"file": ("lịch tháng 10.xlsx", content)}
    return visitor.post("/spreadsheet", {"campaign": campaign}, files)


def report(visitor: Visitor, content: bytes, campaign: str = "10-10") -> tuple[str, str]:
    """The address of the report, and its page."""
    answer = upload(visitor, content, campaign)
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    page = visitor.get(address)
    assert page.status_code == 200, page.text
    return address, page.text


def agree(visitor: Visitor, page: str, **other: str) -> requests.Response:
    """Press the button of the report."""
    path = re.search(r'action="(/spreadsheet/[^"]+/write)"', page)
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert path is not None
    assert shown is not None
    return visitor.post(path[1], {"campaign": "10-10", "shown": shown[1], **other})


def posts(office: ConsoleOffice) -> set[str]:
    return {path.stem for path in (office.root / "campaigns/10-10/posts").glob("*.md")}


def test_the_calendar_of_some_days_comes_as_a_workbook(office: ConsoleOffice) -> None:
    answer = office.visitor(Role.WRITER).get(
        "/spreadsheet/calendar.xlsx?first=2027-10-10&last=2027-10-11&campaign=10-10"
    )
    assert answer.headers["content-disposition"].startswith("attachment;")
    sheet: Any = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    told = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    assert "Hôm nay là Ngày Chuyển đổi số quốc gia" in told
    assert "Còn một ngày nữa" not in told
    assert "Nộp hồ sơ tại nhà" not in told


@pytest.mark.parametrize(
    "asked",
    ["first=2027-10-11&last=2027-10-10", "first=2027-01-01&last=2037-01-01"],
)
def test_days_that_make_no_calendar_are_refused(office: ConsoleOffice, asked: str) -> None:
    answer = office.visitor(Role.WRITER).get(f"/spreadsheet/calendar.xlsx?{asked}")
    assert answer.status_code == 422
    assert "text/html" in answer.headers["content-type"]


def test_rows_are_shown_first_and_written_once_somebody_agrees(own_office: ConsoleOffice) -> None:
    visitor, before = own_office.visitor(Role.WRITER), posts(own_office)
    address, page = report(visitor, workbook(FITS, DOES_NOT))
    assert "Mời bà con dùng dịch vụ công." in page
    assert "ngày kia" in html.unescape(page)
    assert posts(own_office) == before
    answer = agree(visitor, page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/spreadsheet")
    [new] = posts(own_office) - before
    text = own_office.post_file(f"10-10/{new}").read_text("utf-8")
    assert "Mời bà con dùng dịch vụ công." in text
    assert {row.channel for row in own_office.rows(new)} == {"fanpage"}
    with own_office.site.database.reading() as session:
        [event] = [one for one in audit.latest(session, limit=200) if one.action == "add post"]
    assert event.actor == PEOPLE[Role.WRITER][1]
    assert visitor.get(address).status_code == 404


def test_what_comes_back_unchanged_writes_nothing(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    asked = "first=2027-10-11&last=2027-10-12&campaign=10-10"
    content = visitor.get(f"/spreadsheet/calendar.xlsx?{asked}").content
    _address, page = report(visitor, content)
    assert 'name="shown"' not in page


def test_a_changed_cell_changes_its_post(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    asked = "first=2027-10-11&last=2027-10-12&campaign=10-10"
    book = openpyxl.load_workbook(
        io.BytesIO(visitor.get(f"/spreadsheet/calendar.xlsx?{asked}").content)
    )
    sheet: Any = book.active
    [cell] = [
        cell
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value).startswith("Cảm ơn hơn 12.000 lượt") and "." in str(cell.value)[-1:]
    ]
    cell.value = "Cảm ơn hơn 15.000 lượt người dân đã dự ngày hội."
    found = io.BytesIO()
    book.save(found)
    _address, page = report(visitor, found.getvalue())
    assert agree(visitor, page).status_code == 303
    assert "15.000" in own_office.post_file("10-10/cam-on").read_text("utf-8")


def test_what_was_not_shown_is_not_written(own_office: ConsoleOffice) -> None:
    visitor, before = own_office.visitor(Role.WRITER), posts(own_office)
    _address, page = report(visitor, workbook(FITS))
    other = workbook((*FITS[:4], "Một nội dung khác hẳn."))
    _address, other_page = report(visitor, other)
    shown = re.search(r'name="shown" value="(\w+)"', other_page)
    assert shown is not None
    assert agree(visitor, page, shown=shown[1]).status_code == 409
    assert agree(visitor, page, shown="").status_code == 409
    assert posts(own_office) == before


def test_a_spreadsheet_is_its_uploaders_alone(own_office: ConsoleOffice) -> None:
    address, page = report(own_office.visitor(Role.WRITER), workbook(FITS))
    other = own_office.visitor(Role.APPROVER)
    assert other.get(address).status_code == 404
    assert agree(other, page).status_code == 404


def test_a_spreadsheet_is_kept_for_a_day(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    address, _page = report(visitor, workbook(FITS))
    folder = own_office.site.settings.var_folder / "spreadsheets"
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]
    own_office.clock.move_to(own_office.clock() + timedelta(hours=25))
    own_office.visitor(Role.APPROVER)
    upload(own_office.visitor(Role.APPROVER), workbook(FITS))
    assert len(list(folder.iterdir())) == 1
    assert own_office.visitor(Role.WRITER).get(address).status_code == 404


def test_every_row_that_does_not_fit_is_marked_in_a_copy(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    address, _page = report(visitor, workbook(FITS, DOES_NOT))
    path, _sign, query = address.partition("?")
    answer = visitor.get(f"{path}/marked.xlsx?{query}")
    sheet: Any = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet.max_column == len(HEADS) + 1
    assert sheet.cell(3, len(HEADS) + 1).value


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 neither"])
def test_what_is_no_workbook_is_told_as_that(own_office: ConsoleOffice, content: bytes) -> None:
    _address, page = report(own_office.visitor(Role.WRITER), content)
    assert 'role="alert"' in page
    assert 'name="shown"' not in page


def test_a_file_larger_than_it_may_be_is_not_taken(office: ConsoleOffice) -> None:
    answer = upload(office.visitor(Role.WRITER), b"PK" + b"x" * 11_000_000)
    assert answer.status_code == 413


@pytest.mark.parametrize("campaign", ["", "khong-co", "../10-10"])
def test_rows_go_into_a_campaign_that_is_there(office: ConsoleOffice, campaign: str) -> None:
    assert upload(office.visitor(Role.WRITER), workbook(FITS), campaign).status_code == 422


@pytest.mark.parametrize("width", [DESK, TELEPHONE])
def test_the_report_can_be_read_and_agreed_to_in_a_browser(
    own_office: ConsoleOffice, chromium: Chromium, width: int
) -> None:
    file = own_office.root / "lich.xlsx"
    file.write_bytes(workbook(FITS, DOES_NOT))
    page = chromium.open(own_office, "/spreadsheet", role=Role.WRITER, width=width, scripts=False)
    page.set_input_files("#f-file", str(file))
    page.select_option("#f-campaign", "10-10")
    page.locator("form[enctype] button").click()
    page.wait_for_url("**/spreadsheet/*?campaign=10-10")
    picture(page, f"spreadsheet-report-{width}")
    assert not is_wider_than_its_window(page)
    page.locator("form[action$='/write'] button").click()
    page.wait_for_url("**/spreadsheet")
    assert page.locator(".told").count() == 1
    assert chromium.troubles == []


def test_the_report_keeps_nobody_out(own_office: ConsoleOffice, chromium: Chromium) -> None:
    address, _page = report(own_office.visitor(Role.WRITER), workbook(FITS, DOES_NOT))
    # It is the writer's: the browser logs in as they do.
    page = chromium.open(own_office, address, role=Role.WRITER, width=TELEPHONE)
    assert serious(page) == []
