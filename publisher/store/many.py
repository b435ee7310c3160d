"""Puts many rows into one table at once, each value straight to the driver as its column keeps it.

For what comes by the thousand: SQLAlchemy's own ``executemany`` looks at every name of every row,
which costs more than the database takes to store it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Dialect, Table
from sqlmodel import Session

Row = Sequence[Any]


class Many:
    """``columns`` of ``table``, to be put in by ``insert`` in that order; the others have a
    default of the database's own, or stay null."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self._table = table
        self._columns = tuple(columns)
        self._of: dict[str, tuple[str, list[Callable[[Any], Any] | None]]] = {}

    def insert(self, session: Session, rows: Iterable[Row]) -> None:
        """Put ``rows`` in, in the session's transaction."""
        by_column = list(zip(*rows, strict=True))
        if not by_column:
            return
        connection = session.connection()
        statement, kept = self._written_for(connection.dialect)
        values = [
            column if keep is None else _each(keep, column)
            for keep, column in zip(kept, by_column, strict=True)
        ]
        connection.exec_driver_sql(statement, list(zip(*values, strict=True)))

    def _written_for(self, dialect: Dialect) -> tuple[str, list[Callable[[Any], Any] | None]]:
        """The statement, and what each column makes of a value before the driver has it."""
        if dialect.name not in self._of:
            quote = dialect.identifier_preparer.quote
            names = ", ".join(map(quote, self._columns))
            mark = "?" if dialect.paramstyle == "qmark" else "%s"
            marks = ", ".join([mark] * len(self._columns))
            name = quote(self._table.name)
            statement = f"INSERT INTO {name} ({names}) VALUES ({marks})"  # noqa: S608 -- our own
            types = (self._table.c[name].type.dialect_impl(dialect) for name in self._columns)
            self._of[dialect.name] = statement, [kind.bind_processor(dialect) for kind in types]
        return self._of[dialect.name]


def _each(keep: Callable[[Any], Any], column: Iterable[Any]) -> Iterator[Any]:
    """What ``keep`` makes of each value; of one that stands in many rows on end, once."""
    last, made = object(), None
    for value in column:
        if value is not last:
            last, made = value, keep(value)
        yield made
