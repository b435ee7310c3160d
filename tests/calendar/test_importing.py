"""An office's own calendar becomes posts; every row that doesn't fit is told, and none is lost."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from publisher.calendar.marked import write_marked
from tests.calendar.conftest import HEAD, ROW, Planned, codes


def test_a_row_becomes_a_post(office: Planned) -> None:
    office.lay(ROW)
    read = office.take()
    assert codes(read) == []
    assert office.posts()["moi-du-ngay-hoi"] == (
        '+++\nwhen     = "2027-10-01 08:30"\ntitle    = "Mời dự Ngày hội"\n'
        'channels = ["fanpage"]\n+++\nMời bà con.\n\nĐến dự nhé!\n'
    )


def test_nothing_is_written_by_reading(office: Planned) -> None:
    before = office.posts()
    office.lay(ROW)
    assert len(office.read().written) == 1
    assert office.posts() == before


def test_the_same_table_read_again_makes_no_post_twice(office: Planned) -> None:
    office.lay(ROW)
    office.take()
    again = office.read()
    assert (again.written, again.there, codes(again)) == ((), 1, [])


def test_an_offices_own_numbering_is_no_code_of_ours(office: Planned) -> None:
    office.lay((*ROW, "B01"), (None, None, None, None, None, "B02"), head=(*HEAD, "Mã bài"))
    read = office.take()
    assert (len(read.written), read.unchanged, codes(read)) == (1, 0, [])


def test_the_same_words_on_another_channel_are_another_post(office: Planned) -> None:
    office.lay(ROW)
    office.take()
    office.lay(ROW, (*ROW[:4], "portal"))
    read = office.take()
    assert (len(read.written), read.there, codes(read)) == (1, 1, [])
    again = office.read()
    assert (again.written, again.there, codes(again)) == ((), 2, [])
    office.lay((*ROW[:4], "fanpage, portal"))
    assert office.read().there == 1, "on two channels by two posts"


def test_a_post_that_is_there_on_some_of_its_channels_is_neither_lost_nor_doubled(
    office: Planned,
) -> None:
    office.lay(ROW)
    office.take()
    office.lay((*ROW[:4], "fanpage, portal"))
    read = office.read()
    assert (read.written, read.there, codes(read)) == ((), 0, [(2, "row_partly_there")])
    [slip] = read.slips
    assert "moi-du-ngay-hoi" in slip.fault.what
    assert "portal" in slip.fault.what


@pytest.mark.parametrize(
    "head",
    [
        ("NGÀY ĐĂNG", "GIỜ ĐĂNG", "TIÊU ĐỀ", "NỘI DUNG BÀI VIẾT", "KÊNH ĐĂNG"),
        ("ngay dang", "gio dang", "tieu de", "noi dung", "kenh"),
        ("Date", "Time", "Title", "Text", "Channels"),
        ("Ngày (dd/mm)", "Khung giờ", "Tên bài", "Caption", "Nền tảng"),
        ("NGA\u0300Y", "Giờ\n(24h)", "Tiêu đề:", "Nội  dung", "Kênh"),
    ],
)
def test_headings_are_known_with_marks_and_without_and_in_english(
    office: Planned, head: tuple[str, ...]
) -> None:
    office.lay(ROW, head=head)
    assert len(office.read().written) == 1


def test_columns_stand_in_any_order_beside_others_and_below_a_title(office: Planned) -> None:
    office.lay(
        (),
        ("STT", "Người phụ trách", "Kênh", "Nội dung", "Tiêu đề", "Giờ", "Ngày"),
        (1, "Lan", "fanpage", "Mời bà con.", "Mời", time(8, 30), datetime(2027, 10, 1)),  # noqa: DTZ001
        head=("KẾ HOẠCH TRUYỀN THÔNG THÁNG 10/2027",),
    )
    [one] = office.read().written
    assert 'when     = "2027-10-01 08:30"' in one.proposal.after


def test_hashtags_link_audience_and_picture_are_taken(office: Planned) -> None:
    head = (*HEAD, "Hashtag", "Liên kết", "Đối tượng", "Hình ảnh", "Tả ảnh")
    office.lay(
        (
            *ROW[:4],
            "Trang Facebook của tỉnh, cổng thông tin, TỈNH",
            "#ChuyenDoiSo #NgàyHội, DongThap",
            "https://example.vn/a",
            "people; business",
            "anh.png",
            "Cán bộ hướng dẫn",
        ),
        head=head,
    )
    read = office.take()
    assert codes(read) == []
    post = {one.id: one for one in office.campaign.posts}["moi-du-ngay-hoi"]
    assert post.front.channels == ("portal", "trang")
    assert post.front.hashtags == ("ChuyenDoiSo", "NgàyHội", "DongThap")
    assert post.front.link == "https://example.vn/a"
    assert post.front.audiences == ("people", "business")
    assert post.front.media[0].file == "media/anh.png"
    assert post.front.media[0].alt == "Cán bộ hướng dẫn"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("fanpage", ("fanpage",)),
        ("Zalo", ("zalo",)),
        ("FANPAGE / zalo", ("fanpage", "zalo")),
        ("fanpage\nzalo", ("fanpage", "zalo")),
        ("fanpage và zalo", ("fanpage", "zalo")),
        ("fanpage + X", ("fanpage", "x")),
        ("Telegram", ("telegram",)),
        ("Cổng thông tin, tỉnh; X", ("portal", "x")),
        ("- fanpage\n- zalo", ("fanpage", "zalo")),
        ("Tất cả", None),
        ("", None),
    ],
)
def test_channels_are_known_by_name_and_title(
    office: Planned, text: str, names: tuple[str, ...] | None
) -> None:
    from publisher.calendar.names import channels_in

    assert channels_in(text, office.settings) == names


CHANGES: list[tuple[int, object, str]] = [
    (0, "31/02/2027", "row_date"),
    (0, "tuần sau", "row_date"),
    (0, "", "row_no_date"),
    (0, "01/09/2027", "row_past"),
    (1, "8h30-9h30", "row_time"),
    (1, "sáng", "row_time"),
    (3, "", "row_no_text"),
    (4, "fanpag", "row_channel"),
    (4, "outbox", "row_channel_several"),
    (4, "Báo giấy", "row_channel"),
    (4, "/", "row_channel"),
    (3, "Còn {{ days_lef }} ngày", "template_undefined"),
]


@pytest.mark.parametrize(("column", "value", "code"), CHANGES, ids=[c for _, _, c in CHANGES])
def test_a_cell_that_does_not_fit_is_told_by_row_and_column_and_the_others_are_taken(
    office: Planned, column: int, value: object, code: str
) -> None:
    wrong = list(ROW)
    wrong[column] = value
    office.lay(wrong, ("02/10/2027", "8:30", "Bài hai", "Chào bà con.", "fanpage"))
    read = office.take()
    [slip] = [slip for slip in read.slips if slip.keeps_out]
    assert slip.fault.code == code
    assert (slip.row, slip.column) == (2, column + 1)
    assert "dòng 2" in slip.fault.what.casefold() or "row 2" in slip.fault.what.casefold()
    assert HEAD[column] in slip.fault.what
    assert slip.fault.instead
    assert read.kept_out == 1
    assert "bai-hai" in office.posts()
    assert "moi-du-ngay-hoi" not in office.posts()


def test_what_a_channel_would_refuse_is_told_before_it_is_written(office: Planned) -> None:
    office.lay((*ROW[:3], "Chữ " * 200, "x"))
    read = office.read()
    assert read.written == ()
    [slip] = [slip for slip in read.slips if slip.keeps_out]
    assert slip.row == 2


def test_a_row_that_is_hidden_is_not_taken_and_told(office: Planned) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True

    office.lay(ROW, edit=hide)
    read = office.read()
    assert codes(read) == [(2, "row_hidden")]
    assert read.written == ()


def test_a_day_merged_over_several_posts_is_the_day_of_each(office: Planned) -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A2:A3")

    office.lay(ROW, ("", "9:30", "Bài hai", "Chào.", "fanpage"), edit=merge)
    read = office.read()
    assert codes(read) == []
    assert [one.proposal.after.split("\n")[1] for one in read.written] == [
        'when     = "2027-10-01 08:30"',
        'when     = "2027-10-01 09:30"',
    ]


def test_headings_of_weeks_and_days_without_a_post_are_passed_over(office: Planned) -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A2:E2")

    office.lay(
        ("TUẦN 1 (01/10 – 07/10)",),
        ("01/10/2027", None, None, None, None),
        ROW,
        (),
        edit=merge,
    )
    read = office.read()
    assert codes(read) == []
    assert len(read.written) == 1


def test_every_sheet_with_such_headings_is_read_and_named(office: Planned) -> None:
    def more(sheet: Any) -> None:
        other = sheet.parent.create_sheet("Tháng 11")
        other.append(HEAD)
        other.append(("01/11/2027", "x", "Bài", "Chào.", "fanpage"))
        notes = sheet.parent.create_sheet("Ghi chú")
        notes.append(("Nhớ gọi điện",))
        hidden = sheet.parent.create_sheet("Cũ")
        hidden.append(HEAD)
        hidden.append(ROW)
        hidden.sheet_state = "hidden"

    office.lay(ROW, edit=more)
    read = office.read()
    assert len(read.written) == 1
    [slip] = read.slips
    assert (slip.sheet, slip.row) == ("Tháng 11", 2)
    assert "Tháng 11" in slip.fault.what
    assert read.unread == ("Ghi chú", "Cũ")


def test_a_formula_gives_what_excel_worked_out_and_else_is_told(office: Planned) -> None:
    def formula(sheet: Any) -> None:
        sheet["D2"] = '=CONCATENATE("a","b")'
        sheet["F2"] = "=ROW()"

    office.lay(ROW, edit=formula)
    assert codes(office.read()) == [(2, "row_formula"), (2, "row_no_text")]


def test_a_weekday_that_does_not_agree_is_worth_a_look(office: Planned) -> None:
    office.lay((*ROW, "Thứ Hai"), head=(*HEAD, "Thứ"))
    read = office.read()
    assert codes(read) == [(2, "row_weekday")]
    assert len(read.written) == 1  # 1 October 2027 is a Friday


def test_a_row_said_to_be_done_or_called_off_is_not_taken(office: Planned) -> None:
    for state in ("Đã đăng", "Hủy", "Hoãn", "Bỏ", "cancelled"):
        office.lay((*ROW, state), head=(*HEAD, "Trạng thái"))
        assert codes(office.read()) == [(2, "row_done")]
    for state in ("Chờ duyệt", "Bổ sung ảnh", "Hoàn thiện nội dung"):
        office.lay((*ROW, state), head=(*HEAD, "Trạng thái"))
        assert len(office.read().written) == 1


def test_two_rows_that_say_the_same_are_one_post_and_a_remark(office: Planned) -> None:
    office.lay(ROW, ROW)
    read = office.read()
    assert len(read.written) == 1
    assert codes(read) == [(3, "row_twice")]


def test_a_row_of_another_campaign_is_told(office: Planned) -> None:
    office.lay((*ROW, "tin-tuc"), head=(*HEAD, "Chiến dịch"))
    assert codes(office.read()) == [(2, "row_other_campaign")]


def test_a_picture_that_is_not_there_or_not_described_is_told(office: Planned) -> None:
    head = (*HEAD, "Ảnh", "Tả ảnh")
    office.lay((*ROW, "banner 10/10", ""), (*ROW[:3], "Khác", "fanpage", "anh.png", ""), head=head)
    assert codes(office.read()) == [(2, "row_media"), (3, "row_no_alt")]


def test_a_table_without_headings_says_which_are_needed(office: Planned) -> None:
    office.lay(("a", "b"), head=("x", "y"))
    [fault] = office.read().faults
    assert fault.code == "calendar_no_headings"
    assert "Nội dung" in fault.instead


def test_the_marked_copy_says_of_each_row_what_became_of_it(office: Planned) -> None:
    office.lay(ROW, ("tuần sau", "8:30", "Bài", "=1+1 chào", "fanpage"))
    read = office.read()
    target = office.root / "lich-nhan-xet.xlsx"
    before = office.table.read_bytes()
    assert write_marked(office.table, target, read) is None
    assert office.table.read_bytes() == before
    sheet = openpyxl.load_workbook(target).worksheets[0]
    assert "moi-du-ngay-hoi.md" in sheet["F2"].value
    assert "tuần sau" in sheet["F3"].value
    assert sheet["A3"].fill != PatternFill()
    assert sheet["A2"].fill == PatternFill()
    assert sheet["D3"].value == "=1+1 chào"


def test_the_remarks_are_never_worked_out(office: Planned) -> None:
    office.lay(("=cmd|' /C calc'!A0", "8:30", "Bài", "Chào", "fanpage"))
    read = office.read()
    target = office.root / "ra.xlsx"
    write_marked(office.table, target, read)
    sheet = openpyxl.load_workbook(target).worksheets[0]
    assert sheet["F2"].data_type == "s"
