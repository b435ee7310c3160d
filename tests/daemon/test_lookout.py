"""The daemon's look at what is due: cheap at rest, and never behind what the store says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from publisher.clock import MovedClock
from publisher.daemon.lookout import Lookout
from publisher.store import channel_states
from publisher.store.database import Database
from tests.store.builders import planned, store
from tests.store.stores import lite, path_of
from tests.store.ways import asked_of

__all__ = ["lite"]

START = datetime(2027, 10, 10, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(START)


@pytest.fixture
def lookout(database: Database, clock: MovedClock) -> Lookout:
    return Lookout(database, clock)


def test_what_falls_due_is_seen_though_nobody_writes(
    lookout: Lookout, database: Database, clock: MovedClock
) -> None:
    store(database, planned(START + HOUR), planned(START + 2 * HOUR, channel="loa"), now=START)
    assert (lookout.due(), lookout.next_moment()) == ([], START + HOUR)

    clock.advance(HOUR)

    assert (lookout.due(), lookout.next_moment()) == (["hop"], START + 2 * HOUR)


def test_what_anybody_writes_is_seen_the_next_time(lookout: Lookout, database: Database) -> None:
    assert (lookout.due(), lookout.next_moment()) == ([], None)

    store(database, planned(START - HOUR), planned(START + HOUR, post="hai"), now=START)

    assert (lookout.due(), lookout.next_moment()) == (["hop"], START + HOUR)


def test_another_process_is_seen_as_well(
    lookout: Lookout, database: Database, store_url: str
) -> None:
    assert not lookout.due()

    other = Database(store_url)
    store(other, planned(START), now=START)
    other.close()

    assert lookout.due() == ["hop"]


# PostgreSQL has nothing by which it could be known.
@pytest.mark.about_sqlite
def test_at_rest_the_store_is_not_asked(
    lookout: Lookout, database: Database, clock: MovedClock
) -> None:
    store(database, planned(START + HOUR), now=START)
    lookout.due()

    statements = asked_of(database)
    for _second in range(60):
        clock.advance(timedelta(seconds=1))
        lookout.due()
        lookout.next_moment()

    assert not statements


def test_what_is_over_is_no_longer_due(
    lookout: Lookout, database: Database, clock: MovedClock
) -> None:
    store(database, planned(START, grace=HOUR), now=START)
    assert lookout.due() == ["hop"]

    clock.advance(HOUR)

    assert not lookout.due()


def test_the_end_of_a_pause_is_a_moment_to_look_at(
    lookout: Lookout, database: Database, clock: MovedClock
) -> None:
    store(database, planned(START, grace=4 * HOUR), now=START)
    with database.writing() as session:
        channel_states.pause(session, "hop", START + HOUR, START)

    assert lookout.next_moment() == START + HOUR


def test_a_clock_that_was_set_back_makes_it_look_anew(
    lookout: Lookout, database: Database, clock: MovedClock
) -> None:
    store(database, planned(START + HOUR), planned(START + 9 * HOUR, post="hai"), now=START)
    clock.advance(8 * HOUR)
    assert lookout.next_moment() == START + 9 * HOUR

    clock.advance(-8 * HOUR)

    assert lookout.next_moment() == START + HOUR


def test_a_look_that_failed_is_made_good(
    lookout: Lookout, database: Database, clock: MovedClock
) -> None:
    lookout.due()
    store(database, planned(START), now=START)

    def refuse(*_anything: object) -> None:
        raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    event.listen(database.engine, "before_cursor_execute", refuse)
    with pytest.raises(OperationalError):
        lookout.due()
    event.remove(database.engine, "before_cursor_execute", refuse)

    assert lookout.due() == ["hop"]


def test_a_store_that_is_closed_is_one_file_again(lite: Database, clock: MovedClock) -> None:
    lookout = Lookout(lite, clock)
    store(lite, planned(START), now=START)
    assert lookout.due() == ["hop"]
    path = path_of(lite)
    log = path.with_name(f"{path.name}-wal")
    assert log.exists()

    lite.close()

    assert not log.exists()
