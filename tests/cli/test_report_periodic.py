"""``report monthly`` and its like, as people type them; and the list of what is owed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from docx import Document

from channels.simulated.email import PASSWORD, Platform
from publisher.clock import system_clock
from publisher.reports.deadlines import next_owed
from publisher.reports.reminders import plan_reminders
from publisher.settings import Settings
from tests.cli.office import SCHEDULE, Office, just_now, local_now

FORMS = ("docx", "pdf", "xlsx")


@pytest.fixture
def server(office: Office) -> Iterator[Platform]:
    """The office's mail server, a stand-in; the variable MAIL holds its password."""
    with Platform(system_clock) as server:
        keys = server.config()
        office.schedule(
            SCHEDULE
            + f'[mail]\nhost = "{keys["host"]}"\nport = {keys["port"]}\nsecurity = "none"\n'
            + f'username = "{keys["username"]}"\npassword = "env:MAIL"\n'
            + 'sender = "publisher@example.vn"\n'
            + '[reports.periodic]\nto = ["van-thu@example.vn"]\n'
        )
        office.patch.setenv("MAIL", PASSWORD)
        yield server


@pytest.fixture
def publishing(office: Office) -> Office:
    """The office, with one post that went out a minute ago."""
    office.post("bai", just_now(), keys='title = "Ngày hội đọc sách"')
    office.run("apply")
    office.send_due()
    return office


def written(office: Office, folder: str) -> list[str]:
    return sorted(
        path.name for path in (office.root / folder).iterdir() if not path.name.startswith(".")
    )


def test_the_report_that_is_owed_next_is_written_into_a_folder_of_its_own(
    publishing: Office,
) -> None:
    owed = next_owed("monthly", local_now().date(), Settings()).span

    made = publishing.run("report", "monthly")

    assert made.code == 0, made.out
    stem = f"bao-cao-thang-{owed.number:02d}-{owed.year}"
    assert written(publishing, f"reports/{owed.label}") == [f"{stem}.{form}" for form in FORMS]
    assert f"Written: reports/{owed.label}/{stem}.docx" in made.out
    assert "Its span isn't over" in made.out
    assert "the signer's name (signer)" in made.out


def test_a_month_half_and_year_can_be_named(office: Office) -> None:
    asked = {
        ("monthly", "--month", "10/2025"): "bao-cao-thang-10-2025.xlsx",
        ("monthly", "--month", "2025-09"): "bao-cao-thang-09-2025.xlsx",
        ("half-year", "--half", "1", "--year", "2025"): "bao-cao-6-thang-dau-nam-2025.xlsx",
        ("yearly", "--year", "2025"): "bao-cao-nam-2025.xlsx",
        ("span", "--from", "01/02/2025", "--to", "2025-02-03"): (
            "bao-cao-01-02-2025-den-03-02-2025.xlsx"
        ),
    }
    for arguments in asked:
        made = office.run("report", *arguments, "--as", "xlsx", "--out", "ra")
        assert made.code == 0, made.out
    assert written(office, "ra") == sorted(asked.values())


def test_the_next_half_year_and_year_are_meant_where_none_is_named(office: Office) -> None:
    today = local_now().date()
    for command in ("half-year", "yearly"):
        made = office.run("report", command, "--as", "xlsx")
        assert made.code == 0, made.out
        owed = next_owed(command, today, Settings()).span  # type: ignore[arg-type]
        assert len(written(office, f"reports/{owed.label}")) == 1


def test_a_document_that_somebody_edited_is_not_written_over(publishing: Office) -> None:
    arguments = ("report", "monthly", "--as", "docx", "--out", "ra")
    publishing.run(*arguments)
    [name] = written(publishing, "ra")
    path = publishing.root / "ra" / name
    document = Document(str(path))
    document.add_paragraph("Ý kiến của Giám đốc")
    document.save(str(path))
    edited = path.read_bytes()

    again = publishing.run(*arguments)

    assert again.code == 0
    assert f"ra/{name} was changed by somebody, so it stays as it is." in again.out
    assert path.read_bytes() == edited
    assert written(publishing, "ra") == sorted([name, name.replace(".docx", "-2.docx")])


