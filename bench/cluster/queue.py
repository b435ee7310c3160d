"""The queue and the duty, as PostgreSQL shows them to whoever looks from outside."""

from __future__ import annotations

import time
from collections.abc import Iterable

from bench.cluster.nodes import Node
from bench.cluster.postgres import Server

NAME = "publisher queue"
"""As which its connections are listed."""

_SEAT = r"^publisher (run|worker) .+:\d+$"
"""As which a seat's connection is listed: what sits there, its machine and its number."""

_LOOK_S = 0.02


def schema_of(primary: Server) -> str:
    """The schema in which the queue's tables lie; "" where there is none."""
    rows = primary.ask("SELECT schemaname FROM pg_tables WHERE tablename = 'procrastinate_jobs'")
    return str(rows[0][0]) if rows else ""


def workers(primary: Server) -> int:
    """How many processes take jobs from it."""
    schema = schema_of(primary)
    sql = f'SELECT count(*) FROM "{schema}".procrastinate_workers'
    return int(primary.ask(sql)[0][0]) if schema else 0


def seated(primary: Server) -> set[int]:
    """The processes that have a seat, by their numbers."""
    return _numbers(
        primary, "SELECT application_name FROM pg_stat_activity WHERE application_name ~ %s"
    )


def drop(primary: Server) -> None:
    """Drop the queue with all that is in it."""
    primary.ask(f'DROP SCHEMA "{schema_of(primary)}" CASCADE')


def has_duty(primary: Server, nodes: Iterable[Node]) -> Node | None:
    """The node that has the duty; ``None`` where none has it just now.

    Everybody's seat shares a lock: the duty's is the one that is shared with nobody.
    """
    sql = """
        SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted
        AND application_name ~ %s
    """
    holders = _numbers(primary, sql)
    return next((node for node in nodes if node.scheduler.pid in holders), None)


def next_deferral_s(primary: Server, within_s: float) -> float:
    """How long it takes until another job is deferred, from now; ``within_s`` where none is."""
    began = time.monotonic()
    with primary.connection() as connection:
        sql = f'SELECT last_value FROM "{schema_of(primary)}".procrastinate_jobs_id_seq'
        before = connection.execute(sql).fetchone()
        while (spent := time.monotonic() - began) < within_s:
            if connection.execute(sql).fetchone() != before:
                return spent
            time.sleep(_LOOK_S)
    return within_s


def _numbers(primary: Server, sql: str) -> set[int]:
    """Of the seats that ``sql`` finds by how they are called, whose they are."""
    return {int(name.rpartition(":")[2]) for (name,) in primary.ask(sql, (_SEAT,))}
