"""``calendar``: the plan to Excel and back, and to people's own calendars, at the keyboard."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import icalendar
import openpyxl
import pytest

from publisher.calendar.headings import LABELS
from tests.cli.office import Office, days_ahead, local_now

HEAD = ("Ngày", "Giờ", "Tiêu đề", "Nội dung", "Kênh")


def lay(office: Office, *rows: tuple[object, ...], name: str = "lich.xlsx") -> Path:
    book = openpyxl.Workbook()
    for row in (HEAD, *rows):
        book.active.append(list(row))
    path = office.root / name
    book.save(path)
    return path


def row(title: str = "Mời họp", text: str = "Chào bà con.", days: int = 5) -> tuple[object, ...]:
    return (f"{local_now() + timedelta(days=days):%d/%m/%Y}", "8h30", title, text, "fanpage")


def posts(office: Office) -> set[str]:
    return {path.name for path in (office.root / "campaigns/thu/posts").iterdir()}


def test_export_and_import_unchanged_writes_nothing(office: Office) -> None:
    office.post("bai", days_ahead(3))
    told = office.run("calendar", "export", "lich.xlsx")
    assert told.code == 0
    assert "1 row is in lich.xlsx" in told.out
    told = office.run("calendar", "import", "lich.xlsx", "--campaign", "thu", "--yes")
    assert told.code == 0
    assert "0 new, 0 changed, 1 as before" in told.out
    assert posts(office) == {"bai.md"}


def test_export_writes_over_nothing_unless_told_to(office: Office) -> None:
    (office.root / "lich.xlsx").write_text("của ai đó")
    told = office.run("calendar", "export", "lich.xlsx")
    assert told.code == 2
    assert (office.root / "lich.xlsx").read_text() == "của ai đó"
    assert office.run("calendar", "export", "lich.xlsx", "--replace").code == 0


def test_export_takes_the_days_that_are_named(office: Office) -> None:
    office.post("gan", days_ahead(3))
    office.post("xa", days_ahead(40))
    near, far = local_now() + timedelta(days=2), local_now() + timedelta(days=10)
    told = office.run(
        "calendar", "export", "a.xlsx", "--from", f"{near:%d/%m/%Y}", "--to", f"{far:%d/%m/%Y}"
    )
    assert "1 row " in told.out
    told = office.run(
        "calendar", "export", "b.xlsx", "--from", f"{far:%d/%m/%Y}", "--to", f"{near:%d/%m/%Y}"
    )
    assert told.code == 2


@pytest.mark.parametrize("options", [("--campaign", "khong"), ("--channel", "khong")])
def test_unknown_names_are_told(office: Office, options: tuple[str, ...]) -> None:
    told = office.run("calendar", "export", "a.xlsx", *options)
    assert told.code == 2
    assert "khong" in told.out


def test_import_shows_all_and_writes_nothing_before_it_is_told_to(office: Office) -> None:
    lay(office, row())
    told = office.run("calendar", "import", "lich.xlsx", "--campaign", "thu")
    assert told.code == 0
    assert "moi-hop.md" in told.out
    assert "+Chào bà con." in told.out
    assert "Nothing was written" in told.out
    assert posts(office) == set()


def test_import_writes_when_told_to_and_the_plan_has_it(office: Office) -> None:
    lay(office, row())
    told = office.run("calendar", "import", "lich.xlsx", "--campaign", "thu", "--yes")
    assert told.code == 0
    assert "1 file written" in told.out
    assert office.run("plan").lines("moi-hop")
    assert "Lan" not in told.out
    log = office.run("log").out
    assert "thu/moi-hop" in log


def test_import_asks_a_person_at_the_keyboard(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(office, row())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda *_args, **_kwargs: False)
    office.run("calendar", "import", "lich.xlsx", "--campaign", "thu")
    assert posts(office) == set()
    monkeypatch.setattr("click.confirm", lambda *_args, **_kwargs: True)
    office.run("calendar", "import", "lich.xlsx", "--campaign", "thu")
    assert posts(office) == {"moi-hop.md"}


def test_a_dry_run_never_asks_nor_writes(office: Office) -> None:
    lay(office, row())
    told = office.run("calendar", "import", "lich.xlsx", "--campaign", "thu", "--dry-run", "--yes")
    assert told.code == 0
    assert posts(office) == set()


def test_rows_that_do_not_fit_are_told_and_the_others_written(office: Office) -> None:
    lay(office, row(), ("tuần sau", "8h", "Sai", "Chào.", "fanpage"))
    told = office.run(
        *("calendar", "import", "lich.xlsx", "--campaign", "thu", "--yes"),
        *("--marked", "nhan-xet.xlsx"),
    )
    assert told.code == 1
    assert "Row 3, column “Ngày”" in told.out
    assert "1 not taken" in told.out
    assert posts(office) == {"moi-hop.md"}
    sheet = openpyxl.load_workbook(office.root / "nhan-xet.xlsx").worksheets[0]
    assert "moi-hop.md" in sheet["F2"].value
    assert "tuần sau" in sheet["F3"].value


def test_a_change_in_the_table_is_shown_as_a_difference(office: Office) -> None:
    office.post("bai", days_ahead(3), keys='title = "Cũ"')
    office.run("calendar", "export", "lich.xlsx")
    book = openpyxl.load_workbook(office.root / "lich.xlsx")
    sheet = book.worksheets[0]
    cell = next(cell for line in sheet.iter_rows() for cell in line if cell.value == "Cũ")
    cell.value = "Mới"
    book.save(office.root / "lich.xlsx")
    told = office.run("calendar", "import", "lich.xlsx", "--campaign", "thu", "--yes")
    assert told.lines('-title = "Cũ"')
    assert told.lines('+title = "Mới"')
    assert '"Mới"' in (office.root / "campaigns/thu/posts/bai.md").read_text()


def test_a_faulty_campaign_is_mended_first(office: Office) -> None:
    lay(office, row())
    office.post("hong", "hôm nào đó")
    told = office.run("calendar", "import", "lich.xlsx", "--campaign", "thu", "--yes")
    assert told.code == 1
    assert posts(office) == {"hong.md"}


def test_a_sheet_that_isnt_read_is_named(office: Office) -> None:
    book = openpyxl.load_workbook(lay(office, row()))
    book.create_sheet("Tháng 11").append(("Bài", "Nội dung"))
    book.save(office.root / "lich.xlsx")
    told = office.run("calendar", "import", "lich.xlsx", "--campaign", "thu", "--dry-run")
    assert told.lines("Sheets not read (hidden, or without headings): Tháng 11")


def test_what_is_no_workbook_is_told(office: Office) -> None:
    (office.root / "lich.csv").write_text("Ngày;Nội dung\n")
    told = office.run("calendar", "import", "lich.csv", "--campaign", "thu")
    assert told.code == 1
    assert ".xlsx" in told.out
    told = office.run("calendar", "import", "khong-co.xlsx", "--campaign", "thu")
    assert told.code == 1


def test_ics_is_a_calendar(office: Office) -> None:
    office.post("bai", days_ahead(3), text="Chào bà con.")
    told = office.run("calendar", "ics", "lich.ics")
    assert told.code == 0
    assert "1 event is in lich.ics" in told.out
    calendar = icalendar.Calendar.from_ical((office.root / "lich.ics").read_bytes())
    [event] = calendar.walk("VEVENT")
    assert event["SUMMARY"] == "Chào bà con."
    assert office.run("calendar", "ics", "lich.txt").code == 2


def test_vietnamese_is_spoken(office: Office) -> None:
    from publisher.i18n import _, use_language

    office.post("bai", days_ahead(3))
    told = office.run("calendar", "export", "lich.xlsx", lang="vi")
    use_language("vi")
    assert told.code == 0
    sheet = openpyxl.load_workbook(office.root / "lich.xlsx").worksheets[0]
    words = {cell.value for line in sheet.iter_rows() for cell in line}
    assert {_(label) for label in LABELS.values()} <= words
    told = office.run("calendar", "import", "lich.xlsx", "--campaign", "thu", lang="vi")
    assert told.code == 0
