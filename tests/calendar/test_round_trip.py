"""What was exported comes back: unchanged it changes nothing, changed it changes its post."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from publisher.calendar.entries import Wanted
from publisher.calendar.headings import LABELS
from publisher.calendar.importing import read_calendar
from publisher.calendar.table import export
from publisher.campaign.reader import read_campaigns
from publisher.store import approvals, deliveries
from tests.calendar.conftest import SLUG, Planned, codes
from tests.campaign.workspace import GOOD, OPENING

AUTUMN = Wanted(date(2027, 9, 1), date(2028, 12, 31))
COLUMNS = {name: number for number, name in enumerate(LABELS, start=1)}


@pytest.fixture
def exported(office: Planned) -> Planned:
    """The office with its plan in force, and its calendar of two editions in a table."""
    folder = office.settings.campaigns_folder / SLUG / "posts"
    (folder / "hang-tuan.md").write_text(
        '+++\nwhen = "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0"\ntitle = "=1+1"\n'
        'channels = ["fanpage"]\n+++\n  Thụt vào.  \nCuối dòng hai dấu cách  \n@ai đó _x0041_\n',
        encoding="utf-8",
    )
    (folder / "ngay-rieng.md").write_text(
        '+++\nwhen = "2027-10-02"\nchannels = ["portal", "trang"]\nsummary = "a  b"\n+++\n'
        "-- gạch đầu dòng\n",
        encoding="utf-8",
    )
    office.desk.refresh(force=True)
    export(office.table, office.desk, AUTUMN)
    return office


def row_of(sheet: Any, code: str) -> int:
    cells = sheet.iter_rows(min_col=COLUMNS["code"], max_col=COLUMNS["code"])
    return int(next(row[0].row for row in cells if row[0].value == code))


def put(office: Planned, code: str, **values: object) -> None:
    """Change cells of the row with this code, as somebody does in Excel."""

    def edit(sheet: Any) -> None:
        for name, value in values.items():
            sheet.cell(row_of(sheet, code), COLUMNS[name]).value = value

    office.change(edit)


OPENING_2027 = f"{SLUG}/2027/mo-dau"


def test_unchanged_it_changes_nothing(exported: Planned) -> None:
    before = exported.posts()
    read = exported.take()
    assert (read.written, codes(read), read.there) == ((), [], 0)
    assert read.unchanged == 8
    assert exported.posts() == before


def test_saved_once_more_by_another_program_it_changes_nothing(exported: Planned) -> None:
    exported.change(lambda sheet: None)
    read = exported.read()
    assert (read.written, codes(read)) == ((), [])


def test_the_shipped_campaigns_come_back_unchanged(
    office: Planned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from publisher.alerts.alerts import Alerts
    from publisher.desk.desk import Desk
    from publisher.editing.editor import Editor
    from publisher.settings.reader import read_settings

    house = Path(__file__).parents[2]
    shutil.copytree(house / "campaigns", tmp_path / "house" / "campaigns")
    shutil.copy(house / "schedule.toml", tmp_path / "house")
    settings, faults = read_settings(tmp_path / "house" / "schedule.toml")
    assert settings is not None, faults
    database, clock = office.database, office.clock
    desk = Desk(settings, database, clock, Alerts(database, settings, clock, ()))
    table = tmp_path / "ra.xlsx"
    wanted = Wanted(date(2027, 10, 1), date(2027, 10, 20), ["chuyen-doi-so-10-10"])
    assert export(table, desk, wanted) >= 10
    campaigns = {one.slug: one for one in read_campaigns(settings)[0]}
    read = read_calendar(
        table,
        settings,
        Editor(settings, database, clock),
        clock,
        campaigns["chuyen-doi-so-10-10"],
    )
    assert (read.written, codes(read), read.faults) == ((), [], ())


def test_the_table_is_one_to_work_in(exported: Planned) -> None:
    sheet = openpyxl.load_workbook(exported.table).worksheets[0]
    head = next(row for row in sheet.iter_rows() if row[COLUMNS["code"] - 1].value)
    assert sheet.freeze_panes == f"A{head[0].row + 1}"
    assert sheet.auto_filter.ref
    row = row_of(sheet, OPENING_2027)
    cells = {name: sheet.cell(row, number).value for name, number in COLUMNS.items()}
    assert cells["date"] == datetime(2027, 10, 3)  # noqa: DTZ001
    assert cells["time"] == "08:00"
    assert cells["title"] == "Còn bảy ngày"
    assert cells["text"].startswith("Còn **{{ days_left }} ngày**")
    assert cells["channels"] == "fanpage, x, zalo"
    assert cells["hashtags"] == "#ChuyenDoiSo"
    assert cells["media"] == "media/anh.png"
    assert cells["approvals"] == "0/2"
    assert cells["campaign"] == "Ngày Chuyển đổi số quốc gia"


def test_nothing_in_it_is_ever_worked_out(exported: Planned) -> None:
    sheet = openpyxl.load_workbook(exported.table).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    row = row_of(sheet, f"{SLUG}/2027/hang-tuan/2027-10-04")
    assert sheet.cell(row, COLUMNS["title"]).value == "=1+1"
    assert sheet.cell(row, COLUMNS["title"]).quotePrefix


def test_state_and_approvals_are_shown(exported: Planned) -> None:
    with exported.database.writing() as session:
        for row in deliveries.matching(session, post="mo-dau"):
            if row.edition == 2027:
                approvals.approve(session, row, "Lan", exported.clock())
    export(exported.table, exported.desk, AUTUMN)
    sheet = openpyxl.load_workbook(exported.table).worksheets[0]
    assert sheet.cell(row_of(sheet, OPENING_2027), COLUMNS["approvals"]).value == "1/2"


def test_another_day_moves_the_post(exported: Planned) -> None:
    put(exported, OPENING_2027, date="05/10/2027", time="9h30")
    read = exported.take()
    assert [one.proposal.post for one in read.written] == ["mo-dau"]
    assert {slip.fault.code for slip in read.slips} <= {"row_moves"}
    assert exported.posts()["mo-dau"] == GOOD[OPENING].replace("D-7 08:00", "D-5 09:30")


def test_another_time_alone_keeps_the_day(exported: Planned) -> None:
    put(exported, f"{SLUG}/2027/ngay-rieng", time="10:15")
    exported.take()
    assert 'when = "2027-10-02 10:15"' in exported.posts()["ngay-rieng"]


def test_other_words_change_their_place_in_the_file_alone(exported: Planned) -> None:
    put(
        exported,
        OPENING_2027,
        title="Còn một tuần",
        text="Lời mới.\nDòng hai.",
        hashtags="#ChuyenDoiSo #DongThap",
        channels="fanpage, zalo",
        audiences="people, business",
    )
    read = exported.take()
    text = exported.posts()["mo-dau"]
    assert not any(slip.keeps_out for slip in read.slips)
    head, _sep, _body = GOOD[OPENING].partition("Còn **{{")
    assert text == (
        head.replace("Còn bảy ngày", "Còn một tuần")
        .replace('["fanpage", "zalo", "x"]', '["fanpage", "zalo"]')
        .replace('hashtags = ["ChuyenDoiSo"]', 'hashtags = ["ChuyenDoiSo", "DongThap"]')
        .replace('["people"]', '["people", "business"]')
        + "Lời mới.\nDòng hai.\n"
    )


def test_where_the_file_was_changed_too_nobody_is_overruled(exported: Planned) -> None:
    put(exported, OPENING_2027, title="Từ bảng", summary="Từ bảng")
    path = exported.settings.campaigns_folder / SLUG / "posts" / "mo-dau.md"
    path.write_text(GOOD[OPENING].replace("Còn bảy ngày", "Từ tệp"), encoding="utf-8")
    read = exported.read()
    assert [slip.fault.code for slip in read.slips] == ["row_conflict"]
    assert read.written == ()


def test_what_changed_in_the_file_alone_stays(exported: Planned) -> None:
    put(exported, OPENING_2027, summary="Từ bảng")
    path = exported.settings.campaigns_folder / SLUG / "posts" / "mo-dau.md"
    path.write_text(GOOD[OPENING].replace("Còn bảy ngày", "Từ tệp"), encoding="utf-8")
    exported.take()
    assert "Từ tệp" in exported.posts()["mo-dau"]
    assert 'summary = "Từ bảng"' in exported.posts()["mo-dau"]


def test_two_rows_of_one_post_may_not_ask_for_two_texts(exported: Planned) -> None:
    put(exported, f"{SLUG}/2027/hang-tuan/2027-10-04", title="Một")
    put(exported, f"{SLUG}/2027/hang-tuan/2027-10-11", title="Hai")
    read = exported.read()
    assert [slip.fault.code for slip in read.slips] == ["row_two_ways"]


def test_one_day_of_a_recurrence_is_not_moved(exported: Planned) -> None:
    put(exported, f"{SLUG}/2027/hang-tuan/2027-10-04", time="9:30")
    assert [slip.fault.code for slip in exported.read().slips] == ["move_recurring"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("text", None, "row_text_gone"),
        ("date", None, "row_date_gone"),
        ("channels", None, "row_no_channel"),
        ("channels", "fanpag", "row_channel"),
        ("date", "01/09/2027", "move_past"),
        ("date", "tuần sau", "row_date"),
    ],
)
def test_a_change_that_does_not_fit_is_told(
    exported: Planned, name: str, value: object, code: str
) -> None:
    put(exported, OPENING_2027, **{name: value})
    read = exported.read()
    assert [slip.fault.code for slip in read.slips if slip.keeps_out] == [code]
    assert read.written == ()


@pytest.mark.parametrize(
    ("name", "value"), [("channels", None), ("date", "01/09/2027"), ("text", None)]
)
def test_a_row_of_which_one_change_does_not_fit_is_not_taken_by_halves(
    exported: Planned, name: str, value: object
) -> None:
    """Else the words of another day would go out on this one."""
    put(exported, OPENING_2027, **{"title": "Còn 5 ngày", "hashtags": "#Moi", name: value})
    before = exported.posts()
    read = exported.take()
    assert (read.written, read.kept_out) == ((), 1)
    assert exported.posts() == before


def test_of_two_rows_that_ask_two_things_the_later_changes_nothing(exported: Planned) -> None:
    put(exported, f"{SLUG}/2027/hang-tuan/2027-10-04", title="Một")
    put(exported, f"{SLUG}/2027/hang-tuan/2027-10-11", title="Hai", summary="Của hàng sau")
    read = exported.take()
    assert read.kept_out == 1
    assert 'title = "Một"' in exported.posts()["hang-tuan"]
    assert "Của hàng sau" not in exported.posts()["hang-tuan"]


def test_a_post_that_is_gone_is_not_made_anew(exported: Planned) -> None:
    put(exported, OPENING_2027, title="x")
    (exported.settings.campaigns_folder / SLUG / "posts" / "mo-dau.md").unlink()
    assert [slip.fault.code for slip in exported.read().slips] == ["row_post_gone"]


def test_without_the_last_column_a_row_of_no_post_is_told(exported: Planned) -> None:
    exported.change(lambda sheet: sheet.delete_cols(COLUMNS["mark"]))
    (exported.settings.campaigns_folder / SLUG / "posts" / "mo-dau.md").unlink()
    read = exported.read()
    assert {slip.fault.code for slip in read.slips} == {"row_post_gone"}
    assert read.kept_out == 2


def test_a_hidden_row_that_was_changed_is_told(exported: Planned) -> None:
    put(exported, OPENING_2027, title="x")

    def hide(sheet: Any) -> None:
        sheet.row_dimensions[row_of(sheet, OPENING_2027)].hidden = True

    exported.change(hide)
    assert [slip.fault.code for slip in exported.read().slips] == ["row_hidden_change"]


def test_without_the_last_column_the_file_is_what_counts(exported: Planned) -> None:
    def drop(sheet: Any) -> None:
        sheet.delete_cols(COLUMNS["mark"])

    exported.change(drop)
    read = exported.read()
    assert (read.written, codes(read)) == ((), [])
    put(exported, OPENING_2027, title="Từ bảng")
    exported.take()
    assert '"Từ bảng"' in exported.posts()["mo-dau"]


def test_a_row_added_below_becomes_a_post(exported: Planned) -> None:
    def add(sheet: Any) -> None:
        row = sheet.max_row + 1
        for name, value in {
            "date": "03/10/2027",
            "time": "8h",
            "title": "Bài thêm",
            "text": "Chào bà con.",
            "channels": "fanpage",
        }.items():
            sheet.cell(row, COLUMNS[name]).value = value

    exported.change(add)
    read = exported.take()
    assert codes(read) == []
    assert 'when     = "2027-10-03 08:00"' in exported.posts()["bai-them"]
