"""When the weekly mail falls due, and its way through the store to the mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from channels.simulated.email import Platform
from publisher.clock import MovedClock
from publisher.delivery.lifecycle import State
from publisher.reports.schedule import identity_of_week, last_due, plan_weekly, reported_week
from publisher.secrets import secret_reader
from publisher.settings import Settings
from publisher.settings.mail import Mail
from publisher.settings.reports import Reports, Weekly
from publisher.site import Site
from publisher.store import audit, backups, deliveries, holds
from publisher.store.database import Database
from tests.reach.builders import read, sent
from tests.store.builders import ZONE

MONDAY_8 = datetime(2027, 10, 11, 8, 0, tzinfo=ZONE)
LEADER = "lanh-dao@example.vn"


@pytest.fixture
def server(clock: MovedClock) -> Iterator[Platform]:
    with Platform(clock) as running:
        yield running


@pytest.fixture
def site(database: Database, clock: MovedClock, server: Platform, tmp_path: Path) -> Iterator[Site]:
    """An office that gets its weekly mail on Mondays at eight."""
    (tmp_path / "campaigns").mkdir()
    relay = server.config()
    mail = {name: relay[name] for name in ("host", "port", "security", "username", "password")}
    settings = Settings(
        root=tmp_path,
        channels={"hop": {"adapter": "outbox", "title": "Hộp thư tỉnh"}},
        mail=Mail.model_validate({**mail, "sender": "bao-cao@example.vn"}),
        reports=Reports(weekly=Weekly(to=(LEADER,), language="en")),
    )
    secret = secret_reader(tmp_path, environment={}, given=server.secrets())
    opened = Site(settings, database, clock, secret, tell=lambda _subject, _text: None)
    yield opened
    opened.switchboard.close()


def test_the_mail_of_a_week_is_planned_once_and_sent_once(
    site: Site, clock: MovedClock, server: Platform
) -> None:
    out = datetime(2027, 10, 6, 8, tzinfo=ZONE)
    read(site.database, sent(site.database, out, "mot"), out + timedelta(hours=1), views=321)
    clock.move_to(MONDAY_8)
    identity = plan_weekly(site)
    assert identity == identity_of_week(date(2027, 10, 4))
    assert plan_weekly(site) is None
    with site.database.writing() as session:
        holds.place(session, clock(), "Lan", holds.EVERYTHING, "", "quốc tang", None)
    while site.courier.deliver_next("reports") is not None:
        pass
    [mail] = server.mailbox
    assert str(mail["To"]) == LEADER
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Times shown: 321" in text
    assert "Hộp thư tỉnh" in text
    assert plan_weekly(site) is None
    with site.database.reading() as session:
        assert identity is not None
        row = deliveries.of_identity(session, identity)
        assert row is not None
        assert row.state == State.SENT


def test_a_mail_too_late_for_its_grace_is_not_made(site: Site, clock: MovedClock) -> None:
    clock.move_to(MONDAY_8 + site.settings.reports.weekly.grace)
    assert plan_weekly(site) is None
    clock.move_to(MONDAY_8 + timedelta(days=7))
    assert plan_weekly(site) == identity_of_week(date(2027, 10, 11))


def test_where_nobody_is_to_get_it_nothing_is_planned(site: Site, clock: MovedClock) -> None:
    site.settings = site.settings.model_copy(update={"reports": Reports()})
    clock.move_to(MONDAY_8)
    assert plan_weekly(site) is None


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2027, 10, 11, 1, 0, tzinfo=UTC), MONDAY_8),
        (datetime(2027, 10, 11, 0, 59, 59, tzinfo=UTC), MONDAY_8 - timedelta(days=7)),
        # In Viet Nam it is Monday already.
        (datetime(2027, 10, 10, 20, 0, tzinfo=UTC), MONDAY_8 - timedelta(days=7)),
        (datetime(2027, 10, 17, 16, 59, tzinfo=UTC), MONDAY_8),
    ],
)
def test_the_mail_falls_due_by_the_offices_clock(now: datetime, due: datetime) -> None:
    assert last_due(Settings(), now) == due


@pytest.mark.parametrize(
    ("due", "monday"),
    [
        (datetime(2027, 10, 11, 8, tzinfo=ZONE), date(2027, 10, 4)),
        (datetime(2027, 10, 17, 23, tzinfo=ZONE), date(2027, 10, 4)),
        # Sunday evening in UTC, Monday morning in the office.
        (datetime(2027, 10, 17, 18, tzinfo=UTC), date(2027, 10, 11)),
    ],
)
def test_the_week_reported_is_the_last_whole_one(due: datetime, monday: date) -> None:
    assert reported_week(Settings(), due) == monday


def test_a_week_across_the_new_year_is_named_by_its_iso_week() -> None:
    assert identity_of_week(date(2027, 12, 27)).occurrence == "2027-W52"
    assert identity_of_week(date(2026, 12, 28)).occurrence == "2026-W53"
    assert identity_of_week(date(2024, 12, 30)).occurrence == "2025-W01"


def test_after_a_backup_was_brought_back_it_is_not_mailed_a_second_time(
    site: Site, clock: MovedClock, server: Platform
) -> None:
    clock.move_to(MONDAY_8 + timedelta(hours=1))
    with site.database.writing() as session:
        audit.record(session, clock(), "Lan", backups.RESTORE, "sao-luu.db")
    identity = plan_weekly(site)
    assert identity is not None
    while site.courier.deliver_next("reports") is not None:
        pass
    site.reconciler.sweep()
    assert server.mailbox == []
    assert site.alerts.open(f"delivery {identity.key}")
