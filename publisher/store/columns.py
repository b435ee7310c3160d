"""Kinds of column that the tables are made of.

Times are aware datetimes in UTC. What a platform or a library said is kept without what looks like
a secret.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, String, TypeDecorator
from sqlmodel import Field, SQLModel

from publisher.redaction import cleaned, redact

MOST_WHOLE = 2**31 - 1
"""What a column of whole numbers holds at most, a row's own number too: PostgreSQL takes none
beyond it, not even to look for it."""


class Stored(SQLModel):
    """What every table is made of. SQLModel never checks a table's rows, so what pydantic would
    check them by isn't built: that would take a fifth of the time in which a command starts."""

    model_config = {"defer_build": True}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC: SQLite would silently drop the zone otherwise."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone can't be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Told(TypeDecorator[str]):
    """What a platform or a library said: kept without what looks like a secret."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else redact(value)


class ToldDetails(TypeDecorator[dict[str, Any]]):
    """The same, by name."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> Any:
        return value if value is None else cleaned(value)


def told() -> Any:
    return Field(default="", sa_column=Column(Told, nullable=False))


def moment(*, index: bool = False) -> Any:
    return Field(sa_column=Column(UtcDateTime, nullable=False, index=index))


def maybe_moment(*, index: bool = False) -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime, nullable=True, index=index))


def maybe_count() -> Any:
    return Field(default=None, sa_column=Column(BigInteger, nullable=True))


def names() -> Any:
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))
