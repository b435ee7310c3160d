"""A store moves to another database and back: all of it, exactly, and it is never in two places."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from publisher import i18n
from publisher.delivery.lifecycle import State
from publisher.store import audit, claims, deliveries, holds, moving
from publisher.store.copying import tables
from publisher.store.database import Database
from publisher.store.errors import StoreBusyError, StoreError
from publisher.store.models import Hold
from tests.conftest import NOON
from tests.store.builders import LEASE, planned, store
from tests.store.rows import all_rows, made_up
from tests.store.stores import fresh_url, lay_empty

pytestmark = pytest.mark.usefixtures("stores", "english")


@pytest.fixture
def english() -> None:
    i18n.use_language("en")


def quiet(_table: str, _done: int, _total: int) -> None:
    """Tells nobody how far it is."""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Database]:
    """An office's store in a file: a post that is out in doubt, one to come, a hold."""
    lay_empty(tmp_path / "here.db")
    opened = Database(f"sqlite:///{tmp_path}/here.db")
    fill(opened)
    yield opened
    opened.close()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Database]:
    """Another database, with nothing in it: on a run on PostgreSQL it is one there."""
    with fresh_url(tmp_path / "there", laid=False) as url:
        opened = Database(url)
        yield opened
        opened.close()


def fill(database: Database) -> None:
    store(database, planned(NOON), planned(NOON + timedelta(days=3), post="hai"), now=NOON)
    with database.writing() as session:
        assert claims.claim(session, "hop", NOON, "test", LEASE) is not None
        holds.place(session, NOON, "Lan", holds.CHANNEL, "zalo", "bảo trì", None)


def is_usable(database: Database) -> bool:
    """Whether the program would open it."""
    try:
        database.prepare(NOON)
    except StoreError:
        return False
    return True


def test_everything_arrives_as_it_was_and_the_old_one_is_used_no_more(
    here: Database, there: Database
) -> None:
    moved = moving.move(here, there, NOON, "Lan", quiet)
    assert all_rows(there) == all_rows(here)
    assert moved.rows["delivery"] == 2
    assert is_usable(there)
    assert not is_usable(here)
    with there.reading() as session:
        [last] = audit.latest(session, limit=1)
    assert (last.actor, last.action, last.subject) == ("Lan", "move store", moving.address(there))


def test_it_comes_back_and_what_lay_there_is_kept(
    here: Database, there: Database, tmp_path: Path
) -> None:
    moving.move(here, there, NOON, "Lan", quiet)
    with there.writing() as session:
        holds.place(session, NOON, "Lan", holds.EVERYTHING, "", "quốc tang", None)
    back = moving.move(there, here, NOON + timedelta(days=1), "Lan", quiet)
    assert all_rows(here) == all_rows(there)
    assert is_usable(here)
    assert not is_usable(there)
    assert back.kept is not None
    assert back.kept.exists()
    with here.reading() as session:
        assert len(holds.in_force(session, NOON)) == 2
    again = moving.move(here, there, NOON + timedelta(days=2), "Lan", quiet)
    assert all_rows(there) == all_rows(here)
    assert (again.kept is None) == (there.path is None), "a file is kept, a database emptied"
    assert is_usable(there)


def test_the_daemon_goes_on_there_as_it_would_have_here(here: Database, there: Database) -> None:
    moving.move(here, there, NOON, "Lan", quiet)
    with there.writing() as session:
        assert claims.claim(session, "hop", NOON, "test", LEASE) is None, "one is being sent"
        [sending] = deliveries.in_state(session, State.SENDING)
        assert (sending.post, sending.due_at) == ("mot", NOON)
    [added] = store(there, planned(NOON, post="ba"), now=NOON)
    assert added.id == 3, "the next number is behind the last"


