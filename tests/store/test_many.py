"""Many rows at once: stored as the tables' own layer would, on either database."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from publisher.clock import MovedClock
from publisher.store.database import Database
from publisher.store.many import Many
from publisher.store.reach_tables import ReadingRow
from tests.store.builders import planned, store

READINGS = Many(
    ReadingRow.__table__,  # type: ignore[attr-defined]
    ("delivery_id", "at", "due_age_s", "found", "views", "doubts"),
)


def test_many_rows_come_back_as_they_were_given(database: Database, clock: MovedClock) -> None:
    [row] = store(database, planned(clock()), now=clock())
    local = clock().astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    later = local + timedelta(days=1)
    given = [
        (row.id, local, 3600, True, 2**40, []),
        (row.id, local, 7200, True, None, ["falling:views"]),
        (row.id, later, 9000, False, 0, []),
    ]
    with database.writing() as session:
        READINGS.insert(session, given)
    with database.reading() as session:
        rows = session.exec(select(ReadingRow).order_by("id")).all()
    kept = [
        (one.delivery_id, one.at, one.due_age_s, one.found, one.views, one.doubts) for one in rows
    ]
    assert kept == given
    assert all(one.at.utcoffset() == timedelta(0) for one in rows)
    assert {one.reach for one in rows} == {None}


def test_many_rows_are_put_in_altogether_or_not_at_all(
    database: Database, clock: MovedClock
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    naive = clock().replace(tzinfo=None)
    rows = [(row.id, at, 3600, True, 1, []) for at in (clock(), naive)]
    with pytest.raises(ValueError, match="without a zone"), database.writing() as session:
        READINGS.insert(session, rows)
    with database.reading() as session:
        assert session.exec(select(ReadingRow)).all() == []


def test_of_nothing_nothing_is_put_in(database: Database) -> None:
    with database.writing() as session:
        READINGS.insert(session, [])
    with database.reading() as session:
        assert session.exec(select(ReadingRow)).all() == []
