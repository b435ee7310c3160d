"""What a SQLite store is asked, and by which way it finds the answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from publisher.store.database import Database

Asked = list[tuple[str, Any]]
"""Statements, each with its values."""


def asked_of(database: Database) -> Asked:
    """What ``database`` is asked from now on; it grows with each."""
    asked: Asked = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, sql: str, values: Any, *_: object) -> None:
        asked.append((sql, values))

    return asked


def way(session: Session, sql: str, values: Any) -> list[str]:
    """The steps that SQLite would take to answer."""
    steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    return [step[-1] for step in steps]
