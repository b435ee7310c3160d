"""Statements that are put together once, and on SQLite go straight to its driver.

To put a statement together anew for each delivery costs thirty times what SQLite takes to carry it
out, and SQLAlchemy's way of handing over one that stands ready still costs four times as much. So
what every delivery needs stands ready in its module, as a ``Prepared`` with parameters in place of
values. Elsewhere the way over the network is the longer one, and SQLAlchemy's own is gone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlmodel import Session

_Statement = Select[*tuple[Any, ...]] | Insert | Update


class Prepared:
    """``statement``, with parameters for all that differs from one time to the next; of an INSERT
    or UPDATE also the ``columns`` that it gives no value itself.

    It is run in the session's transaction; what the session's objects change goes before it, and
    they don't learn what it changed. Raises ``SQLAlchemyError``.
    """

    def __init__(self, statement: _Statement, *columns: str) -> None:
        self._statement = statement
        self._columns = columns
        self._written: _Written | None = None

    def rows(self, session: Session, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """What a SELECT finds."""
        driver = _driver(session)
        if driver is None:
            return [tuple(row) for row in self._run(session, values)]
        written = self._for(session)
        return [written.understood(row) for row in written.carry_out(driver, values)]

    def changed(self, session: Session, values: Mapping[str, Any]) -> int:
        """How many rows an UPDATE changed."""
        driver = _driver(session)
        if driver is None:
            return self._run(session, values).rowcount
        return self._for(session).carry_out(driver, values).rowcount

    def added(self, session: Session, values: Mapping[str, Any]) -> int:
        """The number that an INSERT's row has got."""
        driver = _driver(session)
        if driver is None:
            key = self._run(session, values).inserted_primary_key
            number = None if key is None else key[0]
        else:
            number = self._for(session).carry_out(driver, values).lastrowid
        if number is None:
            raise ValueError("the row was not stored")
        return int(number)

    def _run(self, session: Session, values: Mapping[str, Any]) -> CursorResult[Any]:
        """In SQLAlchemy's own way, past the object layer."""
        return session.connection().execute(self._statement, values)

    def _for(self, session: Session) -> _Written:
        if self._written is None:
            self._written = _write(self._statement, self._columns, session.get_bind().dialect)
        return self._written


def execute(driver: sqlite3.Connection, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
    """Run ``sql`` past SQLAlchemy, with its errors; as everywhere, an error's text holds none of
    the values."""
    try:
        return driver.execute(sql, values)
    except sqlite3.Error as error:
        raise DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True) from error


_Kept = Callable[[Any], Any] | None
"""What a column's type makes of a value on its way to the driver, or from there."""


class _Written(NamedTuple):
    """A statement as the driver takes it: its parameters in their order, each by its name or with
    the value that it always has; and what becomes of each column that it gives."""

    sql: str
    parameters: Sequence[tuple[str | None, Any, _Kept]]
    columns: Sequence[_Kept]

    def carry_out(self, driver: sqlite3.Connection, values: Mapping[str, Any]) -> sqlite3.Cursor:
        try:
            told = [
                own if name is None else values[name] if keep is None else keep(values[name])
                for name, own, keep in self.parameters
            ]
        except (TypeError, ValueError) as error:
            raise StatementError(str(error), self.sql, None, error, hide_parameters=True) from error
        return execute(driver, self.sql, told)

    def understood(self, row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(
            value if make is None else make(value)
            for value, make in zip(row, self.columns, strict=True)
        )


def _write(statement: _Statement, columns: Sequence[str], dialect: Dialect) -> _Written:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(columns) or None)
    parameters: list[tuple[str | None, Any, _Kept]] = []
    for name in compiled.positiontup:
        told = compiled.binds[name]
        keep = told.type.dialect_impl(dialect).bind_processor(dialect)
        if name in columns or told.required:
            parameters.append((name, None, keep))
        else:
            own = compiled.params[name]
            parameters.append((None, own if keep is None else keep(own), None))
    given = statement.selected_columns if isinstance(statement, Select) else ()
    return _Written(
        compiled.string,
        parameters,
        [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in given],
    )


def _driver(session: Session) -> sqlite3.Connection | None:
    """SQLite's own connection, in the session's transaction; ``None`` on another database."""
    session.flush()
    known: tuple[Connection, sqlite3.Connection | None] | None = session.info.get(_HERE)
    if known is None or known[0].closed:
        connection = session.connection()
        own = connection.connection.driver_connection
        known = connection, own if isinstance(own, sqlite3.Connection) else None
        session.info[_HERE] = known
    return known[1]


_HERE = "direct"
