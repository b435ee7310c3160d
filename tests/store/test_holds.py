"""Holds: what is in force, from when until when, and who ended it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from publisher.clock import MovedClock
from publisher.store import audit, holds
from publisher.store.database import Database
from publisher.store.holds import CAMPAIGN, CHANNEL, EVERYTHING

HOUR = timedelta(hours=1)


def place(
    database: Database,
    clock: MovedClock,
    scope: str = EVERYTHING,
    target: str = "",
    until: datetime | None = None,
) -> None:
    with database.writing() as session:
        holds.place(session, clock(), "Lan", scope, target, "quốc tang", until)


def in_force(database: Database, clock: MovedClock) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(hold.scope, hold.target) for hold in holds.in_force(session, clock())]


def release(database: Database, clock: MovedClock, scope: str, target: str = "") -> int:
    with database.writing() as session:
        return holds.release(session, clock(), "Minh", scope, target)


def test_holds_are_in_force_side_by_side(database: Database, clock: MovedClock) -> None:
    place(database, clock, CAMPAIGN, "thu")
    place(database, clock, CHANNEL, "hop")
    assert in_force(database, clock) == [(CAMPAIGN, "thu"), (CHANNEL, "hop")]


def test_an_open_hold_never_ends_by_itself(database: Database, clock: MovedClock) -> None:
    place(database, clock)
    clock.advance(timedelta(days=400))
    assert in_force(database, clock) == [(EVERYTHING, "")]


def test_a_hold_ends_at_its_end(database: Database, clock: MovedClock) -> None:
    place(database, clock, until=clock() + HOUR)
    clock.advance(HOUR - timedelta(seconds=1))
    assert in_force(database, clock)
    clock.advance(timedelta(seconds=1))
    assert not in_force(database, clock)


def test_a_clock_set_back_does_not_open_a_hold(database: Database, clock: MovedClock) -> None:
    place(database, clock)
    clock.advance(-HOUR)
    assert in_force(database, clock) == [(EVERYTHING, "")]
    assert release(database, clock, EVERYTHING) == 1


@pytest.mark.parametrize(
    ("scope", "target"), [(EVERYTHING, ""), (CHANNEL, "khac"), (CAMPAIGN, "hop")]
)
def test_a_release_ends_only_what_it_names(
    database: Database, clock: MovedClock, scope: str, target: str
) -> None:
    place(database, clock, CHANNEL, "hop")
    assert release(database, clock, scope, target) == 0
    assert in_force(database, clock) == [(CHANNEL, "hop")]


def test_a_release_ends_all_holds_on_its_target(database: Database, clock: MovedClock) -> None:
    place(database, clock, CHANNEL, "hop")
    place(database, clock, CHANNEL, "hop", until=clock() + HOUR)
    assert release(database, clock, CHANNEL, "hop") == 2
    assert in_force(database, clock) == []


def test_what_is_over_is_not_released_again(database: Database, clock: MovedClock) -> None:
    place(database, clock, until=clock() + HOUR)
    clock.advance(HOUR)
    assert release(database, clock, EVERYTHING) == 0


def test_the_audit_trail_says_who_held_and_who_released(
    database: Database, clock: MovedClock
) -> None:
    place(database, clock, CHANNEL, "hop", until=clock() + HOUR)
    release(database, clock, CHANNEL, "hop")
    with database.reading() as session:
        events = audit.latest(session, about="hop")
    assert [(event.actor, event.action) for event in events] == [
        ("Lan", "hold"),
        ("Minh", "release"),
    ]
    assert events[0].detail == {"reason": "quốc tang", "until": (clock() + HOUR).isoformat()}
