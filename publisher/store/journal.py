"""A delivery's journal in the store, kept across crashes.

It is what an adapter noted half-way.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from channels.base import CannotTellError, CredentialsExpiredError, Seal
from channels.sealing import SEALED, KeySeal, is_sealed
from publisher.clock import Clock
from publisher.i18n import N_
from publisher.store.database import Database
from publisher.store.models import JournalEntry

OTHER_KEY = N_(
    "what was noted half-way is sealed with a key that is no longer there (PUBLISHER_KEY)"
)


class StoredJournal:
    """``channels.base.Journal`` for one delivery; every ``put`` commits by itself."""

    def __init__(
        self, database: Database, delivery_id: int, clock: Clock, seal: Seal | None = None
    ) -> None:
        self._database = database
        self._delivery_id = delivery_id
        self._clock = clock
        self._seal = seal if seal is not None else KeySeal()

    def get(self, name: str) -> str | None:
        with self._database.reading() as session:
            entry = session.get(JournalEntry, (self._delivery_id, name))
        value = entry.value if entry else None
        return self._opened(value) if value is not None and is_sealed(value) else value

    def put(self, name: str, value: str, *, secret: bool = False) -> None:
        kept = self._seal.seal(value) if secret else value
        with self._database.sending() as session:
            session.merge(
                JournalEntry(
                    delivery_id=self._delivery_id,
                    name=name,
                    value=kept,
                    written_at=self._clock(),
                )
            )

    def _opened(self, sealed: str) -> str:
        try:
            return self._seal.open(sealed)
        except CredentialsExpiredError:
            pass
        # Whether what it began became a post, only a person can find out now.
        raise CannotTellError(OTHER_KEY)


def is_begun(session: Session, delivery_id: int) -> bool:
    """Whether an adapter noted anything of the delivery: a part of it may be out."""
    noted = select(JournalEntry.name).where(JournalEntry.delivery_id == delivery_id).limit(1)
    return session.exec(noted).first() is not None


def renew(database: Database, seal: Seal) -> int:
    """Seal every sealed note anew; gives how many. Raises ``CredentialsExpiredError`` where one
    can't be opened: all stay as they are then."""
    with database.writing() as session:
        entries = session.exec(
            select(JournalEntry).where(col(JournalEntry.value).startswith(SEALED))
        )
        sealed = entries.all()
        for entry in sealed:
            entry.value = seal.seal(seal.open(entry.value))
            session.add(entry)
    return len(sealed)
