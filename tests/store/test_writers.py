"""Writers come one after another, on either database: what one has read still holds when it writes.

Two nodes of a cluster, a daemon and a console, an officer at the keyboard: each is a process of its
own to the store, as each thread is here.
"""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from publisher.clock import MovedClock
from publisher.settings.console import Role
from publisher.store import approvals, audit, channel_states, claims, contents, deliveries, people
from publisher.store import database as databases
from publisher.store.database import Database
from tests.at_once import at_once
from tests.store.builders import LEASE, planned, store

ROUNDS = 10
PATIENCE_S = 30.0


def test_one_person_under_two_spellings_at_once_is_one_signature(
    database: Database, clock: MovedClock
) -> None:
    for number in range(ROUNDS):
        [row] = store(database, planned(clock(), post=f"bai-{number}", approvals=2), now=clock())

        def approve(name: str, row: int = deliveries.number_of(row)) -> None:
            with database.writing() as session:
                found = deliveries.by_number(session, row)
                approvals.approve(session, found, name, clock())

        assert at_once(lambda: approve("Hoà"), lambda: approve("hoà ")) == [None, None]
        with database.reading() as session:
            assert len(approvals.given(session, row)) == 1


def test_of_two_administrators_who_demote_each_other_at_once_one_stays(
    database: Database, clock: MovedClock
) -> None:
    with database.writing() as session:
        for name in ("lan", "minh"):
            people.add(session, clock(), "máy", name, name.title(), Role.ADMINISTRATOR)

    def demote(name: str) -> None:
        with database.writing() as session:
            person = people.of_name(session, name)
            assert person is not None
            people.set_role(session, clock(), "máy", person, Role.WRITER)

    failed = at_once(lambda: demote("lan"), lambda: demote("minh"))
    assert sorted(type(error).__name__ for error in failed if error) == ["LastAdministratorError"]


def test_the_same_text_planned_twice_at_once_is_stored_once(
    database: Database, clock: MovedClock
) -> None:
    for number in range(ROUNDS):
        message = planned(clock(), text=f"Bài số {number}").message

        def keep() -> None:
            with database.writing() as session:
                contents.keep(session, message, clock())  # noqa: B023

        assert at_once(keep, keep, keep) == [None, None, None]


def test_failures_that_are_counted_at_once_are_all_counted(
    database: Database, clock: MovedClock
) -> None:
    with database.sending() as session:
        channel_states.of(session, "hop", clock())

    def fail() -> None:
        for _turn in range(ROUNDS):
            with database.sending() as session:
                channel_states.failed(session, "hop", clock())

    assert at_once(fail, fail, fail, fail) == [None] * 4
    with database.reading() as session:
        state = channel_states.known(session, "hop")
    assert state is not None
    assert state.failures == 4 * ROUNDS


def test_a_writer_waits_for_the_one_before_it(database: Database, clock: MovedClock) -> None:
    written = threading.Event()

    def write() -> None:
        with database.writing() as session:
            audit.record(session, clock(), "Minh", "hai", "")
        written.set()

    with database.writing() as session:
        audit.record(session, clock(), "Lan", "mot", "")
        second = threading.Thread(target=write)
        second.start()
        assert not written.wait(0.3)
    assert written.wait(PATIENCE_S)
    second.join()
    with database.reading() as session:
        assert [event.action for event in audit.latest(session, limit=2)] == ["mot", "hai"]


@pytest.mark.about_postgresql
def test_a_delivery_is_claimed_and_settled_while_a_long_plan_is_written(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as planning:
        audit.record(planning, clock(), "publisher", "plan", "")
        planning.flush()
        with database.sending() as session:
            claimed = claims.claim(session, "hop", clock(), "test", LEASE)
        assert claimed is not None
        with database.sending() as session:
            deliveries.lock(session, claimed.number)


@pytest.mark.about_postgresql
def test_who_waits_too_long_for_another_writer_is_told(
    store_url: str, monkeypatch: pytest.MonkeyPatch, clock: MovedClock
) -> None:
    monkeypatch.setattr(databases, "BUSY_TIMEOUT_MS", 100)
    database = Database(store_url)
    with database.writing() as held:
        audit.record(held, clock(), "Lan", "mot", "")
        held.flush()
        with pytest.raises(OperationalError, match="lock timeout"), database.writing() as session:
            session.connection()
    database.close()


@pytest.mark.about_postgresql
def test_a_commit_waits_for_the_disk_whatever_the_server_is_set_to(store_url: str) -> None:
    kept, rehearsed = Database(store_url), Database(store_url, durable=False)
    assert (said(kept, "synchronous_commit"), said(rehearsed, "synchronous_commit")) == (
        "on",
        "off",
    )
    assert said(kept, "TimeZone") == "UTC"
    kept.close()
    rehearsed.close()


def said(database: Database, setting: str) -> str:
    with database.reading() as session:
        return str(session.execute(text(f"SHOW {setting}")).scalar())


def test_what_is_read_is_one_picture_whatever_is_written_meanwhile(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    with database.reading() as session:
        before = count(session)
        store(database, planned(clock() + timedelta(days=1), post="hai"), now=clock())
        assert count(session) == before == 1
    with database.reading() as session:
        assert count(session) == 2


def count(session: Session) -> int:
    return len(deliveries.matching(session))


def test_a_platform_that_answers_with_the_letter_nul_keeps_nothing_from_being_written_down(
    database: Database, clock: MovedClock
) -> None:
    with database.writing() as session:
        audit.record(session, clock(), "pub\0lisher", "failed", "bài\0", why="4\000")
    with database.reading() as session:
        [event] = audit.latest(session, limit=1)
    assert event.subject in ("bài\0", "bài\ufffd")
    assert event.detail["why"].startswith("4")


@pytest.mark.about_postgresql
def test_an_error_tells_no_value_of_the_row_that_failed(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    statement = "UPDATE delivery SET campaign = NULL, note = %(note)s"
    with pytest.raises(IntegrityError) as raised, database.writing() as session:
        session.connection().exec_driver_sql(statement, {"note": "bi-mat"})
    told = f"{raised.value} {raised.value.orig} {raised.value.__cause__}"
    assert "campaign" in told
    assert "bi-mat" not in told
