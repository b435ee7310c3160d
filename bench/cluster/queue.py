"""The queue and the duty, as PostgreSQL shows them to whoever looks from outside."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from pathlib import Path

from bench.cluster.nodes import Node
from bench.cluster.postgres import Server

NAME = "publisher queue"
"""As which its connections are listed."""

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
    sql = "SELECT application_name FROM pg_stat_activity WHERE application_name ~ %s"
    rows = primary.ask(sql, (r"^publisher (run|worker) .+:\d+$",))
    return {int(name.rpartition(":")[2]) for (name,) in rows}


def drop(primary: Server) -> None:
    """Drop the queue with all that is in it."""
    primary.ask(f'DROP SCHEMA "{schema_of(primary)}" CASCADE')


def has_duty(primary: Server, nodes: Iterable[Node]) -> Node | None:
    """The node that has the duty; ``None`` where none has it just now.

    Whoever works on the store shares a lock, and claims take one for a moment: the duty's is the
    one that is shared with nobody and stays.
    """
    first = _held(primary)
    time.sleep(0.3)
    stays = first & _held(primary)
    for node in nodes:
        if any(
            str(address) == node.place.address and _is_its(node.scheduler.pid, port)
            for _lock, address, port in stays
        ):
            return node
    return None


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


def _held(primary: Server) -> set[tuple[str, str, int]]:
    sql = """
        SELECT classid || '/' || objid, host(client_addr), client_port
        FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted
        AND client_addr IS NOT NULL
    """
    return set(primary.ask(sql))


def _is_its(pid: int, port: int) -> bool:
    """Whether the connection from the local ``port`` is one of the process ``pid``."""
    try:
        table = Path(f"/proc/{pid}/net/tcp").read_text()
        files = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:
        return False
    inodes = re.findall(rf"^ *\d+: \w+:{port:04X} (?:\S+ +){{7}}(\d+) ", table, re.MULTILINE)
    return any(f"socket:[{inode}]" in files for inode in inodes)
