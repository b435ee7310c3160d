"""A daemon whose store can't be used at its start: under systemd it stays, and somebody is told."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.simulated.email import Platform
from publisher.clock import system_clock
from tests.daemon.conftest import Install
from tests.daemon.test_supervised import Systemd, systemd
from tests.daemon.test_told import mail_alerts

__all__ = ["systemd"]

pytestmark = pytest.mark.about_sqlite

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


def test_a_person_is_told_once_and_the_daemon_begins_when_the_store_can_be_used(
    install: Install, systemd: Systemd, server: Platform, broken: Path
) -> None:
    site, platform = install("webhook")
    mail_alerts(site, server, gather="1s")
    site.campaign("mot", channel="kenh")
    site.environment["NOTIFY_SOCKET"] = systemd.address
    site.start(OFTEN)
    for _time in range(4):
        assert any(line.startswith("EXTEND_TIMEOUT_USEC=") for line in systemd.next())
    [mail] = server.mailbox
    assert "publisher doctor" in mail.get_content()
    assert not platform.published()

    broken.unlink()
    systemd.until("READY=1")

    site.until(lambda: site.states() == {"mot": "sent"}, "the post goes out")
    assert len(platform.published()) == 1


def test_it_can_be_stopped_while_it_waits(install: Install, systemd: Systemd, broken: Path) -> None:
    site, _platform = install("webhook")
    site.environment["NOTIFY_SOCKET"] = systemd.address
    daemon = site.start({"publisher.daemon.kept_out.TRY_AGAIN_S": 600.0})
    systemd.next()
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(10) != 0


def test_who_starts_it_at_a_terminal_is_told_there_at_once(install: Install, broken: Path) -> None:
    site, _platform = install("webhook")
    assert site.execute().wait(60) == 2
    assert broken.read_bytes().startswith(b"no database")
