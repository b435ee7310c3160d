"""A store of decades: the posts of some weeks and their readings, copied back in time by SQL.

Each copy is the same weeks so much earlier, oldest first, as they would lie in a store that grew.
What the weekly mail reads is copied (deliveries, readings, short links and their clicks, accounts);
messages, attempts and the audit trail, which it doesn't look at, are those of the last weeks alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bench.office import filling

_COPIED = ("delivery", "reading", "accountreading", "shortlink", "linkclicks")
_ONCE = ("version", "attempt", "event")
_MOMENTS = frozenset(
    {"at", "hour"}
    | {f"{name}_at" for name in ("due", "expires", "next", "sent", "gone", "created", "updated")}
)
_NUMBERS = frozenset({"id", "delivery_id"})


def lengthen(path: Path, weeks: Path, days: int, readings: int) -> int:
    """Fill the empty store at ``path`` with that at ``weeks``, which holds ``days``, and with
    earlier copies of it until there are so many ``readings``; gives how many there are."""
    with filling(path) as store:
        store.execute("ATTACH ? AS weeks", (str(weeks),))
        [(each,)] = store.execute("SELECT count(*) FROM weeks.reading")
        copies = -(-readings // each)
        indexes = _indexes(store)
        for name, _sql in indexes:
            store.execute(f"DROP INDEX {name}")
        for table in _ONCE:
            store.execute(f"INSERT INTO main.{table} SELECT * FROM weeks.{table}")
        for table in _COPIED:
            for copy in range(copies):
                store.execute(*_copied(store, table, copy, (copies - 1 - copy) * days))
        # In the end, and sorted: far cheaper than row by row.
        for _name, sql in indexes:
            store.execute(sql)
    return int(each * copies)


def _indexes(store: sqlite3.Connection) -> Sequence[tuple[str, str]]:
    marks = ", ".join("?" * len(_COPIED))
    return store.execute(
        "SELECT name, sql FROM main.sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        f" AND tbl_name IN ({marks})",
        _COPIED,
    ).fetchall()


def _copied(
    store: sqlite3.Connection, table: str, copy: int, back_days: int
) -> tuple[str, dict[str, object]]:
    """Puts the ``copy``-th copy of ``table`` in, so many days earlier."""
    columns = [row[1] for row in store.execute(f"PRAGMA weeks.table_info({table})")]
    values = ", ".join(_value(column) for column in columns)
    order = "ORDER BY rowid" if "id" in columns else ""
    sql = (
        f"INSERT INTO main.{table} ({', '.join(columns)})"
        f" SELECT {values} FROM weeks.{table} {order}"
    )
    [(stride,)] = store.execute(f"SELECT coalesce(max(rowid), 0) FROM weeks.{table}")
    [(deliveries,)] = store.execute("SELECT max(id) FROM weeks.delivery")
    return sql, {
        "back": f"-{back_days} days",
        "copy": f"-{copy}" if back_days else "",
        "id": copy * stride,
        "delivery_id": copy * deliveries,
    }


def _value(column: str) -> str:
    if column in _MOMENTS:
        # To the microsecond, as it was written.
        return f"strftime('%Y-%m-%d %H:%M:%S', {column}, :back) || substr({column}, 20)"
    if column in _NUMBERS:
        return f"{column} + :{column}"
    # What names a post or a link for ever must differ from copy to copy.
    return f"{column} || :copy" if column in {"post", "code"} else column
