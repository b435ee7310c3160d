"""Alerts: told once, again after the quiet, at once after they were mended; never a flood."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from channels.simulated.email import PASSWORD, Platform
from publisher.alerts import Alerts, mail_teller
from publisher.clock import MovedClock, system_clock
from publisher.secrets import secret_reader
from publisher.settings import Settings
from publisher.store.database import Database

QUIET = timedelta(hours=6)


@pytest.fixture
def told() -> list[str]:
    """What people were told."""
    return []


@pytest.fixture
def alerts(database: Database, clock: MovedClock, told: list[str]) -> Alerts:
    settings = Settings.model_validate({"alerts": {"quiet": "6h"}})
    return Alerts(
        database, settings, clock, lambda subject, text: told.append(f"{subject}\n{text}")
    )


def test_its_subject_says_what_happened(alerts: Alerts, told: list[str]) -> None:
    text = "Kênh fanpage đã dừng: mã hết hạn. " + "Các bài đang chờ. " * 9
    assert alerts.raise_("channel fanpage", text)
    [message] = told
    subject, _line, rest = message.partition("\n")
    assert subject.startswith("Publisher: Kênh fanpage đã dừng: mã hết hạn.")
    assert len(subject) < 110
    assert rest == text


def test_the_same_matter_is_no_flood(alerts: Alerts, told: list[str], clock: MovedClock) -> None:
    for _minute in range(300):
        alerts.raise_("channel fanpage", "Mã hết hạn.")
        clock.advance(timedelta(minutes=1))

    assert len(told) == 1


def test_it_is_told_again_after_the_quiet_and_not_a_moment_before(
    alerts: Alerts, told: list[str], clock: MovedClock
) -> None:
    alerts.raise_("channel fanpage", "Mã hết hạn.")
    clock.advance(QUIET - timedelta(seconds=1))
    assert not alerts.raise_("channel fanpage", "Mã hết hạn.")
    clock.advance(timedelta(seconds=1))
    assert alerts.raise_("channel fanpage", "Mã hết hạn.")
    assert len(told) == 2


def test_what_nobody_acts_upon_is_told_ever_more_rarely(
    alerts: Alerts, told: list[str], clock: MovedClock
) -> None:
    at = []
    for hour in range(7 * 24):
        if alerts.raise_("channel fanpage", "Mã hết hạn."):
            at.append(hour)
        clock.advance(timedelta(hours=1))
    assert at == [0, 6, 12, 24, 48, 96]


def test_what_was_mended_and_breaks_again_is_told_at_once(
    alerts: Alerts, told: list[str], clock: MovedClock
) -> None:
    alerts.raise_("channel fanpage", "Mã hết hạn.")
    alerts.clear("channel fanpage")
    clock.advance(timedelta(minutes=1))

    assert alerts.raise_("channel fanpage", "Lại hết hạn.")
    assert len(told) == 2


def test_matters_do_not_silence_one_another(alerts: Alerts, told: list[str]) -> None:
    for matter in ("channel fanpage", "channel zalo", "campaign thu"):
        alerts.raise_(matter, "…")

    assert len(told) == 3
    assert sorted(alerts.open("channel ")) == ["channel fanpage", "channel zalo"]


def test_a_restart_does_not_tell_it_all_again(
    alerts: Alerts, database: Database, clock: MovedClock
) -> None:
    alerts.raise_("channel fanpage", "Mã hết hạn.")
    after: list[str] = []
    restarted = Alerts(database, Settings(), clock, lambda subject, text: after.append(text))

    assert not restarted.raise_("channel fanpage", "Mã hết hạn.")
    assert after == []


def test_many_threads_that_meet_one_trouble_tell_it_once(alerts: Alerts, told: list[str]) -> None:
    threads = [
        threading.Thread(target=alerts.raise_, args=("channel fanpage", "…")) for _n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 1


def test_clearing_what_was_never_raised_is_no_matter(alerts: Alerts) -> None:
    alerts.clear("channel fanpage")

    assert alerts.open("") == []


@pytest.fixture
def server() -> Iterator[Platform]:
    with Platform(system_clock) as running:
        yield running


def mailing(server: Platform, **mail: object) -> Settings:
    """Settings whose alerts are mailed to two people through ``server``."""
    keys = {name: server.config()[name] for name in ("host", "port", "security", "username")}
    given = {**keys, "password": "env:MAIL", "sender": "publisher@example.vn", **mail}
    to = ["quan-tri@example.vn", "truc-ban@example.vn"]
    return Settings.model_validate({"mail": given, "alerts": {"to": to}})


def test_everyone_named_gets_a_mail(server: Platform, tmp_path: Path) -> None:
    tell = mail_teller(mailing(server), secret_reader(tmp_path, {"MAIL": PASSWORD}))

    tell("Publisher:\nchannel fanpage", "Mã hết hạn.\nGia hạn rồi chạy: publisher doctor")

    first, second = server.mailbox
    assert first["Subject"] == "Publisher: channel fanpage"
    assert "publisher doctor" in first.get_content()
    assert second["To"] == first["To"] == "quan-tri@example.vn, truc-ban@example.vn"


def test_one_address_refused_keeps_nobody_else_from_knowing(
    server: Platform, tmp_path: Path
) -> None:
    server.faults.next("invalid")
    tell = mail_teller(mailing(server), secret_reader(tmp_path, {"MAIL": PASSWORD}))

    tell("Publisher: channel fanpage", "Mã hết hạn.")

    assert len(server.mailbox) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        {"password": "env:KHONG_CO"},
        {"port": 1},
        {"host": "khong-co.invalid", "security": "starttls"},
    ],
)
def test_a_mail_that_cannot_leave_does_not_stop_what_it_warns_of(
    server: Platform,
    tmp_path: Path,
    database: Database,
    clock: MovedClock,
    trouble: dict[str, object],
) -> None:
    settings = mailing(server, **trouble)
    tell = mail_teller(settings, secret_reader(tmp_path, {"MAIL": PASSWORD}))

    assert Alerts(database, settings, clock, tell).raise_("channel fanpage", "Mã hết hạn.")
    assert server.mailbox == []


def test_without_addresses_the_log_and_the_store_are_told(server: Platform, tmp_path: Path) -> None:
    settings = mailing(server).model_copy(update={"alerts": Settings().alerts})

    mail_teller(settings, secret_reader(tmp_path, {"MAIL": PASSWORD}))("Publisher", "…")

    assert server.mailbox == []


def test_a_mail_says_that_a_machine_wrote_it_and_for_which_office(
    server: Platform, tmp_path: Path
) -> None:
    tell = mail_teller(mailing(server), secret_reader(tmp_path, {"MAIL": PASSWORD}))

    tell("Kênh đã dừng", "…")

    message = server.mailbox[0]
    assert message["Auto-Submitted"] == "auto-generated"
    assert "UBND" in message["From"]
