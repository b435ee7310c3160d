"""The stored deliveries as lines of text, which agree with the plan's own where nothing changed.

The database writes the lines; ``planning.lines`` says what stands in one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal_column, not_, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.planning.diff import BY_PLAN
from publisher.planning.lines import SIGN
from publisher.store import deliveries
from publisher.store.models import Delivery

CHANGEABLE = (*CLAIMABLE, State.FAILED)
"""What the plan may still give a new text and time, or take out."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Row ids of stored deliveries: ``by_line`` of those that are as they are to be where the files
    ask for that very line; ``withdrawn`` of those that the plan took out, and brings back."""

    by_line: dict[str, int]
    withdrawn: list[int]


def standing(session: Session, start: datetime, end: datetime) -> Standing:
    """What may still change, whatever its age, and all that is due in [start, end]."""
    changeable = col(Delivery.state).in_(deliveries.names(CHANGEABLE))
    connection = session.connection()
    rows = connection.execute(select(_LINE, Delivery.id).where(changeable))
    found = Standing({line: number for line, number in rows}, [])  # noqa: C416 -- no list of rows
    others = connection.execute(
        select(_LINE, Delivery.id, Delivery.state, Delivery.cancelled_by).where(
            not_(changeable), col(Delivery.due_at).between(start, end)
        )
    )
    for line, number, state, cancelled_by in others:
        if state == State.CANCELLED and cancelled_by == BY_PLAN:
            found.withdrawn.append(number)
        else:
            found.by_line[line] = number
    return found


class _Written(FunctionElement[str]):
    """A moment as lines have it."""

    type = String()
    inherit_cache = True


@compiles(_Written)
def _as_kept(element: _Written, compiler: SQLCompiler, **options: Any) -> str:
    # SQLite keeps moments as the very text.
    return compiler.process(element.clauses, **options)


@compiles(_Written, "postgresql")
def _formatted(element: _Written, compiler: SQLCompiler, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"


def _line() -> ColumnElement[str]:
    parts: list[ColumnElement[str]] = [
        type_coerce(column, String)
        for column in (
            Delivery.campaign,
            cast(Delivery.edition, String),
            Delivery.post,
            Delivery.channel,
            Delivery.occurrence,
            _Written(Delivery.due_at),
            _Written(Delivery.expires_at),
            Delivery.zone,
            Delivery.fingerprint,
            cast(Delivery.approvals, String),
            cast(Delivery.audiences, String),
            cast(Delivery.covers, String),
        )
    ]
    sign = literal_column(f"'{SIGN}'", String)
    return reduce(lambda line, part: line.concat(sign).concat(part), parts)


_LINE = _line()