def test_who_had_the_old_one_open_can_write_into_it_no_more(
    here: Database, there: Database
) -> None:
    console = Database(here.url)
    with console.reading() as session:
        assert holds.in_force(session, NOON)
    moving.move(here, there, NOON, "Lan", quiet)
    with pytest.raises(SQLAlchemyError), console.writing() as session:
        holds.place(session, NOON, "Lan", holds.EVERYTHING, "", "quốc tang", None)
    with pytest.raises(SQLAlchemyError), console.sending() as session:
        session.execute(text("UPDATE delivery SET state = 'sent'"))
    console.close()


# -- what can come between ------------------------------------------------------------------------


def interrupted(table: str, done: int, _total: int) -> None:
    if table == "delivery" and done:
        raise KeyboardInterrupt


def test_interrupted_it_leaves_the_other_empty_and_is_begun_again(
    here: Database, there: Database
) -> None:
    before = all_rows(here)
    with pytest.raises(KeyboardInterrupt):
        moving.move(here, there, NOON, "Lan", interrupted)
    assert not is_usable(here), "else it could be used while it is moved again"
    assert not any(all_rows(there).values())
    moving.move(here, there, NOON, "Lan", quiet)
    assert all_rows(there) == all_rows(here)
    assert all_rows(there)["delivery"] == before["delivery"]


def test_interrupted_it_can_be_given_up(here: Database, there: Database) -> None:
    with pytest.raises(KeyboardInterrupt):
        moving.move(here, there, NOON, "Lan", interrupted)
    moving.give_up(here, there, NOON, "Lan")
    assert is_usable(here)
    with here.writing() as session:
        holds.release(session, NOON, "Lan", holds.CHANNEL, "zalo")
    moving.move(here, there, NOON, "Lan", quiet)
    assert all_rows(there) == all_rows(here)


KILLED = """
import os, signal, sys
from datetime import datetime
from publisher.store.database import Database
from publisher.store import moving

def tell(table, done, total):
    if table == "delivery" and done:
        os.kill(os.getpid(), signal.SIGKILL)

here, there = Database(sys.argv[1]), Database(sys.argv[2])
moving.move(here, there, datetime.fromisoformat(sys.argv[3]), "Lan", tell)
"""


def test_killed_half_way_there_is_never_a_second_store(here: Database, there: Database) -> None:
    command = [sys.executable, "-c", KILLED, here.url, there.url, NOON.isoformat()]
    assert subprocess.run(command, check=False, timeout=60).returncode == -signal.SIGKILL
    assert not is_usable(here)
    assert not any(all_rows(there).values())
    moving.move(here, there, NOON, "Lan", quiet)
    assert all_rows(there) == all_rows(here)


def test_what_is_finished_is_neither_done_twice_nor_given_up(
    here: Database, there: Database
) -> None:
    moving.move(here, there, NOON, "Lan", quiet)
    assert moving.move(here, there, NOON, "Lan", quiet).was_done
    with pytest.raises(StoreError, match="move it back"):
        moving.give_up(here, there, NOON, "Lan")
    assert not is_usable(here)


def test_a_store_that_was_moved_goes_nowhere_else(
    here: Database, there: Database, tmp_path: Path
) -> None:
    moving.move(here, there, NOON, "Lan", quiet)
    third = Database(f"sqlite:///{tmp_path}/third.db")
    with pytest.raises(StoreError, match="it was moved to"):
        moving.move(here, third, NOON, "Lan", quiet)
    with pytest.raises(StoreError, match="it was moved to"):
        moving.give_up(here, third, NOON, "Lan")
    third.close()


def test_a_store_that_was_never_moved_has_nothing_to_give_up(
    here: Database, there: Database
) -> None:
    with pytest.raises(StoreError, match="no move of it was begun"):
        moving.give_up(here, there, NOON, "Lan")
    assert is_usable(here)


# -- what is refused ------------------------------------------------------------------------------


