"""The register as offices keep it: what Excel makes of it is read, slips are told by row."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.campaign.reader import read_campaigns
from publisher.campaign.register import Register, Topic
from publisher.campaign.register_reader import read_register, read_register_file
from publisher.files import rows
from publisher.files.faults import Fault, Severity
from publisher.settings import Settings

HEAD = ("Mã", "Tên nhiệm vụ", "Đơn vị", "Loại", "Mật")
LINES = (
    ("NV-01", "Cảm biến giám sát nước cho vườn xoài", "Sở Khoa học và Công nghệ", "Đề tài", ""),
    ("NV-02", "Học liệu số; an toàn mạng, lớp 6", "Sở Giáo dục và Đào tạo", "Dự án", "có"),
)
TOPICS = (
    Topic("NV-01", LINES[0][1], LINES[0][2], "Đề tài"),
    Topic("NV-02", LINES[1][1], LINES[1][2], "Dự án", secret=True),
)


def as_csv(lines: object, sign: str = ";") -> str:
    import csv

    text = io.StringIO()
    csv.writer(text, delimiter=sign, lineterminator="\r\n").writerows(lines)  # type: ignore[arg-type]
    return text.getvalue()


def read(path: Path, content: bytes | str) -> tuple[Register | None, list[Fault]]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_register_file(path)


def topics(path: Path, content: bytes | str) -> tuple[Topic, ...]:
    register, faults = read(path, content)
    assert faults == []
    assert register is not None
    return register.topics


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    return tmp_path / "coverage.csv"


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_excel_writes_is_read(csv_file: Path, sign: str, encoding: str) -> None:
    assert topics(csv_file, as_csv((HEAD, *LINES), sign).encode(encoding)) == TOPICS


def test_the_old_encoding_of_vietnamese_windows_is_read(csv_file: Path) -> None:
    text = as_csv((HEAD, *LINES))
    assert topics(csv_file, "".join(map(_apart, text)).encode("cp1258")) == TOPICS


def _apart(sign: str) -> str:
    """A letter as Windows-1258 has it: vowels and tone marks stand side by side."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = unicodedata.normalize("NFD", sign)
    tone = next((part for part in parts if part in tones), "")
    return unicodedata.normalize("NFC", parts.replace(tone, "")) + tone if tone else sign


@pytest.mark.parametrize(
    "raw",
    [b"\x8d\x8e\xff\x00", "M·; Tªn nhiÖm vô\r\n01; N­íc\r\n".encode("latin-1"), b"\xff\xfe\x00"],
    ids=["bytes", "TCVN3", "cut UTF-16"],
)
def test_letters_that_cannot_be_made_out_are_refused_with_what_to_do(
    csv_file: Path, raw: bytes
) -> None:
    register, [fault] = read(csv_file, raw)
    assert register is None
    assert fault.code == "encoding"
    assert "CSV UTF-8" in fault.instead


def test_columns_stand_in_any_order_beside_others_and_below_a_title(csv_file: Path) -> None:
    lines = (
        ("DANH MỤC NHIỆM VỤ NĂM 2027",),
        (),
        ("STT", "mật", "MÃ SỐ", "Ghi chú", "Đơn vị chủ trì", "TÊN ĐỀ TÀI", "Loại nhiệm vụ"),
        ("1", "", " NV-01 ", "gấp", "Sở Y tế", "Bệnh án  điện tử", "Đề tài"),
    )
    assert topics(csv_file, as_csv(lines)) == (
        Topic("NV-01", "Bệnh án điện tử", "Sở Y tế", "Đề tài"),
    )


def test_english_headings_are_understood(csv_file: Path) -> None:
    content = "Secret,Unit,Code,Title\nyes,Dept,A-1,Water\nno,Dept,A-2,Mango\n"
    assert topics(csv_file, content) == (
        Topic("A-1", "Water", "Dept", secret=True),
        Topic("A-2", "Mango", "Dept"),
    )


