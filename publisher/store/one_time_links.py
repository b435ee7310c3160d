"""Links that work once and not for long: to set a password, to approve from a mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col

from publisher.store.console_tables import OneTimeLink, Person
from publisher.store.people import number_of
from publisher.store.unguessable import fresh, hashed

PASSWORD = "password"  # noqa: S105 -- a purpose
APPROVE = "approve"
_KEPT = timedelta(days=30)


def make(
    session: Session,
    now: datetime,
    person: Person,
    purpose: str,
    lasts: timedelta,
    subject: str = "",
) -> str:
    """The token of a new link for ``person``; ``subject`` is what it is about, if one thing."""
    token = fresh()
    session.execute(delete(OneTimeLink).where(col(OneTimeLink.expires_at) < now - _KEPT))
    session.add(
        OneTimeLink(
            token_hash=hashed(token),
            purpose=purpose,
            person_id=number_of(person),
            subject=subject,
            made_at=now,
            expires_at=now + lasts,
        )
    )
    return token


def look_at(
    session: Session, now: datetime, token: str, purpose: str
) -> tuple[OneTimeLink, Person] | None:
    """The link and whose it is, where it may still be used; nothing is changed by looking."""
    link = session.get(OneTimeLink, hashed(token))
    if link is None or link.purpose != purpose or link.used_at is not None:
        return None
    person = session.get(Person, link.person_id)
    if link.expires_at <= now or person is None or person.disabled_at is not None:
        return None
    return link, person


def use(session: Session, now: datetime, link: OneTimeLink) -> bool:
    """Use it up; false where somebody was quicker."""
    used = session.execute(
        update(OneTimeLink)
        .where(
            col(OneTimeLink.token_hash) == link.token_hash,
            col(OneTimeLink.used_at).is_(None),
            col(OneTimeLink.expires_at) > now,
        )
        .values(used_at=now)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def drop(session: Session, tokens: Iterable[str]) -> None:
    """Undo links that nobody was given."""
    hashes = [hashed(token) for token in tokens]
    session.execute(delete(OneTimeLink).where(col(OneTimeLink.token_hash).in_(hashes)))