def test_a_target_with_something_in_it_is_left_alone(here: Database, there: Database) -> None:
    there.prepare(NOON)
    with there.writing() as session:
        holds.place(session, NOON, "Minh", holds.EVERYTHING, "", "của huyện", None)
    with pytest.raises(StoreError, match="has something in it"):
        moving.move(here, there, NOON, "Lan", quiet)
    assert is_usable(here)
    with there.reading() as session:
        assert [hold.placed_by for hold in session.exec(select(Hold))] == ["Minh"]


def test_a_target_with_another_programs_tables_is_left_alone(
    here: Database, there: Database
) -> None:
    with there.writing() as session:
        session.execute(text("CREATE TABLE person (name TEXT)"))
    with pytest.raises(StoreError, match="another program"):
        moving.move(here, there, NOON, "Lan", quiet)
    assert is_usable(here)


def test_another_offices_former_store_is_left_alone(
    here: Database, there: Database, tmp_path: Path
) -> None:
    district = Database(f"sqlite:///{tmp_path}/district.db")
    moving.move(here, there, NOON, "Lan", quiet)
    district.prepare(NOON)
    store(district, planned(NOON), now=NOON)
    with pytest.raises(StoreError, match="another office"):
        moving.move(district, here, NOON, "Minh", quiet)
    assert is_usable(district)
    district.close()


def test_it_can_t_be_moved_to_where_it_is(here: Database) -> None:
    with pytest.raises(StoreError, match="where it is already"):
        moving.move(here, Database(here.url), NOON, "Lan", quiet)
    assert is_usable(here)


@pytest.mark.parametrize("running", ["here", "there"])
def test_while_a_daemon_runs_on_either_nothing_is_moved(
    here: Database, there: Database, running: str
) -> None:
    there.prepare(NOON)
    daemon = Database({"here": here, "there": there}[running].url)
    with daemon.daemon_lock(), pytest.raises(StoreBusyError):
        moving.move(here, there, NOON, "Lan", quiet)
    daemon.close()
    assert is_usable(here)


def test_a_row_that_arrives_otherwise_is_found_and_nothing_stays_there(
    here: Database, there: Database
) -> None:
    there.prepare(NOON)
    spoil(there)
    with pytest.raises(StoreError, match="hold"):
        moving.move(here, there, NOON, "Lan", quiet)
    assert not any(all_rows(there).values())
    moving.give_up(here, there, NOON, "Lan")
    assert is_usable(here)


def spoil(database: Database) -> None:
    """Let the database change what is put into it, as a disk might."""
    body = "UPDATE hold SET reason = 'khác' WHERE id = new.id"
    with database.writing() as session:
        if database.path is not None:
            session.execute(text(f"CREATE TRIGGER spoil AFTER INSERT ON hold BEGIN {body}; END"))
            return
        session.execute(
            text(
                "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {body}; RETURN NULL; END $$"
            )
        )
        session.execute(
            text("CREATE TRIGGER spoil AFTER INSERT ON hold FOR EACH ROW EXECUTE FUNCTION spoil()")
        )


# -- whatever is in it ----------------------------------------------------------------------------


@hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=made_up())
def test_whatever_stands_in_any_table_arrives_exactly(
    rows: dict[str, list[dict[str, Any]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("moved")
    lay_empty(folder / "here.db")
    here = Database(f"sqlite:///{folder}/here.db", durable=False)
    with fresh_url(folder / "there", laid=False) as url:
        there = Database(url, durable=False)
        with here.writing() as session:
            for table in tables():
                if rows[table.name]:
                    session.connection().execute(table.insert(), rows[table.name])
        before = all_rows(here)
        moving.move(here, there, NOON, "Lan", quiet)
        there_now = all_rows(there)
        moving.move(there, here, NOON, "Lan", quiet)
        assert all_rows(here) == all_rows(there)
        there.close()
    here.close()
    for name, had in before.items():
        assert [row for row in there_now[name] if name != "event" or row in had] == had
