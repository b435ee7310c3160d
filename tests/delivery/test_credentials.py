"""Credentials that a person mends while the daemon runs, and the pace that a platform asks for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from channels.simulated.telegram.platform import Platform
from channels.telegram.adapter import Adapter
from publisher.alerts.alerts import Alerts
from publisher.alerts.ways import Called
from publisher.clock import MovedClock
from publisher.delivery import policy
from publisher.delivery.courier import Courier
from publisher.delivery.lifecycle import State
from publisher.delivery.reconcile import Reconciler
from publisher.settings import Settings
from publisher.store import deliveries, sending
from publisher.store.database import Database
from publisher.switchboard import Switchboard
from tests.store.builders import planned, store


@pytest.fixture
def telegram(clock: MovedClock) -> Iterator[Platform]:
    with Platform(clock) as platform:
        yield platform


class Running:
    """A daemon's parts with one Telegram channel, "hop"; ``secrets`` is what stands on its disk."""

    def __init__(
        self, database: Database, clock: MovedClock, telegram: Platform, root: Path
    ) -> None:
        self.database = database
        self.clock = clock
        self.secrets = telegram.secrets()
        self._told: list[str] = []
        channel = {"adapter": "telegram", **telegram.config()}
        settings = Settings.model_validate({"channels": {"hop": channel}, "root": root})
        way = Called(lambda subject, text: self._told.append(text))
        self.alerts = alerts = Alerts(database, settings, clock, [way])
        board = Switchboard(settings, clock, lambda reference: self.secrets[reference])
        self.courier = Courier(database, board, settings, clock, alerts, owner="test")
        self.reconciler = Reconciler(database, board, self.courier, alerts)

    @property
    def told(self) -> list[str]:
        """The messages that people have by now."""
        self.alerts.tell_due(at_once=True)
        return self._told

    def plan(self, *names: str) -> None:
        now = self.clock()
        store(self.database, *(planned(now, post=name, text=name) for name in names), now=now)

    def deliver(self) -> int:
        """Send what may go; gives how many went."""
        return sum(1 for _ in iter(lambda: self.courier.deliver_next("hop"), None))

    def states(self) -> set[str]:
        with self.database.reading() as session:
            return {row.state for row in deliveries.matching(session)}


@pytest.fixture
def running(database: Database, clock: MovedClock, telegram: Platform, tmp_path: Path) -> Running:
    return Running(database, clock, telegram, tmp_path)


def test_a_token_that_was_mended_is_taken_up_without_a_restart(
    running: Running, telegram: Platform
) -> None:
    [reference] = running.secrets
    right, running.secrets[reference] = running.secrets[reference], "7203456789:AAHwrong"
    running.plan("mot")
    assert running.deliver() == 0
    assert len(running.told) == 1

    running.secrets[reference] = right
    running.clock.advance(policy.REOPEN_EVERY)
    running.reconciler.sweep()
    assert running.deliver() == 1
    assert running.states() == {State.SENT}
    assert len(telegram.published()) == 1


def test_a_token_that_expires_between_two_posts_stops_the_channel_and_loses_nothing(
    running: Running, telegram: Platform
) -> None:
    running.plan("mot")
    running.deliver()
    telegram.faults.always("expired", on="any")
    running.clock.advance(timedelta(minutes=1))
    running.plan("hai")
    running.deliver()
    assert running.states() == {State.SENT, State.RETRYING}
    telegram.faults.clear()
    running.clock.advance(policy.REOPEN_EVERY)
    running.reconciler.sweep()
    running.deliver()
    assert running.states() == {State.SENT}
    assert len(telegram.published()) == 2


def test_the_gap_that_a_platform_asks_for_lies_between_two_posts(
    running: Running, telegram: Platform
) -> None:
    running.plan("mot", "hai")
    assert running.deliver() == 1
    with running.database.reading() as session:
        next_one = sending.next_moment(session, running.clock())
    assert next_one == running.clock() + timedelta(seconds=3)
    running.clock.move_to(next_one)
    assert running.deliver() == 1
    assert len(telegram.published()) == 2


def test_every_account_is_proved_once_a_day_also_where_nothing_waits(
    running: Running, telegram: Platform
) -> None:
    [reference] = running.secrets
    running.secrets[reference] = "7203456789:AAHrevoked"
    running.courier.credentials.prove_all()
    assert len(running.told) == 1
    assert "hop" in running.told[0]
    running.courier.credentials.prove_all()
    assert len(running.told) == 1, "a stopped channel is the sweep's matter"


def test_credentials_that_end_soon_are_told_of_in_time_and_keep_on_sending(
    running: Running, telegram: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = running.clock() + timedelta(days=30)
    whole = Adapter.identify
    monkeypatch.setattr(
        Adapter, "identify", lambda self: dataclasses.replace(whole(self), expires_at=ends)
    )
    running.courier.credentials.prove_all()
    assert running.told == []
    running.clock.advance(timedelta(days=17))
    running.courier.credentials.prove_all()
    (told,) = running.told
    assert f"{ends.astimezone(running.courier.settings.zone):%d/%m/%Y}" in told
    assert "publisher channels login hop" in told
    running.plan("mot")
    assert running.deliver() == 1
