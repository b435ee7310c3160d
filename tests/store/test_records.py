"""The small records: times, what is known of a channel, an adapter's journal, the audit trail."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import StatementError

from publisher.clock import MovedClock
from publisher.store import audit, channel_states
from publisher.store.database import Database
from publisher.store.journal import StoredJournal
from tests.store.builders import planned, store

HOUR = timedelta(hours=1)


# -- times ----------------------------------------------------------------------------------------


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"), database.writing() as session:
        audit.record(session, datetime(2027, 10, 10, 8), "Lan", "approve", "thu")  # noqa: DTZ001


def test_a_time_of_any_zone_comes_back_as_the_same_moment_in_utc(
    database: Database, clock: MovedClock
) -> None:
    local = clock().astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    with database.writing() as session:
        audit.record(session, local, "Lan", "approve", "thu")
    with database.reading() as session:
        [event] = audit.latest(session)
    assert event.at == clock()
    assert event.at.utcoffset() == timedelta(0)


# -- sessions -------------------------------------------------------------------------------------


def test_an_exception_undoes_everything_of_its_transaction(
    database: Database, clock: MovedClock
) -> None:
    def fail_half_way() -> None:
        with database.writing() as session:
            audit.record(session, clock(), "Lan", "approve", "thu")
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.reading() as session:
        assert audit.latest(session) == []


def test_a_reader_sees_one_picture_while_a_writer_commits(
    database: Database, clock: MovedClock
) -> None:
    with database.reading() as session:
        assert audit.latest(session) == []
        with database.writing() as writer:
            audit.record(writer, clock(), "Lan", "approve", "thu")
        assert audit.latest(session) == []


# -- channels -------------------------------------------------------------------------------------


def test_of_two_pauses_the_longer_one_stays(database: Database, clock: MovedClock) -> None:
    with database.writing() as session:
        channel_states.pause(session, "hop", clock() + 2 * HOUR, clock())
        channel_states.pause(session, "hop", clock() + HOUR, clock())
        assert channel_states.of(session, "hop", clock()).paused_until == clock() + 2 * HOUR


def test_a_started_channel_knows_whose_account_it_is(database: Database, clock: MovedClock) -> None:
    with database.writing() as session:
        channel_states.stop(session, "hop", "token hết hạn", clock())
        channel_states.start(session, "hop", "1", "Tỉnh", "", clock())
        [state] = channel_states.all_of_them(session)
    assert (state.stopped, state.account_id, state.account_name) == ("", "1", "Tỉnh")


def test_a_channel_stopped_twice_for_one_reason_is_told_once(
    database: Database, clock: MovedClock
) -> None:
    with database.writing() as session:
        for _time in range(2):
            channel_states.stop(session, "hop", "token hết hạn", clock())
        channel_states.start(session, "hop", "1", "Tỉnh", "", clock())
        channel_states.start(session, "hop", "1", "Tỉnh", "", clock())
    with database.reading() as session:
        actions = [event.action for event in audit.latest(session)]
    assert actions == ["stop channel", "start channel"]


# -- the journal ----------------------------------------------------------------------------------


def test_a_note_can_be_read_and_overwritten(database: Database, clock: MovedClock) -> None:
    [row] = store(database, planned(clock()), now=clock())
    journal = StoredJournal(database, row.id or 0, clock)
    assert journal.get("upload") is None
    journal.put("upload", "a1")
    journal.put("upload", "b2")
    assert journal.get("upload") == "b2"


def test_each_delivery_has_its_own_journal(database: Database, clock: MovedClock) -> None:
    one, two = store(database, planned(clock()), planned(clock(), post="hai"), now=clock())
    StoredJournal(database, one.id or 0, clock).put("upload", "a1")
    assert StoredJournal(database, two.id or 0, clock).get("upload") is None


def test_a_note_survives_the_process_that_put_it(
    database: Database, store_url: str, clock: MovedClock
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    killed = subprocess.run(
        [sys.executable, "-c", PUT_AND_DIE, store_url, str(row.id)], check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert StoredJournal(database, row.id or 0, clock).get("upload") == "a1"


PUT_AND_DIE = """
import os, signal, sys
from publisher.clock import system_clock
from publisher.store.database import Database
from publisher.store.journal import StoredJournal
StoredJournal(Database(sys.argv[1]), int(sys.argv[2]), system_clock).put("upload", "a1")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_every_connection_flushes_to_the_disk_and_checks_references(lite: Database) -> None:
    with lite.engine.connect() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert values == ["wal", 2, 1]


# -- the audit trail ------------------------------------------------------------------------------


@pytest.fixture
def trail(database: Database, clock: MovedClock) -> Database:
    """A store whose trail tells of five deeds, an hour apart."""
    with database.writing() as session:
        for subject in ("thu/mot", "thu/hai", "100%/mot", "thu_mot", "daemon"):
            audit.record(session, clock(), "Lan", "approve", subject)
            clock.advance(HOUR)
    return database


def test_the_last_events_come_oldest_first(trail: Database) -> None:
    with trail.reading() as session:
        assert [e.subject for e in audit.latest(session, limit=2)] == ["thu_mot", "daemon"]


@pytest.mark.parametrize(
    ("about", "subjects"),
    [("thu/", ["thu/mot", "thu/hai"]), ("100%", ["100%/mot"]), ("u_m", ["thu_mot"])],
)
def test_events_are_found_by_any_part_of_their_subject_taken_literally(
    trail: Database, about: str, subjects: list[str]
) -> None:
    with trail.reading() as session:
        assert [e.subject for e in audit.latest(session, about=about)] == subjects


def test_the_trail_knows_when_something_was_last_done(trail: Database, clock: MovedClock) -> None:
    with trail.reading() as session:
        assert audit.last_at(session, "approve") == clock() - HOUR
        assert audit.last_at(session, "restore") is None
