"""Copies every row of one store into another, and proves that each arrived as it was.

Table by table, what others refer to first, some thousands of rows at a time: it needs no more
memory for a million of them. Numbers of rows stay, and what is stored next goes on behind them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, MetaData, String, Table, func, select, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import SQLModel

import publisher.store.tables  # noqa: F401 -- fills SQLModel.metadata
from publisher import notation
from publisher.i18n import _
from publisher.store.columns import Told, ToldDetails
from publisher.store.errors import StoreError
from publisher.store.trouble import in_words

Progress = Callable[[str, int, int], None]
"""Told of each table by its name how many of how many rows are copied."""

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Sum:
    """What the rows of a table come to, in whatever order they are read: their number, and the sum
    of their digests."""

    rows: int = 0
    digests: int = 0

    def plus(self, row: tuple[Any, ...]) -> Sum:
        packed = hashlib.blake2b(_canonical(row), digest_size=16).digest()
        return Sum(self.rows + 1, (self.digests + int.from_bytes(packed, "big")) % 2**128)


def copy(source: Connection, target: Connection, progress: Progress) -> dict[str, Sum]:
    """Put all rows of ``source`` into the empty tables of ``target``; gives what they come to, by
    table.

    Raises ``StoreError`` where the target doesn't take a row: its transaction is to be rolled back.
    """
    return {table.name: _copied(source, target, table, progress) for table in tables()}


def prove(target: Connection, sums: Mapping[str, Sum]) -> None:
    """Read every row back. Raises ``StoreError`` where they don't come to ``sums``: the target's
    transaction is to be rolled back then."""
    for table in tables():
        had, got = sums[table.name], _sum(target, table)
        if had != got:
            raise StoreError(
                _(
                    "the rows of the table %(table)s did not arrive as they were (%(had)s there, "
                    "%(got)s here): nothing was moved"
                )
                % {
                    "table": table.name,
                    "had": notation.number(had.rows),
                    "got": notation.number(got.rows),
                }
            )
        if target.dialect.name == "postgresql":
            _go_on_behind(target, table)


def is_empty(connection: Connection) -> bool:
    """Whether no table of the store has a row."""
    return all(
        connection.execute(select(1).select_from(table).limit(1)).first() is None
        for table in tables()
    )


def tables() -> list[Table]:
    """The store's tables, those first that others refer to, with columns that keep what they are
    given: what was kept once without its secrets is not to be looked through again."""
    plain = MetaData()
    for table in SQLModel.metadata.sorted_tables:
        Table(table.name, plain, *(_plain(column) for column in table.columns))
    return [plain.tables[table.name] for table in SQLModel.metadata.sorted_tables]


def _copied(source: Connection, target: Connection, table: Table, progress: Progress) -> Sum:
    total = source.execute(select(func.count()).select_from(table)).scalar_one()
    found = Sum()
    progress(table.name, 0, total)
    for rows in _batches(source, table):
        kept = [_as_kept(row, target.dialect.name) for row in rows]
        named = [dict(zip(table.c.keys(), row, strict=True)) for row in kept]
        try:
            target.execute(table.insert(), named)
        except (DataError, IntegrityError) as error:
            raise StoreError(
                _("the table %(table)s has a row that can't be stored there: %(why)s")
                % {"table": table.name, "why": in_words(error)}
            ) from None
        for row in kept:
            found = found.plus(row)
        progress(table.name, found.rows, total)
    return found


def _sum(connection: Connection, table: Table) -> Sum:
    found = Sum()
    for rows in _batches(connection, table):
        for row in rows:
            found = found.plus(row)
    return found


def _batches(connection: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    asked = select(table).order_by(*table.primary_key.columns)
    streaming = connection.execution_options(stream_results=True, max_row_buffer=AT_ONCE)
    with streaming.execute(asked) as result:
        for rows in result.partitions(AT_ONCE):
            yield [tuple(row) for row in rows]


def _plain(column: Column[Any]) -> Column[Any]:
    kind = column.type
    if isinstance(kind, Told):
        kind = String()
    elif isinstance(kind, ToldDetails):
        kind = JSON()
    return Column(column.name, kind, primary_key=column.primary_key, nullable=column.nullable)


def _go_on_behind(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number the next row after the last one."""
    keys = list(table.primary_key.columns)
    if len(keys) != 1:
        return
    place = text("SELECT pg_get_serial_sequence(:table, :column)")
    named = {"table": table.name, "column": keys[0].name}
    sequence = connection.execute(place, named).scalar()
    last = connection.execute(select(func.max(keys[0]))).scalar() if sequence else None
    if last is not None:
        connection.execute(select(func.setval(sequence, last)))


def _as_kept(row: tuple[Any, ...], dialect: str) -> tuple[Any, ...]:
    """``row`` as a database of that kind keeps it: PostgreSQL has no letter NUL in its texts."""
    if dialect != "postgresql":
        return row
    return tuple(v.replace("\0", "\ufffd") if isinstance(v, str) else v for v in row)


def _canonical(row: tuple[Any, ...]) -> bytes:
    """``row`` in the one form that both databases come to."""
    values = [
        value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in row
    ]
    return json.dumps(values, default=str, ensure_ascii=True).encode()
