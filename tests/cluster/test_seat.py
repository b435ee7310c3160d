"""Seats on a real PostgreSQL: who may work on the store, and who has the duty."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from publisher.engines.cluster import seat as seats
from publisher.engines.cluster.roll import Seated, seated
from publisher.engines.cluster.seat import Seat
from publisher.store.database import Database
from publisher.store.errors import StoreBusyError
from tests import postgres


@pytest.fixture
def store(server: postgres.Server) -> Iterator[Database]:
    made = Database(server.create())
    yield made
    made.close()


class Sitter:
    """A process with a seat, whose looks a test makes itself."""

    def __init__(self, store: Database, name: str) -> None:
        self.wants = True
        self.heard: list[bool] = []
        self.seat = Seat(store, name, "run", lambda: self.wants, self.heard.append)
        self.seat.look()

    def look_until_it_has_the_duty(self) -> None:
        """PostgreSQL ends a connection, and with it its locks, a moment after it is told to."""
        end = time.monotonic() + 60
        while self.heard != [True] and time.monotonic() < end:
            self.seat.look()


def test_one_has_the_duty_and_another_gets_it_once_it_is_given_up(store: Database) -> None:
    one, two = Sitter(store, "may1:1"), Sitter(store, "may2:2")
    assert (one.seat.has_duty, two.seat.has_duty) == (True, False)
    assert seated(store) == [Seated("may1:1", "run", True), Seated("may2:2", "run", False)]
    one.wants = False
    one.seat.look()
    two.seat.look()
    assert (one.seat.has_duty, two.seat.has_duty) == (False, True)
    assert (one.heard, two.heard) == ([True, False], [True])


def test_a_broken_connection_costs_the_duty_and_is_made_anew(store: Database) -> None:
    one, two = Sitter(store, "may1:1"), Sitter(store, "may2:2")
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE '%%may1:1'"
        )
    two.look_until_it_has_the_duty()
    one.seat.look()
    assert (one.seat.has_duty, two.seat.has_duty) == (False, True)
    assert one.heard == [True, False]
    one.seat.look()
    assert one.seat.taken


def test_who_stands_still_loses_the_duty_and_knows_it_when_it_goes_on(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = Sitter(store, "may1:1"), Sitter(store, "may2:2")
    monkeypatch.setattr(seats, "_END_THE_FROZEN", seats._END_THE_FROZEN.replace("'15 s'", "'0 s'"))
    monkeypatch.setattr(seats, "FRESH_S", 0.0)
    assert not one.seat.has_duty
    two.look_until_it_has_the_duty()
    monkeypatch.undo()
    one.seat.look()
    two.seat.look()
    assert two.seat.has_duty
    assert not one.seat.has_duty


def test_the_local_engine_s_daemon_keeps_a_cluster_away_and_the_other_way_round(
    store: Database,
) -> None:
    with store.daemon_lock():
        sitter = Sitter(store, "may1:1")
        assert not sitter.seat.taken
        assert not sitter.seat.has_duty
    sitter.look_until_it_has_the_duty()
    assert sitter.seat.taken
    with pytest.raises(StoreBusyError), store.daemon_lock():
        pass
    sitter.seat.leave()
    with store.daemon_lock():
        pass
    assert seated(store) == []
