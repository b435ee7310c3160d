"""The page of reports: what is owed, drafts to take along, and the mails that were written."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document

from publisher.reports.reminders import plan_reminders
from publisher.reports.schedule import plan_weekly
from publisher.settings.console import Role
from publisher.settings.mail import Mail
from publisher.settings.reports import Periodic, Reports, Weekly
from publisher.store.models import Delivery
from tests.conftest import NOON
from tests.web import reached
from tests.web.office import ConsoleOffice, Visitor
from tests.web.reading import english, words_of


@pytest.fixture
def mailing(own_office: ConsoleOffice) -> ConsoleOffice:
    """An office that mails its reports; last week's posts were read."""
    reached.fill(own_office, weeks=3)
    site = own_office.site
    own = site.settings.reports
    address = "lanh-dao@example.vn"
    reports = Reports(
        weekly=Weekly.model_validate({**own.weekly.model_dump(), "to": (address,)}),
        periodic=Periodic.model_validate({**own.periodic.model_dump(), "to": (address,)}),
    )
    mail = Mail.model_validate({"host": "127.0.0.1", "sender": "bao-cao@example.vn"})
    site.settings = site.settings.model_copy(update={"reports": reports, "mail": mail})
    return own_office


def reader(office: ConsoleOffice) -> Visitor:
    return english(office.visitor(Role.VIEWER))


def test_what_is_owed_next_stands_first_with_its_days(office: ConsoleOffice) -> None:
    text = words_of(reader(office).get("/files").text)
    assert "Report of October 2027 from 15 Sep 2027 to 14 Oct 2027" in text
    assert text.index("Report of October 2027") < text.index("Report of November 2027")
    assert "Nobody is reminded" in text


def test_a_report_is_opened_with_what_it_still_lacks(office: ConsoleOffice) -> None:
    page = words_of(reader(office).get("/files/reports/2027-10").text)
    assert "Report of October 2027 not over yet" in page
    assert "in time until 20 Oct 2027" in page
    assert "Its span isn't over" in page


@pytest.mark.parametrize("label", ["2027-10", "2027-H2", "2027", "20271001-20271007"], ids=str)
def test_its_draft_is_the_document_that_the_command_writes(
    office: ConsoleOffice, label: str
) -> None:
    visitor = reader(office)
    word = visitor.get(f"/files/reports/{label}/docx")
    assert word.status_code == 200
    assert re.search(r'filename="bao-cao-[a-z0-9-]+\.docx"', word.headers["content-disposition"])
    text = "\n".join(one.text for one in Document(io.BytesIO(word.content)).paragraphs)
    assert "BÁO CÁO" in text
    assert visitor.get(f"/files/reports/{label}/pdf").content.startswith(b"%PDF")
    annex = visitor.get(f"/files/reports/{label}/xlsx").content
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(annex)).namelist()


@pytest.mark.parametrize(
    "path",
    [
        "reports/2027-11",
        "reports/2099",
        "reports/2027-13",
        "reports/20271001-20270901",
        "reports/20200101-20271001",
        "reports/x",
        "reports/2027-10/exe",
        "weekly/2027-W60",
        "weekly/2027-W42",
        "weekly/x",
        "mails/999999",
        "mails/99999999999999999999999",
    ],
)
def test_what_there_is_not_or_not_yet_is_not_found(office: ConsoleOffice, path: str) -> None:
    assert reader(office).get(f"/files/{path}").status_code == 404


def test_days_of_ones_own_choice_lead_to_their_report(office: ConsoleOffice) -> None:
    visitor = reader(office)
    there = visitor.get("/files/report?from=2027-09-01&to=2027-10-05")
    assert (there.status_code, there.headers["location"]) == (
        303,
        "/files/reports/20270901-20271005",
    )
    chosen = visitor.get("/files/report?span=2027-09")
    assert chosen.headers["location"] == "/files/reports/2027-09"
    assert visitor.get(there.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from=&to=", "Choose the first day and the last."),
        ("from=2027-10-05&to=2027-10-01", "exchange the two"),
        ("from=2027-10-11&to=2027-10-12", "still to come"),
        ("from=2020-01-01&to=2027-10-01", "A year at most"),
    ],
)
def test_days_that_cannot_be_reported_are_told_at_their_field(
    office: ConsoleOffice, query: str, told: str
) -> None:
    page = reader(office).get(f"/files/report?{query}")
    assert page.status_code == 422
    assert told in words_of(page.text)


def test_a_word_template_that_cannot_be_used_is_told_in_words(own_office: ConsoleOffice) -> None:
    broken = own_office.root / "mau.docx"
    broken.write_bytes(b"not a document")
    site = own_office.site
    periodic = site.settings.reports.periodic.model_copy(update={"template": Path("mau.docx")})
    reports = site.settings.reports.model_copy(update={"periodic": periodic})
    site.settings = site.settings.model_copy(update={"reports": reports})
    page = reader(own_office).get("/files/reports/2027-10/docx")
    assert page.status_code == 422
    assert "The office's Word template can't be used" in words_of(page.text)


def test_the_summary_of_a_week_is_seen_as_its_mail_would_be(mailing: ConsoleOffice) -> None:
    page = reader(mailing).get("/files/weekly/2027-W39")
    assert page.status_code == 200
    assert "27/09 – 03/10/2027" in page.text
    assert "data:image/png;base64," in page.text
    assert "cid:" not in page.text
    # It brings its own style, so it may do nothing else.
    policy = page.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "default-src 'none'" in policy
    assert "script" not in policy


def test_the_mail_of_a_week_is_seen_as_it_was_composed(mailing: ConsoleOffice) -> None:
    mailing.clock.move_to(NOON.replace(day=11, hour=2))
    assert plan_weekly(mailing.site) is not None
    visitor = reader(mailing)
    page = visitor.get("/files").text
    [number] = re.findall(r'href="/files/mails/(\d+)"', page)
    mail = visitor.get(f"/files/mails/{number}")
    assert "04/10 – 10/10/2027" in mail.text
    assert mail.headers["content-security-policy"].startswith("sandbox;")
    composed = mail.text
    reached.put(mailing, NOON.replace(day=5), "ve-sau", "Bài thêm về sau", "10-10", 2027, 10**6, [])
    assert visitor.get(f"/files/mails/{number}").text == composed


def test_documents_that_went_with_a_mail_can_be_taken_along_while_they_are_kept(
    mailing: ConsoleOffice,
) -> None:
    mailing.clock.move_to(NOON.replace(day=15, hour=3))
    assert plan_reminders(mailing.site)
    visitor = reader(mailing)
    page = visitor.get("/files").text
    links = re.findall(r'href="(/files/mails/\d+/\d+)"[^>]*>([^<]+)<', page)
    assert {Path(name).suffix for _link, name in links} == {".docx", ".pdf", ".xlsx"}
    link, name = links[0]
    kept = next((mailing.root / "var" / "reports" / "drafts").glob(f"*/{name}"))
    assert visitor.get(link).content == kept.read_bytes()
    kept.unlink()
    assert link not in visitor.get("/files").text
    assert visitor.get(link).status_code == 404


def test_no_post_is_shown_as_if_it_were_a_report(mailing: ConsoleOffice) -> None:
    visitor = reader(mailing)
    number = mailing.number("buoi-chieu")
    assert visitor.get(f"/files/mails/{number}").status_code == 404
    with mailing.site.database.writing() as session:
        row = session.get(Delivery, number)
        assert row is not None
        row.campaign = "reports"
        session.add(row)
    assert visitor.get(f"/files/mails/{number}").status_code == 404
    assert f"/files/mails/{number}" not in visitor.get("/files").text
