"""A store that was moved elsewhere says so, and lets nobody write into it any more.

Two stores at work would publish everything twice. The mark stands where every version of the
program looks first, in place of the step of the migrations, so that none opens the store; and each
table refuses to be written, for the sake of whoever had the store open already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, inspect, text
from sqlmodel import SQLModel

MOVE = "move store"
"""What the audit trail calls it; the subject is where to."""

REFUSAL = "this store was moved"
"""What its tables say to whoever writes."""

_MARK = "moved:"


@dataclass(frozen=True, slots=True)
class Departure:
    """That a store was moved: when, to which address (without its password), by whose hand."""

    at: datetime
    to: str
    actor: str


def is_mark(step: str | None) -> bool:
    """Whether what stands in place of the migrations' step says that the store was moved."""
    return step is not None and step.startswith(_MARK)


def step_below(mark: str) -> str:
    """The step at which the store was when it was marked."""
    return mark.removeprefix(_MARK)


def step_of(connection: Connection) -> str | None:
    """The step or the mark of a store; ``None`` where it has no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql(
        "SELECT version_num FROM alembic_version"
    ).scalar()
    return found


def departure(connection: Connection) -> Departure | None:
    """The last time that the store was moved, as its audit trail tells."""
    event = _tables()["event"]
    last = event.select().where(event.c.action == MOVE).order_by(event.c.id.desc()).limit(1)
    row = connection.execute(last).first()
    return Departure(row.at, row.subject, row.actor) if row is not None else None


def put(connection: Connection, step: str) -> None:
    """Mark a store that is at ``step``: from the end of this transaction on nobody writes into it.

    What it tells of it must stand in its audit trail before.
    """
    _write_step(connection, _MARK + step)
    if connection.dialect.name == "sqlite":
        for table in _tables():
            for what in ("INSERT", "UPDATE", "DELETE"):
                connection.exec_driver_sql(
                    f"CREATE TRIGGER moved_{table}_{what} BEFORE {what} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
        return
    connection.exec_driver_sql(
        "CREATE FUNCTION store_moved() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    for table in _tables():
        connection.exec_driver_sql(
            f"CREATE TRIGGER moved BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION store_moved()"
        )


def take_away(connection: Connection, step: str) -> None:
    """Let the store at ``step`` be used again."""
    _write_step(connection, step)
    if connection.dialect.name == "sqlite":
        for table in _tables():
            for what in ("INSERT", "UPDATE", "DELETE"):
                connection.exec_driver_sql(f"DROP TRIGGER moved_{table}_{what}")
        return
    connection.exec_driver_sql("DROP FUNCTION store_moved() CASCADE")


def _tables() -> Mapping[str, Table]:
    # Imported here: every command looks for a mark, and hardly any finds one.
    from publisher.store import tables  # noqa: F401 -- fills SQLModel.metadata

    return SQLModel.metadata.tables


def _write_step(connection: Connection, step: str) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :step"), {"step": step})