def test_slips_are_told_by_row_and_column_and_the_other_rows_are_used(csv_file: Path) -> None:
    lines = (
        HEAD,
        ("NV-01", "Một", "", "", ""),
        (),
        ("", "Không mã", "", "", ""),
        ("nv-01", "Hai lần", "", "", ""),
        ("NV-03", "", "", "", ""),
        ("NV-04", "Chưa rõ", "", "", "có lẽ"),
    )
    register, faults = read(csv_file, as_csv(lines))
    assert register is not None
    assert [topic.code for topic in register.topics] == ["NV-01", "NV-03", "NV-04"]
    assert [(fault.line, fault.code) for fault in faults] == [
        (4, "no_code"),
        (5, "code_twice"),
        (6, "no_title"),
        (7, "secret"),
    ]
    assert "“Mã”" in faults[0].what
    assert "4" in faults[0].what
    assert "2" in faults[1].what
    # What may be a secret is treated as one.
    assert register.topics[-1].secret


def test_of_two_lines_of_one_code_the_careful_one_holds(csv_file: Path) -> None:
    lines = (HEAD, ("NV-01", "Một", "", "", ""), ("NV-01", "Một", "", "", "mật"))
    register, [fault] = read(csv_file, as_csv(lines))
    assert fault.code == "code_twice"
    assert register is not None
    assert [topic.secret for topic in register.topics] == [True]


def test_codes_are_found_in_small_letters_and_capitals(csv_file: Path) -> None:
    register, _faults = read(csv_file, as_csv((HEAD, *LINES)))
    assert register is not None
    assert register.find(" nv-01 ") == TOPICS[0]
    assert register.find("NV-1") is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "no_headings"),
        ("Tên nhiệm vụ;Đơn vị\nNước;Sở\n", "no_headings"),
        ('Mã;Tên nhiệm vụ\n"NV-01;Nước\nNV-02;Xoài\n', "csv"),
        ("Mã;Tên nhiệm vụ\n", "empty_register"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old_excel"),
        (b"PK\x03\x04 nothing of the sort", "workbook"),
        (b"x" * (rows.MAX_BYTES + 1), "table_too_big"),
        ("Mã;Tên nhiệm vụ\n" + "NV;Nước\n" * (rows.MAX_ROWS + 1), "too_many_rows"),
    ],
    ids=["empty", "no code", "open quote", "heads only", "xls", "zip", "bytes", "rows"],
)
def test_what_is_no_register_is_told(csv_file: Path, content: bytes | str, code: str) -> None:
    _register, [fault] = read(csv_file, content)
    assert fault.code == code
    assert fault.instead


def test_what_stands_before_a_quotation_mark_left_open_is_read(csv_file: Path) -> None:
    content = 'Mã;Tên nhiệm vụ\nNV-01;Nước\nNV-02;"Xoài\nNV-03;Lúa\n'
    register, [fault] = read(csv_file, content)
    assert register is not None
    assert [topic.code for topic in register.topics] == ["NV-01"]
    assert (fault.code, fault.line) == ("csv", 3)


# -- workbooks ------------------------------------------------------------------------------------


def workbook(path: Path, *sheets: tuple[tuple[object, ...], ...]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, lines in enumerate(sheets):
        sheet = book.create_sheet(f"S{number}")
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path.read_bytes()


def test_a_workbook_is_read_whichever_sheet_it_is_on(tmp_path: Path) -> None:
    path = tmp_path / "coverage.xlsx"
    raw = workbook(path, (("Hướng dẫn",),), (HEAD, *LINES, ("", "", "", "", "")))
    assert topics(path, raw) == TOPICS


def test_a_code_that_excel_holds_as_a_number_is_what_people_see(tmp_path: Path) -> None:
    path = tmp_path / "coverage.xlsx"
    raw = workbook(path, (("Mã", "Tên", "Mật"), (12.0, "Nước", True), (7, "Xoài", False)))
    assert topics(path, raw) == (Topic("12", "Nước", secret=True), Topic("7", "Xoài"))


def test_slips_in_a_workbook_are_told_by_row_too(tmp_path: Path) -> None:
    path = tmp_path / "coverage.xlsx"
    _register, [fault] = read(path, workbook(path, (HEAD, LINES[0], (), (None, "Không mã"))))
    assert (fault.line, fault.code) == (4, "no_code")


def _repacked(raw: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return out.getvalue()


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet>" + b" " * (rows.MAX_UNPACKED_BYTES + 1) + b"</worksheet>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>',
        b"<worksheet><sheetData><row>",
    ],
    ids=["bomb", "entities", "cut off"],
)
def test_a_workbook_made_to_harm_is_refused(tmp_path: Path, sheet: bytes) -> None:
    path = tmp_path / "coverage.xlsx"
    raw = _repacked(workbook(path, (HEAD, *LINES)), "xl/worksheets/sheet1.xml", sheet)
    register, [fault] = read(path, raw)
    assert register is None
    assert fault.code == "workbook"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(["coverage.csv", "coverage.xlsx"]))
