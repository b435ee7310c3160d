"""Every reading of a few deliveries, one after another, for a page that shows how a post rose."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from publisher.reach.figures import GIVEN, Figures, of_given, weighs
from publisher.store.reach_tables import ReadingRow


@dataclass(frozen=True, slots=True)
class Read:
    """What a delivery (its row id) had reached ``at`` a moment, ``age`` after it was due.

    ``found``: whether it was there. ``in_doubt``: whether something speaks against the figures.
    """

    number: int
    at: datetime
    age: timedelta
    found: bool
    figures: Figures
    in_doubt: bool


def readings_of(session: Session, numbers: Collection[int]) -> list[Read]:
    """The readings of deliveries, by their row ids, the oldest first."""
    rows = session.exec(
        select(ReadingRow)
        .where(col(ReadingRow.delivery_id).in_(numbers))
        .order_by(col(ReadingRow.at), col(ReadingRow.id))
    ).all()
    return [
        Read(
            row.delivery_id,
            row.at,
            timedelta(seconds=row.due_age_s),
            row.found,
            of_given({name: getattr(row, name) for name in GIVEN}),
            any(weighs(doubt) for doubt in row.doubts),
        )
        for row in rows
    ]