def test_it_is_mailed_on_request_with_what_was_asked_for(
    server: Platform, publishing: Office
) -> None:
    sent = publishing.run(
        "report", "monthly", "--as", "docx,xlsx", "--send-to", "lanh-dao@example.vn"
    )

    assert sent.code == 0, sent.out
    [mail] = server.mailbox
    assert mail["To"] == "lanh-dao@example.vn"
    attached = [str(part.get_filename()) for part in mail.iter_attachments()]
    assert [Path(name).suffix for name in attached] == [".docx", ".xlsx"]
    owed = next_owed("monthly", local_now().date(), Settings()).span
    assert f"monthly {owed.label}" in "".join(publishing.run("log").lines("lanh-dao@example.vn"))


def test_a_report_of_any_days_is_mailed_without_a_deadline(
    server: Platform, publishing: Office
) -> None:
    today = f"{local_now():%d/%m/%Y}"
    sent = publishing.run(
        "report", "span", "--from", today, "--to", today, "--send-to", "lanh-dao@example.vn"
    )
    assert sent.code == 0, sent.out
    assert today in server.mailbox[0]["Subject"]


def test_opening_shows_what_was_written_first(
    publishing: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", opened.append)
    publishing.run("report", "monthly", "--as", "xlsx", "--open", "--out", "ra")
    assert [Path(path).suffix for path in opened] == [".xlsx"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("monthly", "--month", "13/2026"), "is no month"),
        (("monthly", "--month", "10/2999"), "Nothing can be reported yet"),
        (("half-year", "--half", "3"), "--half"),
        (("half-year", "--year", "2026"), "--half 1 or --half 2"),
        (("span", "--from", "02/02/2026", "--to", "01/02/2026"), "is before the first"),
        (("span", "--from", "02/02/2026"), "--to"),
        (("monthly", "--as", "doc"), "is no form of a report"),
        (("monthly", "--as", ","), "is no form of a report"),
        (("monthly", "--send-to", "ai-do"), "is no mail address"),
        (("monthly", "--send-to", "ai@example.vn"), "add [mail]"),
    ],
)
def test_what_can_not_be_is_refused_in_a_line(
    office: Office, arguments: tuple[str, ...], said: str
) -> None:
    refused = office.run("report", *arguments)

    assert refused.code == 2
    assert said in refused.out
    assert not (office.root / "reports").exists()


def test_a_broken_template_is_told_with_how_to_get_a_sound_one(office: Office) -> None:
    (office.root / "mau.docx").write_bytes(b"khong phai Word")
    office.schedule(SCHEDULE + '[reports.periodic]\ntemplate = "mau.docx"\n')

    refused = office.run("report", "monthly")

    assert refused.code == 1
    assert "The office's Word template can't be used" in refused.out
    assert "mau.docx" in refused.out
    assert "publisher report template" in refused.out


def test_the_template_is_copied_used_and_never_written_over(publishing: Office) -> None:
    copied = publishing.run("report", "template", "--out", "mau/bao-cao.docx")

    assert copied.code == 0, copied.out
    assert 'template = "mau/bao-cao.docx"' in copied.out
    publishing.schedule(SCHEDULE + '[reports.periodic]\ntemplate = "mau/bao-cao.docx"\n')
    assert publishing.run("report", "monthly", "--as", "docx").code == 0
    again = publishing.run("report", "template", "--out", "mau/bao-cao.docx")
    assert again.code == 2
    assert "is there already" in again.out


def test_deadlines_list_what_is_owed_and_say_where_nobody_is_reminded(office: Office) -> None:
    told = office.run("report", "deadlines", "--months", "12")

    assert told.code == 0
    owed = next_owed("monthly", local_now().date(), Settings())
    due, send_on = (f"{day.day} {day:%b %Y}" for day in (owed.day, owed.send_on))
    assert any(send_on in line for line in told.lines(due))
    assert len(told.lines("the first half of")) == 1
    assert len(told.lines("the year")) == 1
    assert "Nobody is reminded" in told.out


def test_deadlines_say_what_became_of_each_draft(office: Office, server: Platform) -> None:
    # A reminder so long ahead that it fell due yesterday, or where that was a day off, before.
    owed = next_owed("monthly", local_now().date(), Settings())
    ahead = max(0, (owed.send_on - local_now().date()).days + 1)
    text = (office.root / "schedule.toml").read_text(encoding="utf-8")
    office.schedule(f'{text}remind = ["{ahead}d"]\ngrace = "20d"\nkinds = ["monthly"]\n')
    assert "not mailed" in office.run("report", "deadlines").out
    with office.site() as site:
        assert len(plan_reminders(site)) == 1
    office.send_due("reports")

    told = office.run("report", "deadlines")

    assert "sent" in told.out
    assert "not mailed" not in told.out
    assert "Nobody is reminded" not in told.out
