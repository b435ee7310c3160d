"""The people of the office who may log in to the console, and what is done to their accounts.

Everything is noted in the audit trail by the name of who did it. Whatever takes a right away ends
the person's sessions, tokens and links in the same transaction.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, or_, select

from channels.base import Seal
from publisher.settings.console import Role
from publisher.store import audit
from publisher.store.approvals import called
from publisher.store.columns import MOST_WHOLE
from publisher.store.console_tables import ApiToken, ConsoleSession, OneTimeLink, Person
from publisher.store.database import Database


class NameTakenError(Exception):
    """Somebody else has that name, or stands in the record under it."""


class LastAdministratorError(Exception):
    """Nobody would be left who may let others in."""


def number_of(person: Person) -> int:
    """The row's id, which a stored person always has."""
    if person.id is None:
        raise ValueError("the person was never stored")
    return person.id


def plain(name: str) -> str:
    """``name`` as people log in by it: case and spaces around it don't matter."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def of_name(session: Session, name: str) -> Person | None:
    """Who logs in by ``name``, disabled or not."""
    return session.exec(select(Person).where(Person.name == plain(name))).one_or_none()


def of_subject(session: Session, subject: str) -> Person | None:
    """Whom the province's log-in knows by ``subject``, disabled or not."""
    return session.exec(select(Person).where(Person.subject == subject)).one_or_none()


def of_email(session: Session, email: str) -> Sequence[Person]:
    """Who has that mail address, whatever its case; disabled people too."""
    wanted = email.strip().casefold()
    found = session.exec(select(Person).where(Person.email != "")).all()
    return [one for one in found if one.email.strip().casefold() == wanted]


def of_number(session: Session, number: int) -> Person | None:
    """Who has that row id, disabled or not."""
    return session.get(Person, number) if number <= MOST_WHOLE else None


def everybody(session: Session) -> Sequence[Person]:
    """All people, by their names; who is disabled comes last."""
    return session.exec(
        select(Person).order_by(col(Person.disabled_at).is_not(None), col(Person.called))
    ).all()


def add(
    session: Session,
    now: datetime,
    actor: str,
    name: str,
    full_name: str,
    role: Role,
    email: str = "",
) -> Person:
    """Take somebody in, who has no password yet. Raises ``NameTakenError``: two people never are
    called the same in the record."""
    name = plain(name)
    full_name = " ".join(unicodedata.normalize("NFC", full_name).split())
    taken = select(Person.id).where(or_(Person.name == name, Person.called == called(full_name)))
    if session.exec(taken).first() is not None:
        raise NameTakenError(name)
    person = Person(
        name=name,
        full_name=full_name,
        called=called(full_name),
        email=email.strip(),
        role=role.value,
        created_at=now,
        created_by=actor,
    )
    session.add(person)
    session.flush()
    audit.record(session, now, actor, "add person", name, to=role.value)
    return person


def set_role(session: Session, now: datetime, actor: str, person: Person, role: Role) -> None:
    """Raises ``LastAdministratorError``."""
    if person.role == Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR:
        _require_another_administrator(session, person)
    if role.rank < Role(person.role).rank:
        shut_out(session, now, person)
    person.role = role.value
    session.add(person)
    audit.record(session, now, actor, "set role", person.name, to=role.value)


def disable(session: Session, now: datetime, actor: str, person: Person) -> None:
    """Let somebody in no more, at once. Raises ``LastAdministratorError``."""
    if person.role == Role.ADMINISTRATOR:
        _require_another_administrator(session, person)
    person.disabled_at = now
    session.add(person)
    shut_out(session, now, person)
    audit.record(session, now, actor, "disable person", person.name)


def enable(session: Session, now: datetime, actor: str, person: Person) -> None:
    """Let somebody in again who was disabled."""
    person.disabled_at = None
    session.add(person)
    audit.record(session, now, actor, "enable person", person.name)


def set_email(session: Session, now: datetime, actor: str, person: Person, email: str) -> None:
    """An empty ``email``: they have none. The province's log-in is to know them by it anew."""
    if person.email == email.strip():
        return
    person.email, person.subject = email.strip(), None
    session.add(person)
    audit.record(session, now, actor, "set email", person.name)


def set_subject(session: Session, now: datetime, actor: str, person: Person, subject: str) -> None:
    """From now on the province's log-in knows this person by ``subject``, not by the address."""
    person.subject = subject
    session.add(person)
    audit.record(session, now, actor, "know by provider", person.name)


def set_password(
    session: Session, now: datetime, actor: str, person: Person, password: str
) -> None:
    """``password`` is its hash. Whoever was logged in by the former one is no more."""
    person.password = password
    session.add(person)
    shut_out(session, now, person)
    audit.record(session, now, actor, "set password", person.name)


def rehash(session: Session, person: Person, password: str) -> None:
    """The same password, hashed as one hashes now."""
    session.execute(update(Person).where(col(Person.id) == person.id).values(password=password))


def begin_totp(session: Session, person: Person, seed: str) -> None:
    """Keep the sealed ``seed``, which counts once a code of it was given."""
    person.totp, person.totp_since, person.totp_used = seed, None, 0
    session.add(person)


def use_totp(session: Session, now: datetime, person: Person, counter: int) -> bool:
    """Take the code of the half-minute ``counter``; false where that one or a later one was taken
    already: a code that somebody read over a shoulder is worth nothing."""
    taken = session.execute(
        update(Person)
        .where(col(Person.id) == person.id, col(Person.totp_used) < counter)
        .values(totp_used=counter)
    ).rowcount  # type: ignore[attr-defined]
    if not taken:
        return False
    if person.totp_since is None:
        session.execute(update(Person).where(col(Person.id) == person.id).values(totp_since=now))
        audit.record(session, now, person.full_name, "set totp", person.name)
    return True


def drop_totp(session: Session, now: datetime, actor: str, person: Person) -> None:
    """Ask this person for no codes any more: the telephone is lost."""
    person.totp, person.totp_since, person.totp_used = "", None, 0
    session.add(person)
    shut_out(session, now, person)
    audit.record(session, now, actor, "drop totp", person.name)


def renew(database: Database, seal: Seal) -> int:
    """Seal every telephone's seed anew; gives how many. Raises ``CredentialsExpiredError`` where
    one can't be opened: all stay as they are then."""
    with database.writing() as session:
        found = session.exec(select(Person).where(Person.totp != "")).all()
        for person in found:
            person.totp = seal.seal(seal.open(person.totp))
            session.add(person)
    return len(found)


def shut_out(session: Session, now: datetime, person: Person) -> None:
    """End all that lets this person in without their password."""
    mine = person.id
    session.execute(delete(ConsoleSession).where(col(ConsoleSession.person_id) == mine))
    session.execute(
        update(OneTimeLink)
        .where(col(OneTimeLink.person_id) == mine, col(OneTimeLink.used_at).is_(None))
        .values(expires_at=now)
    )
    session.execute(
        update(ApiToken)
        .where(col(ApiToken.person_id) == mine, col(ApiToken.revoked_at).is_(None))
        .values(revoked_at=now)
    )


def _require_another_administrator(session: Session, person: Person) -> None:
    others = session.exec(
        select(func.count())
        .select_from(Person)
        .where(
            Person.role == Role.ADMINISTRATOR.value,
            col(Person.disabled_at).is_(None),
            Person.id != person.id,
        )
    ).one()
    if not others and person.disabled_at is None:
        raise LastAdministratorError(person.name)
