"""The bench's store of decades: sound, as large as asked, and its last weeks are those it is made
of."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bench.ledger.decades import lengthen
from bench.ledger.year import ZONE, fill
from publisher.reach.figures import Sum
from publisher.reach.ledger import total
from publisher.store.database import Database
from tests.store.stores import lay_empty

NOW = datetime(2027, 10, 10, 5, tzinfo=UTC)
DAYS = 14


def test_decades_end_with_the_weeks_that_they_are_made_of(tmp_path: Path) -> None:
    weeks, decades = tmp_path / "weeks.db", tmp_path / "decades.db"
    lay_empty(weeks)
    lay_empty(decades)
    each = fill(weeks, NOW, DAYS, posts_a_year=300)
    count = lengthen(decades, weeks, DAYS, 3 * each - 1)
    assert count == 3 * each
    with closing(sqlite3.connect(decades)) as store:
        assert store.execute("SELECT count(*) FROM reading").fetchall() == [(count,)]
        assert store.execute("PRAGMA foreign_key_check").fetchall() == []
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    start = datetime.fromtimestamp(NOW.timestamp() - DAYS * 86_400, ZONE)
    assert _sum(decades, start) == _sum(weeks, start)
    assert _sum(decades, start).posts > 0


def _sum(path: Path, start: datetime) -> Sum:
    database = Database(f"sqlite:///{path}", durable=False)
    with database.reading() as session:
        found = total(session, start, NOW, NOW)
    database.close()
    return found
