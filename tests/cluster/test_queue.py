"""The queue on a real PostgreSQL: made when it is missing, short, and rid of what nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from procrastinate import App

from publisher.engines.cluster.queue import Queue, QueueError
from publisher.engines.cluster.worker import Housework
from publisher.store.database import Database
from publisher.store.errors import StoreError
from tests import postgres


@pytest.fixture
def queue(server: postgres.Server) -> Iterator[Queue]:
    store = Database(server.create())
    made = Queue(store)
    made.prepare()
    yield made
    made.close()
    store.close()


def rows(queue: Queue, statement: str) -> list[Any]:
    with queue._database.engine.begin() as connection:
        result = connection.exec_driver_sql(statement)
        return list(result.fetchall()) if result.returns_rows else []


def jobs(queue: Queue) -> list[Any]:
    return rows(
        queue, "SELECT lock, args->>'delivery_id' FROM public_queue.procrastinate_jobs ORDER BY id"
    )


def test_it_is_made_in_a_schema_of_its_own(queue: Queue) -> None:
    tables = rows(queue, "SELECT schemaname FROM pg_tables WHERE tablename LIKE 'procrastinate%%'")
    assert set(tables) == {("public_queue",)}
    assert queue.is_there()


def test_a_fetch_goes_by_its_indexes_whatever_postgresql_knows_of_the_tables(
    queue: Queue,
) -> None:
    [(config,)] = rows(
        queue, "SELECT proconfig FROM pg_proc WHERE proname LIKE 'procrastinate_fetch_job%%'"
    )
    assert {"enable_hashjoin=off", "enable_seqscan=off", "enable_sort=off"} <= set(config)
    indexes = rows(queue, "SELECT indexname FROM pg_indexes WHERE schemaname = 'public_queue'")
    assert ("publisher_lock_idx",) in indexes


def test_of_a_channel_one_delivery_waits_however_often_it_is_put_in(queue: Queue) -> None:
    queue.defer({"fanpage": 7, "zalo": 8})
    queue.defer({"fanpage": 9, "x": 10})
    assert jobs(queue) == [("fanpage", "7"), ("zalo", "8"), ("x", "10")]


def test_tables_of_an_older_version_are_made_anew_and_newer_ones_left_alone(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.defer({"fanpage": 7})
    queue.prepare()
    assert jobs(queue) == [("fanpage", "7")]
    comment = "COMMENT ON SCHEMA public_queue IS 'procrastinate {} other'"
    rows(queue, comment.format("99.1.0"))
    assert not queue.is_there()
    with pytest.raises(StoreError):
        queue.prepare()
    assert jobs(queue) == [("fanpage", "7")]
    rows(queue, comment.format("3.9.9"))
    queue.prepare()
    assert jobs(queue) == []
    assert queue.is_there()


def test_a_queue_that_was_dropped_takes_jobs_again_once_it_is_made(queue: Queue) -> None:
    queue.defer({"fanpage": 7})
    rows(queue, "DROP SCHEMA public_queue CASCADE")
    with pytest.raises(QueueError):
        queue.defer({"fanpage": 7})
    queue.prepare()
    queue.defer({"fanpage": 7})
    assert jobs(queue) == [("fanpage", "7")]


def _worked(queue: Queue, looks: int, at_work: set[int], *, told: bool) -> list[Any]:
    """What is left of two jobs that a worker has taken, after so many looks of its housework;
    ``told`` is whether it has given a sign of life lately."""

    async def work() -> None:
        app: App = queue.worked()
        async with app.open_async():
            worker = await app.job_manager.register_worker()
            for _ in range(2):
                await app.job_manager.fetch_job(None, worker)
            if not told:
                await app.connector.execute_query_async(
                    "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
                )
            housework = Housework(app, at_work)
            for _ in range(looks):
                await housework.do(worker)

    queue.defer({"fanpage": 7, "zalo": 8})
    asyncio.run(work())
    return jobs(queue)


def test_the_jobs_of_a_worker_that_is_gone_are_removed(queue: Queue) -> None:
    assert _worked(queue, 1, set(), told=False) == []


def test_a_job_that_its_worker_knows_nothing_of_is_removed_at_the_second_look(
    queue: Queue,
) -> None:
    assert len(_worked(queue, 1, set(), told=True)) == 2


def test_a_job_that_is_being_done_is_left_alone(queue: Queue) -> None:
    assert _worked(queue, 3, {1}, told=True) == [("fanpage", "7")]
