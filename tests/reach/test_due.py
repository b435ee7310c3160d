"""What is due to be read: found by its days, however much was ever sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from publisher.reach import due
from publisher.reach.due import Before
from publisher.reach.figures import GIVEN
from publisher.settings import Settings
from publisher.store.database import Database
from tests.reach.builders import read, sent
from tests.store.ways import asked_of, way

OUT = datetime(2027, 10, 10, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WANTED = Settings().readings


def test_what_is_due_is_found_by_its_days_and_not_among_all_that_was_ever_sent(
    lite: Database,
) -> None:
    statements = asked_of(lite)
    with lite.reading() as session:
        due.posts(session, WANTED, OUT)
        [(sql, values)] = [one for one in statements if "SELECT" in one[0]]
        told = " ".join(way(session, sql, values))
    assert "SCAN" not in told
    assert "TEMP B-TREE" not in told
    assert "ix_delivery_sent_at (sent_at>?)" in told


def test_what_is_due_comes_with_what_was_read_of_it_before(database: Database) -> None:
    fresh, grown = sent(database, OUT, "mot"), sent(database, OUT, "hai")
    for hours, views, reach in ((1, 5, None), (6, 9, 3)):
        read(database, grown, OUT + hours * HOUR, views=views, reach=reach)
    with database.reading() as session:
        found = {one.number: one.before for one in due.posts(session, WANTED, OUT + 2 * DAY)["hop"]}
    figures = {"views": 9, "reach": 3}
    assert found == {
        fresh.id: Before(),
        grown.id: Before(2, tuple(figures.get(name) for name in GIVEN)),
    }
