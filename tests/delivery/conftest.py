"""A small office with one channel, whose platform a test scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from channels.base import Context
from publisher.alerts.alerts import Alerts
from publisher.alerts.ways import Called
from publisher.clock import MovedClock
from publisher.delivery.courier import Courier, Outcome
from publisher.delivery.lifecycle import State
from publisher.delivery.reconcile import Reconciler
from publisher.settings import Settings
from publisher.settings.blackouts import Blackout
from publisher.store import deliveries
from publisher.store.database import Database
from publisher.store.models import Attempt, Delivery
from publisher.switchboard import Switchboard
from tests.delivery.platform import NativePlatform, Platform, SilentPlatform
from tests.store.builders import planned, store

__all__ = ["native", "office", "silent"]


@dataclass
class Office:
    """Courier and reconciler on a real store, with a model platform at the channel "hop"."""

    database: Database
    clock: MovedClock
    platform: Platform
    settings: Settings

    def __post_init__(self) -> None:
        self._told: list[str] = []
        way = Called(lambda subject, text: self._told.append(text))
        self.alerts = Alerts(self.database, self.settings, self.clock, [way])
        self.begin()

    @property
    def told(self) -> list[str]:
        """What people are told by now: the messages, each of what happened between two steps."""
        self.alerts.tell_due(at_once=True)
        return self._told

    def begin(self) -> None:
        """A new process: what the last one had in memory is gone."""
        board = Switchboard(self.settings, self.clock, lambda reference: "", {"hop": self.platform})
        self.courier = Courier(
            self.database, board, self.settings, self.clock, self.alerts, owner="test"
        )
        self.reconciler = Reconciler(self.database, board, self.courier, self.alerts)

    def plan(self, **facts: object) -> Delivery:
        """Plan one delivery, due now."""
        return self.plan_at(self.clock(), **facts)

    def plan_at(self, due_at: datetime, **facts: object) -> Delivery:
        """Plan one delivery."""
        [row] = store(self.database, planned(due_at, **facts), now=self.clock())  # type: ignore[arg-type]
        return row

    def deliver(self) -> Outcome | None:
        outcome = self.courier.deliver_next("hop")
        self.alerts.tell_due(at_once=True)
        return outcome

    def pass_time(self, span: timedelta) -> None:
        """Let time go by, with the sweep and the courier at work each half minute of the first
        quarter of an hour, and every other minute afterwards."""
        begun = self.clock()
        while self.clock() < begun + span:
            fine = self.clock() < begun + timedelta(minutes=15)
            left = begun + span - self.clock()
            self.clock.advance(min(left, timedelta(seconds=30 if fine else 120)))
            self.reconciler.sweep()
            self.alerts.tell_due(at_once=True)
            while self.deliver() is not None:
                pass

    def blackout(self, **keys: object) -> None:
        """Today is a day of mourning, for all or for what ``keys`` name; a new process knows."""
        today = {"from": "2027-10-10", "to": "2027-10-10", "reason": "Quốc tang"}
        known = (Blackout.model_validate({**today, **keys}),)
        self.settings = self.settings.model_copy(update={"blackouts": known})
        self.begin()

    def now_of(self, row: Delivery) -> Delivery:
        """The delivery as the store has it now."""
        with self.database.reading() as session:
            return deliveries.by_number(session, deliveries.number_of(row))

    def state(self, row: Delivery) -> State:
        return State(self.now_of(row).state)

    def attempts(self) -> list[tuple[str | None, str]]:
        """Of each attempt its outcome and what is told of it."""
        with self.database.reading() as session:
            return [(one.outcome, one.detail) for one in session.exec(select(Attempt)).all()]


def _office(kind: type[Platform], database: Database, clock: MovedClock, root: Path) -> Office:
    platform = kind(Context("hop", clock, lambda reference: "", root / "hop"))
    return Office(database, clock, platform, Settings(root=root))


@pytest.fixture
def office(database: Database, clock: MovedClock, tmp_path: Path) -> Office:
    """An office whose platform can be looked up."""
    return _office(Platform, database, clock, tmp_path)


@pytest.fixture
def native(database: Database, clock: MovedClock, tmp_path: Path) -> Office:
    """An office whose platform drops repeats."""
    return _office(NativePlatform, database, clock, tmp_path)


@pytest.fixture
def silent(database: Database, clock: MovedClock, tmp_path: Path) -> Office:
    """An office whose platform can't be asked what it published."""
    return _office(SilentPlatform, database, clock, tmp_path)
