"""Tokens by which a program speaks for a person; what it does is done in their name.

One for the API may do what its role may, and no more than the person may by then; one for the
calendar opens the plan's iCalendar feed and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from publisher.settings.console import Role
from publisher.store import audit
from publisher.store.columns import MOST_WHOLE
from publisher.store.console_tables import ApiToken, Person
from publisher.store.people import number_of
from publisher.store.unguessable import fresh, hashed

API = "api"
CALENDAR = "calendar"

SEEN_EVERY = timedelta(minutes=1)


def make(
    session: Session,
    now: datetime,
    person: Person,
    label: str,
    expires_at: datetime | None,
    *,
    role: Role = Role.VIEWER,
    purpose: str = API,
) -> str:
    """A token for ``person``, which is shown once; ``expires_at`` is its end, if it has one.

    Raises ``ValueError`` for a role above the person's own.
    """
    if role.rank > Role(person.role).rank:
        raise ValueError(f"{role} is more than {person.role}")
    token = fresh()
    session.add(
        ApiToken(
            token_hash=hashed(token),
            person_id=number_of(person),
            label=label,
            role=role.value,
            purpose=purpose,
            made_at=now,
            expires_at=expires_at,
        )
    )
    audit.record(
        session, now, person.full_name, "make token", person.name, label=label, to=role.value
    )
    return token


def of_person(session: Session, person: Person) -> Sequence[ApiToken]:
    """The tokens of ``person``, the newest first."""
    return session.exec(
        select(ApiToken)
        .where(ApiToken.person_id == number_of(person))
        .order_by(col(ApiToken.id).desc())
    ).all()


def of_token(
    session: Session, now: datetime, token: str, purpose: str = API
) -> tuple[ApiToken, Person] | None:
    """Whose ``token`` is, where it still counts for that ``purpose``."""
    query = select(ApiToken).where(
        ApiToken.token_hash == hashed(token), ApiToken.purpose == purpose
    )
    found = session.exec(query).one_or_none()
    if found is None or found.revoked_at is not None:
        return None
    if found.expires_at is not None and found.expires_at <= now:
        return None
    person = session.get(Person, found.person_id)
    return None if person is None or person.disabled_at is not None else (found, person)


def is_to_be_noted(found: ApiToken, now: datetime) -> bool:
    """Whether ``seen`` has something to write: so exactly it is known when it was last used."""
    return found.seen_at is None or now - found.seen_at >= SEEN_EVERY


def seen(session: Session, now: datetime, found: ApiToken) -> None:
    """It is used, now."""
    session.execute(update(ApiToken).where(col(ApiToken.id) == found.id).values(seen_at=now))


def count_of(session: Session, now: datetime, person: Person) -> int:
    """How many tokens of ``person`` count still."""
    return sum(
        one.revoked_at is None and (one.expires_at is None or one.expires_at > now)
        for one in of_person(session, person)
    )


def revoke(session: Session, now: datetime, actor: str, person: Person, number: int) -> bool:
    """End the token ``number`` of ``person``; false where it isn't theirs, or ended already."""
    if number > MOST_WHOLE:
        return False
    ended = session.execute(
        update(ApiToken)
        .where(
            col(ApiToken.id) == number,
            col(ApiToken.person_id) == number_of(person),
            col(ApiToken.revoked_at).is_(None),
        )
        .values(revoked_at=now)
    ).rowcount  # type: ignore[attr-defined]
    if ended:
        audit.record(session, now, actor, "revoke token", person.name)
    return bool(ended)