def test_no_bytes_bring_the_reader_down(tmp_path: Path, raw: bytes, name: str) -> None:
    register, faults = read(tmp_path / name, raw)
    assert register is not None or faults


# -- the office's own place, and what posts name --------------------------------------------------


def office(folder: Path, **coverage: object) -> Settings:
    (folder / "campaigns").mkdir(exist_ok=True)
    return Settings(
        root=folder,
        channels={"fanpage": {"adapter": "outbox"}},
        coverage=coverage,  # type: ignore[arg-type]
    )


def test_without_a_register_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert read_register(office(tmp_path)) == (None, [])


def test_of_two_registers_one_is_read_and_the_other_is_told(tmp_path: Path) -> None:
    at_home = office(tmp_path)
    (tmp_path / "campaigns/coverage.csv").write_text(as_csv((HEAD, *LINES)), encoding="utf-8")
    workbook(tmp_path / "campaigns/coverage.xlsx", (HEAD,))
    register, [fault] = read_register(at_home)
    assert register is not None
    assert register.topics == TOPICS
    assert (fault.code, fault.severity) == ("two_registers", Severity.WARNING)


def test_a_register_elsewhere_is_named_in_schedule_toml(tmp_path: Path) -> None:
    (tmp_path / "danh-muc.csv").write_text(as_csv((HEAD, *LINES)), encoding="utf-8")
    register, faults = read_register(office(tmp_path, file="danh-muc.csv"))
    assert faults == []
    assert register is not None
    _none, [fault] = read_register(office(tmp_path, file="mat.csv"))
    assert fault.code == "missing"


def tagged(folder: Path, covers: str) -> Settings:
    """An office with a register and one post with these ``covers``."""
    settings = office(folder)
    (folder / "campaigns/coverage.csv").write_text(as_csv((HEAD, *LINES)), encoding="utf-8")
    posts = folder / "campaigns/hoi/posts"
    posts.mkdir(parents=True)
    (posts.parent / "campaign.toml").write_text(
        'title = "Hội"\nowner = "Sở"\nchannels = ["fanpage"]\n', encoding="utf-8"
    )
    (posts / "mot.md").write_text(
        f'+++\nwhen = "2027-10-10 08:00"\ncovers = {covers}\n+++\nMời bà con.\n', encoding="utf-8"
    )
    return settings


def test_a_code_that_the_register_lacks_is_a_warning_with_the_nearest(tmp_path: Path) -> None:
    campaigns, [fault] = read_campaigns(tagged(tmp_path, '["nv-01", "NV-011"]'))
    assert (fault.code, fault.line, fault.severity) == ("unknown_code", 3, Severity.WARNING)
    assert "NV-01" in fault.instead
    assert campaigns[0].posts[0].front.covers == ("nv-01", "NV-011")


def test_a_post_about_a_secret_task_is_refused_with_its_campaign(tmp_path: Path) -> None:
    campaigns, [fault] = read_campaigns(tagged(tmp_path, '["NV-02"]'))
    assert (fault.code, fault.line, fault.severity) == ("covers_secret", 3, Severity.ERROR)
    assert campaigns == []


def test_a_post_may_be_tagged_before_there_is_a_register(tmp_path: Path) -> None:
    settings = tagged(tmp_path, '["NV-99"]')
    (tmp_path / "campaigns/coverage.csv").unlink()
    campaigns, faults = read_campaigns(settings)
    assert faults == []
    assert len(campaigns) == 1
