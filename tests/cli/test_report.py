"""``report weekly``: the week's summary as a page, and by mail where one asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from channels.simulated.email import PASSWORD, Platform
from publisher.clock import system_clock
from tests.cli.office import SCHEDULE, Office, days_ahead, just_now, local_now


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
        )
        office.patch.setenv("MAIL", PASSWORD)
        yield server


def test_the_page_tells_of_the_week_that_is_asked_for(office: Office) -> None:
    office.post("bai", just_now(), keys='title = "Ngày hội đọc sách"')
    office.run("apply")
    office.send_due()

    made = office.run("report", "weekly", "--week", f"{local_now():%Y-%m-%d}", "--out", "tuan.html")

    assert made.code == 0
    assert "The page is at tuan.html" in made.out
    assert "Ngày hội đọc sách" in (office.root / "tuan.html").read_text(encoding="utf-8")


def test_without_a_week_it_is_the_last_whole_one(office: Office) -> None:
    assert office.run("report", "weekly").code == 0

    monday = local_now().date() - timedelta(days=local_now().weekday() + 7)
    page = (office.root / "preview/weekly.html").read_text(encoding="utf-8")
    assert f"{monday.day}/{monday.month}" in page or f"{monday:%d/%m}" in page


def test_writing_a_report_puts_no_plan_into_force(office: Office) -> None:
    office.post("bai", days_ahead(3))

    office.run("report", "weekly")

    assert office.states() == {}


def test_it_is_mailed_on_request_and_the_record_says_to_whom(
    office: Office, server: Platform
) -> None:
    sent = office.run("report", "weekly", "--send-to", "lanh-dao@example.vn")

    assert sent.code == 0, sent.out
    [mail] = server.mailbox
    assert mail["To"] == "lanh-dao@example.vn"
    assert "lanh-dao@example.vn" in "".join(office.run("log").lines("report"))


def test_a_server_that_refuses_is_told_with_its_reason_and_no_secret(
    office: Office, server: Platform
) -> None:
    office.patch.setenv("MAIL", "sai-mat-khau")

    refused = office.run("report", "weekly", "--send-to", "lanh-dao@example.vn")

    assert refused.code == 1
    assert "Not sent:" in refused.out
    assert "sai-mat-khau" not in refused.out
    assert server.mailbox == []


@pytest.mark.parametrize("address", ["lanh-dao", "a@b.vn\nBcc: c@d.vn"])
def test_what_is_no_address_is_refused_in_a_line(
    office: Office, server: Platform, address: str
) -> None:
    refused = office.run("report", "weekly", "--send-to", address)

    assert refused.code == 2
    assert "is no mail address." in refused.out
    assert server.mailbox == []


def test_without_a_mail_server_it_is_said_what_to_add(office: Office) -> None:
    refused = office.run("report", "weekly", "--send-to", "lanh-dao@example.vn")

    assert refused.code == 2
    assert "add [mail]" in refused.out
