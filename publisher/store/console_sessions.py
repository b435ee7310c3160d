"""Sessions of the console: browsers in which somebody is logged in.

The token stands in the browser's cookie; here stands its hash. A session ends when it was idle too
long, and at the latest at its own end; the program that starts anew forgets none.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from publisher.store.console_tables import ConsoleSession, Person
from publisher.store.people import number_of
from publisher.store.unguessable import fresh, hashed

SEEN_EVERY = timedelta(minutes=1)
"""So exactly it is known when a session was last used: each note of it is a write."""

MOST_TOLD = 5


def begin(
    session: Session, now: datetime, person: Person, longest: timedelta, lacks: str = ""
) -> str:
    """Log ``person`` in; gives the token for the cookie. ``lacks`` is what is still to be given."""
    token = fresh()
    session.execute(delete(ConsoleSession).where(col(ConsoleSession.expires_at) <= now))
    session.add(
        ConsoleSession(
            token_hash=hashed(token),
            person_id=number_of(person),
            form_token=fresh(),
            lacks=lacks,
            started_at=now,
            seen_at=now,
            expires_at=now + longest,
        )
    )
    return token


def of_token(
    session: Session, now: datetime, token: str, idle: timedelta
) -> tuple[ConsoleSession, Person] | None:
    """The session of ``token`` and whose it is; ``None`` where it ended, or who may not come in."""
    found = session.get(ConsoleSession, hashed(token)) if token else None
    if found is None or found.expires_at <= now or found.seen_at + idle <= now:
        return None
    person = session.get(Person, found.person_id)
    return None if person is None or person.disabled_at is not None else (found, person)


def is_to_be_noted(found: ConsoleSession, now: datetime) -> bool:
    """Whether ``seen`` has something to write."""
    return now - found.seen_at >= SEEN_EVERY


def seen(session: Session, now: datetime, found: ConsoleSession) -> None:
    """It is used, now."""
    row = session.get(ConsoleSession, found.token_hash)
    if row is not None:
        row.seen_at = now
        session.add(row)


def tell(session: Session, found: ConsoleSession, what: list[str]) -> None:
    """Let the next page of this browser tell ``what``."""
    _tell(session, found.token_hash, what)


def tell_token(session: Session, token: str, what: list[str]) -> None:
    """The same, of a session that has just begun."""
    _tell(session, hashed(token), what)


def _tell(session: Session, token_hash: str, what: list[str]) -> None:
    row = session.get(ConsoleSession, token_hash)
    if row is not None:
        row.told = [*row.told, what][-MOST_TOLD:]
        session.add(row)


def take_told(session: Session, found: ConsoleSession) -> list[list[str]]:
    """What is to be told, which is forgotten by this."""
    row = session.get(ConsoleSession, found.token_hash)
    if row is None:
        return []
    told, row.told = row.told, []
    session.add(row)
    return told


def end(session: Session, token: str) -> None:
    """Log this browser out."""
    session.execute(delete(ConsoleSession).where(col(ConsoleSession.token_hash) == hashed(token)))


def end_hashed(session: Session, token_hash: str) -> None:
    """The same, of a session that was found."""
    session.execute(delete(ConsoleSession).where(col(ConsoleSession.token_hash) == token_hash))


def count_of(session: Session, now: datetime, person: Person) -> int:
    """In how many browsers ``person`` is logged in."""
    return session.exec(
        select(func.count())
        .select_from(ConsoleSession)
        .where(ConsoleSession.person_id == number_of(person), col(ConsoleSession.expires_at) > now)
    ).one()


def end_all(session: Session, person: Person) -> None:
    """Log ``person`` out everywhere."""
    session.execute(
        delete(ConsoleSession).where(col(ConsoleSession.person_id) == number_of(person))
    )
