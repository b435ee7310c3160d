"""A daemon that can't begin, by its store or its schedule: under systemd it stays, and tells."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.simulated.email import Platform
from publisher.alerts.last_good import FILE
from publisher.clock import system_clock
from tests.daemon.conftest import Install
from tests.daemon.systemd import Systemd, systemd
from tests.daemon.test_told import mail_alerts

__all__ = ["systemd"]

OFTEN = {"publisher.daemon.kept_out.TRY_AGAIN_S": 0.2}


@pytest.fixture
def server() -> Iterator[Platform]:
    with Platform(system_clock) as running:
        yield running


@pytest.fixture
def broken(tmp_path: Path, office_store: str) -> Path:
    """The store's file, which is something else."""
    store = tmp_path / "var" / "publisher.db"
    store.parent.mkdir(exist_ok=True)
    for file in store.parent.glob("publisher.db*"):
        file.unlink()
    store.write_bytes(b"no database at all" * 300)
    return store


def stays_out(systemd: Systemd, rounds: int) -> None:
    """Let a daemon say so often that it can't begin yet, and nothing else."""
    for _round in range(rounds):
        assert any(line.startswith("EXTEND_TIMEOUT_USEC=") for line in systemd.next())


@pytest.mark.about_sqlite
def test_a_person_is_told_once_and_the_daemon_begins_when_the_store_can_be_used(
    install: Install, systemd: Systemd, server: Platform, broken: Path
) -> None:
    site, platform = install("webhook")
    mail_alerts(site, server, gather="1s")
    site.campaign("mot", channel="kenh")
    site.environment["NOTIFY_SOCKET"] = systemd.address
    site.start(OFTEN)
    stays_out(systemd, rounds=4)
    [mail] = server.mailbox
    assert "publisher doctor" in mail.get_content()
    assert not platform.published()

    broken.unlink()
    systemd.until("READY=1")

    site.until(lambda: site.states() == {"mot": "sent"}, "the post goes out")
    assert len(platform.published()) == 1


@pytest.mark.about_sqlite
def test_it_can_be_stopped_while_it_waits(install: Install, systemd: Systemd, broken: Path) -> None:
    site, _platform = install("webhook")
    site.environment["NOTIFY_SOCKET"] = systemd.address
    daemon = site.start({"publisher.daemon.kept_out.TRY_AGAIN_S": 600.0})
    systemd.next()
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(10) != 0


@pytest.mark.about_sqlite
def test_who_starts_it_at_a_terminal_is_told_there_at_once(install: Install, broken: Path) -> None:
    site, _platform = install("webhook")
    assert site.execute().wait(60) == 2
    assert broken.read_bytes().startswith(b"no database")


@pytest.mark.parametrize(
    "fault", ["[hours\n", '[channels.kenh2]\nadapter = "none such"\n', "[alerts]\n"]
)
def test_whom_schedule_toml_named_before_it_became_faulty_is_told_once(
    install: Install, systemd: Systemd, server: Platform, fault: str
) -> None:
    site, _platform = install("webhook")
    mail_alerts(site, server, gather="1s")
    site.campaign("mot", channel="kenh")
    site.environment["NOTIFY_SOCKET"] = systemd.address
    daemon = site.start(OFTEN)
    systemd.until("READY=1")
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(60) == 0

    schedule = site.root / "schedule.toml"
    whole = schedule.read_text("utf-8")
    schedule.write_text(whole + fault, "utf-8")
    systemd.waiting()
    site.start(OFTEN)
    stays_out(systemd, rounds=4)
    [mail] = server.mailbox
    assert mail["To"] == "quan-tri@example.vn"
    assert "schedule.toml:" in mail.get_content()
    said = [event["event"] for event in site.log()]
    assert said.count("a person was told") == 1

    schedule.write_text(whole, "utf-8")
    systemd.until("READY=1")


def test_what_is_noted_of_whom_to_tell_holds_no_secret(
    install: Install, systemd: Systemd, server: Platform
) -> None:
    site, _platform = install("webhook")
    mail_alerts(site, server, gather="1s")
    site.environment["NOTIFY_SOCKET"] = systemd.address
    site.start(OFTEN)
    systemd.until("READY=1")
    noted = (site.root / "var" / FILE).read_text("utf-8")
    assert "quan-tri@example.vn" in noted
    assert not any(secret in noted for secret in site.environment.values())


def test_where_nobody_was_ever_named_the_log_says_so(install: Install, systemd: Systemd) -> None:
    site, _platform = install("webhook")
    (site.root / "schedule.toml").write_text("[hours\n", "utf-8")
    site.environment["NOTIFY_SOCKET"] = systemd.address
    site.start(OFTEN)
    stays_out(systemd, rounds=2)
    assert {"can't begin", "nobody is told"} <= {event["event"] for event in site.log()}
