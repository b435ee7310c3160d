"""``publisher alive``: what a container's health check asks; it changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.clock import system_clock
from publisher.store import pulse
from tests.cli.conftest import office
from tests.cli.office import Office

__all__ = ["office"]


def beat(office: Office, ago: timedelta) -> None:
    with office.site() as site, site.database.writing() as session:
        pulse.beat(session, system_clock() - ago)


def test_a_daemon_that_was_just_at_work_is_alive(office: Office) -> None:
    beat(office, timedelta(seconds=30))
    assert office.run("alive").code == 0


def test_one_that_was_last_at_work_an_hour_ago_is_not(office: Office) -> None:
    beat(office, timedelta(hours=1))
    told = office.run("alive")
    assert told.code == 1
    assert "isn't at work" in told.out


def test_where_none_ever_ran_none_is_alive(office: Office) -> None:
    assert office.run("alive").code == 1


def test_asking_makes_no_store(office: Office) -> None:
    for path in (office.root / "var").glob("publisher.db*"):
        path.unlink()
    assert office.run("alive").code == 1
    assert not (office.root / "var" / "publisher.db").exists()


@pytest.mark.about_sqlite
def test_a_store_that_is_none_is_told(office: Office) -> None:
    (office.root / "var" / "publisher.db").write_bytes(b"not a database, by any means" * 200)
    told = office.run("alive")
    assert told.code == 1
    assert "Traceback" not in told.out
    assert "database" in told.out
