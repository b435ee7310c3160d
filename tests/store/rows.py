"""All rows of a store, and made-up ones for every table: whatever its columns can hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    select,
)
from sqlmodel import SQLModel

from publisher.store.columns import UtcDateTime
from publisher.store.copying import tables
from publisher.store.database import Database

Rows = dict[str, list[dict[str, Any]]]

# Letters that are pairs in UTF-16 alone are no text, and NUL is none to PostgreSQL.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
LONG = st.sampled_from(["Chuyển đổi số 10/10. " * 5000, "", " ", "'; DROP TABLE hold; --", "None"])
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def all_rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in each table, by its keys."""
    with database.reading() as session:
        connection = session.connection()
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in tables()
        }


def empty(database: Database) -> None:
    """Leave no row in any table: an example of a property begins with nothing."""
    with database.writing() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.execute(table.delete())


@st.composite
def made_up(draw: st.DrawFn) -> Rows:
    """A few rows of each table, which refer to each other as they must."""
    rows: Rows = {}
    for table in SQLModel.metadata.sorted_tables:
        parents = [rows[key.column.table.name] for key in table.foreign_keys]
        count = draw(st.integers(0, 2)) if all(parents) else 0
        if all(column.foreign_keys for column in table.primary_key):
            # Its rows are told apart by what they refer to.
            count = min(count, max(map(len, parents)))
        rows[table.name] = [_row(draw, table, number, rows) for number in range(count)]
    return rows


def _row(draw: st.DrawFn, table: Table, number: int, rows: Rows) -> dict[str, Any]:
    row = {}
    for column in table.columns:
        if column.foreign_keys:
            [key] = column.foreign_keys
            parents = rows[key.column.table.name]
            row[column.name] = parents[number % len(parents)][key.column.name]
        elif column.nullable and draw(st.booleans()):
            row[column.name] = None
        else:
            row[column.name] = _value(draw, table, column, number)
    return row


def _value(draw: st.DrawFn, table: Table, column: Column[Any], number: int) -> Any:
    kind = column.type
    if isinstance(kind, UtcDateTime):
        aware = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
        return draw(aware)
    if isinstance(kind, Boolean):
        return draw(st.booleans())
    if isinstance(kind, BigInteger):
        return draw(st.integers(-(2**63), 2**63 - 1))
    if isinstance(kind, Integer):
        # Keys are told apart by the row's number.
        return number + 1 if column.primary_key else draw(st.integers(-(2**31), 2**31 - 1))
    if isinstance(kind, Float):
        return draw(st.floats(allow_nan=False, allow_infinity=False))
    if isinstance(kind, Date):
        return draw(st.dates())
    if isinstance(kind, JSON) or isinstance(getattr(kind, "impl", None), JSON):
        return draw(st.lists(JSONS, max_size=3) | st.dictionaries(TEXTS, JSONS, max_size=3))
    return f"{draw(TEXTS if _is_indexed(table, column) else TEXTS | LONG)}{number}"


def _is_indexed(table: Table, column: Column[Any]) -> bool:
    """PostgreSQL has no index of texts of more than 2,700 bytes."""
    has_index = (UniqueConstraint, PrimaryKeyConstraint)
    keys = [one for one in table.constraints if isinstance(one, has_index)]
    return any(column.name in one.columns for one in (*keys, *table.indexes))
