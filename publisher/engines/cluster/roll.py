"""The roll of a cluster: which processes have a seat now, and which of them has the duty.

PostgreSQL knows it, by their connections and locks: nothing is kept of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from publisher.engines.cluster.seat import DUTY_LOCK, NAME
from publisher.store.database import Database
from publisher.store.postgresql import DAEMON_LOCK, LOCK_KEY, LOCKED


@dataclass(frozen=True, slots=True)
class Seated:
    """A process of the cluster: its name (machine and number) and what it is (run, worker)."""

    name: str
    role: str
    has_duty: bool

    @property
    def machine(self) -> str:
        """The machine that it runs on, called as in ``Site.machine``."""
        return self.name.rpartition(":")[0]


def seated(database: Database) -> list[Seated]:
    """Every process that has a seat, by name. Raises ``SQLAlchemyError``."""
    with database.reading() as session:
        rows = session.execute(text(_SEATED), {"name": f"{NAME} %"}).all()
    return [
        Seated(" ".join(words[2:]), words[1], has_duty)
        for called, has_duty in rows
        if len(words := called.split()) > 2
    ]


_SEATED = f"""
SELECT a.application_name, bool_or({LOCK_KEY} = {DUTY_LOCK}::bigint)
{LOCKED}
  AND a.application_name LIKE :name
  AND {LOCK_KEY} IN ({DAEMON_LOCK}::bigint, {DUTY_LOCK}::bigint)
GROUP BY a.pid, a.application_name
HAVING bool_or({LOCK_KEY} = {DAEMON_LOCK}::bigint)
ORDER BY a.application_name
"""
