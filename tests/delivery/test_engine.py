"""The local engine: channels side by side, order within each, and an end that leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Event

import pytest

from channels.base import Context
from publisher.alerts.alerts import Alerts
from publisher.clock import MovedClock
from publisher.delivery.courier import Courier
from publisher.engines.local import LocalEngine
from publisher.settings import Settings
from publisher.store.database import Database
from publisher.switchboard import Switchboard
from tests.delivery.platform import Platform
from tests.store.builders import planned, states, store

PATIENCE_S = 120.0
NAMES = ("mot", "hai", "ba")


class Hall:
    """Three channels and the engine that works through them."""

    def __init__(self, database: Database, clock: MovedClock, root: Path) -> None:
        settings = Settings(root=root)
        self.database, self.clock = database, clock
        self.platforms = {
            name: Platform(Context(name, clock, lambda reference: "", root / name))
            for name in NAMES
        }
        alerts = Alerts(database, settings, clock, [])
        board = Switchboard(settings, clock, lambda reference: "", dict(self.platforms))
        self.engine = LocalEngine(Courier(database, board, settings, clock, alerts, "test"))

    def plan(self, *names: str, posts: int = 1) -> None:
        asked = [
            planned(self.clock(), channel=name, post=f"{name}-{number}")
            for name in names
            for number in range(posts)
        ]
        store(self.database, *asked, now=self.clock())

    def posts(self, name: str) -> list[str]:
        return [message.key.split("/")[2] for message in self.platforms[name].posts]


@pytest.fixture
def hall(database: Database, clock: MovedClock, tmp_path: Path) -> Iterator[Hall]:
    made = Hall(database, clock, tmp_path)
    yield made
    assert made.engine.drain(PATIENCE_S)


def test_channels_do_not_wait_for_one_another(hall: Hall) -> None:
    # Each send waits for the two others to have begun: one after the other, none would end.
    together = Barrier(len(NAMES), timeout=PATIENCE_S)
    for platform in hall.platforms.values():
        platform.script = [lambda: together.wait() and None]
    hall.plan(*NAMES)
    hall.engine.start(NAMES)
    assert hall.engine.wait(PATIENCE_S)
    assert not together.broken
    assert set(states(hall.database).values()) == {"sent"}


def test_a_channel_is_worked_through_in_order(hall: Hall) -> None:
    hall.plan("mot", posts=5)
    hall.engine.start(["mot"])
    assert hall.engine.wait(PATIENCE_S)
    assert hall.posts("mot") == [f"mot-{number}" for number in range(5)]


def test_a_channel_that_is_being_worked_through_is_not_started_twice(hall: Hall) -> None:
    inside, go_on = Event(), Event()

    def stall() -> None:
        inside.set()
        assert go_on.wait(PATIENCE_S)

    hall.platforms["mot"].script = [stall]
    hall.plan("mot", posts=2)
    hall.engine.start(["mot"])
    assert inside.wait(PATIENCE_S)
    hall.engine.start(["mot"])
    assert hall.posts("mot") == []
    assert not hall.engine.wait(0)
    go_on.set()
    assert hall.engine.wait(PATIENCE_S)
    assert hall.posts("mot") == ["mot-0", "mot-1"]


def test_what_comes_later_is_taken_by_the_next_start(hall: Hall) -> None:
    for number in range(2):
        hall.plan("mot" if number == 0 else "hai")
        hall.engine.start(NAMES)
        assert hall.engine.wait(PATIENCE_S)
    assert set(states(hall.database).values()) == {"sent"}


def test_a_drain_finishes_what_is_in_flight_and_claims_nothing_more(hall: Hall) -> None:
    inside, go_on = Event(), Event()

    def stall() -> None:
        inside.set()
        assert go_on.wait(PATIENCE_S)

    hall.platforms["mot"].script = [stall]
    hall.plan("mot", posts=3)
    hall.engine.start(["mot"])
    assert inside.wait(PATIENCE_S)
    assert not hall.engine.drain(0)
    go_on.set()
    assert hall.engine.wait(PATIENCE_S)
    hall.engine.start(["mot"])
    assert states(hall.database) == {"mot-0": "sent", "mot-1": "planned", "mot-2": "planned"}
