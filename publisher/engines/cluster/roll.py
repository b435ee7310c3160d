"""The roll of a cluster: which processes have a seat now, and which of them has the duty.

PostgreSQL knows it, by their connections and locks: nothing is kept of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from publisher.engines.cluster.seat import DUTY_LOCK, NAME
from publisher.store.database import DAEMON_LOCK, Database


@dataclass(frozen=True, slots=True)
class Seated:
    """A process of the cluster: its name (machine and number) and what it is (run, worker)."""

    name: str
    role: str
    has_duty: bool


def seated(database: Database) -> list[Seated]:
    """Every process that has a seat, by name. Raises ``SQLAlchemyError``."""
    with database.reading() as session:
        rows = session.execute(text(_SEATED), {"name": f"{NAME} %"}).all()
    return [
        Seated(" ".join(words[2:]), words[1], has_duty)
        for called, has_duty in rows
        if len(words := called.split()) > 2
    ]


# A lock's key of 64 bits is listed in two halves of 32.
_KEY = "((l.classid::bigint << 32) | l.objid::bigint)"
_SEATED = f"""
SELECT a.application_name, bool_or({_KEY} = {DUTY_LOCK}::bigint)
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
  AND a.datname = current_database() AND a.application_name LIKE :name
  AND {_KEY} IN ({DAEMON_LOCK}::bigint, {DUTY_LOCK}::bigint)
GROUP BY a.pid, a.application_name
HAVING bool_or({_KEY} = {DAEMON_LOCK}::bigint)
ORDER BY a.application_name
"""  # noqa: S608 -- constants of ours
