"""A delivery's journal in the store: what an adapter noted half-way, kept across crashes."""

from __future__ import annotations

from publisher.clock import Clock
from publisher.store.database import Database
from publisher.store.models import JournalEntry


class StoredJournal:
    """``channels.base.Journal`` for one delivery; every ``put`` commits by itself."""

    def __init__(self, database: Database, delivery_id: int, clock: Clock) -> None:
        self._database = database
        self._delivery_id = delivery_id
        self._clock = clock

    def get(self, name: str) -> str | None:
        with self._database.reading() as session:
            entry = session.get(JournalEntry, (self._delivery_id, name))
            return entry.value if entry else None

    def put(self, name: str, value: str) -> None:
        with self._database.writing() as session:
            session.merge(
                JournalEntry(
                    delivery_id=self._delivery_id,
                    name=name,
                    value=value,
                    written_at=self._clock(),
                )
            )
