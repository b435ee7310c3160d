"""``alerts``: what is open and what to do; and a trial of every way of telling."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels.simulated.apprise import PASSWORD, Platform
from publisher.clock import system_clock
from publisher.store import alerts as stored
from publisher.store.models import AlertWay
from tests.cli.office import SCHEDULE, Office


@pytest.fixture
def group() -> Iterator[Platform]:
    """A chat group, reached by json://."""
    with Platform(system_clock) as running:
        yield running


def with_group(office: Office, group: Platform, more: str = "") -> None:
    (url,) = group.secrets().values()
    office.patch.setenv("ALERT_URL", url)
    office.schedule(f'{SCHEDULE}[alerts]\nservices = ["env:ALERT_URL"{more}]\n')


def test_what_is_open_is_listed_with_what_to_do(office: Office) -> None:
    with office.site() as site:
        site.alerts.raise_("channel fanpage", "Channel fanpage is stopped. Run: publisher doctor")

    listed = office.run("alerts")

    assert listed.code == 0
    [line] = listed.lines("channel fanpage  ")
    assert "not told yet" in line
    assert listed.lines("    Channel fanpage is stopped. Run: publisher doctor")


def test_what_was_told_says_when(office: Office) -> None:
    with office.site() as site:
        site.alerts.raise_("channel fanpage", "…")
        site.alerts.tell_due(at_once=True)

    [line] = office.run("alerts").lines("channel fanpage  ")

    assert "told " in line
    assert "not told yet" not in line


def test_what_is_mended_is_not_listed(office: Office) -> None:
    with office.site() as site:
        site.alerts.raise_("channel fanpage", "…")
        site.alerts.raise_("delivery thu/2027/chua-co/fanpage", "…")
        site.alerts.clear("channel fanpage")

    listed = office.run("alerts")

    assert "fanpage" not in listed.out
    assert listed.lines("Nothing needs you")


def test_a_way_that_fails_is_told(office: Office, group: Platform) -> None:
    with_group(office, group)
    with office.site() as site, site.database.writing() as session:
        stored.keep_way(session, AlertWay(name="env:ALERT_URL", failures=2, problem="gone"))

    assert office.run("alerts").lines("Alerts can't be told to env:ALERT_URL: gone")


def test_a_trial_tells_every_way_and_says_which_worked(office: Office, group: Platform) -> None:
    with_group(office, group, ', "env:KHONG_CO"')

    tried = office.run("alerts", "test")

    assert tried.code == 1
    assert tried.lines("✓ env:ALERT_URL")
    assert "there is no secret" in "".join(tried.lines("✗ env:KHONG_CO"))
    [body] = group.bodies()
    assert "test" in body["title"]
    assert PASSWORD not in tried.out


def test_a_trial_that_works_lets_the_daemon_tell_at_once(office: Office, group: Platform) -> None:
    with_group(office, group)
    with office.site() as site, site.database.writing() as session:
        later = site.clock().replace(year=site.clock().year + 1)
        stored.keep_way(
            session, AlertWay(name="env:ALERT_URL", failures=9, problem="gone", next_at=later)
        )

    assert office.run("alerts", "test").code == 0

    with office.site() as site, site.database.reading() as session:
        way = stored.ways(session)["env:ALERT_URL"]
    assert (way.failures, way.next_at) == (0, None)


def test_a_trial_where_nobody_is_named_says_so(office: Office) -> None:
    tried = office.run("alerts", "test")

    assert tried.code == 1
    assert tried.lines("Nobody is told")


@pytest.mark.about_sqlite
def test_a_trial_needs_no_store(office: Office, group: Platform) -> None:
    with_group(office, group)
    (office.root / "var/publisher.db").write_bytes(b"half a database, after a disk died" * 200)

    assert office.run("alerts", "test").code == 0
    assert len(group.published()) == 1
