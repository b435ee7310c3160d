"""Logging in, step by step: the password, then the telephone's code where there is one.

Who tries is counted before the password is looked at, so that many tries at once are counted too;
a success takes the count back. What is said and how long it takes is the same whether or not there
is such a person. All of it is in the audit trail, without what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import Session

from publisher.settings.console import Role
from publisher.site import Site
from publisher.store import audit, console_sessions, log_in_failures, people
from publisher.store.console_tables import ConsoleSession, Person
from publisher.web import passwords, totp

log = structlog.get_logger("console")

CODE = "code"
TOTP = "totp"
_NOBODY = "?"
"""Whom the record names where there is no such person: people type passwords into that field."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a try came to: the ``token`` of a session, which may lack something still; or until when
    nobody is to try again; or, with neither, that it was wrong."""

    token: str = ""
    lacks: str = ""
    wait_until: datetime | None = None


def with_password(site: Site, name: str, password: str, address: str) -> Tried:
    """Log in by name and password, from ``address``."""
    keys = log_in_failures.keys_of(people.plain(name), address)
    waits = _count(site, keys)
    if waits is not None:
        return Tried(wait_until=waits)
    with site.database.reading() as session:
        person = people.of_name(session, name)
    let_in = person is not None and person.disabled_at is None
    kept = person.password if person is not None and let_in else ""
    if not passwords.is_right(password, kept) or person is None:
        _note_failure(site, person, address, "password")
        return Tried()
    fresh_hash = passwords.hashed(password) if passwords.is_outdated(kept) else ""
    with site.database.writing() as session:
        log_in_failures.take_back(session, keys)
        if fresh_hash:
            people.rehash(session, person, fresh_hash)
        return _let_in(site, session, person, address)


def by_provider(
    site: Site, ask: Callable[[], Person], address: str, *, failing: tuple[type[Exception], ...]
) -> Tried:
    """Log in by the province's log-in: ``ask`` gives whom it says that it is, or raises
    ``failing``, which is counted as a wrong password is and raised on."""
    keys = log_in_failures.keys_of(f"provider\0{address}", address)
    waits = _count(site, keys)
    if waits is not None:
        return Tried(wait_until=waits)
    try:
        person = ask()
    except failing:
        _note_failure(site, None, address, "provider")
        raise
    with site.database.writing() as session:
        log_in_failures.take_back(session, keys)
        return _let_in(site, session, person, address)


def with_code(site: Site, half: ConsoleSession, person: Person, code: str, address: str) -> Tried:
    """Give the code of the telephone that this session lacks; the session then gets another token.

    Raises ``CredentialsExpiredError`` where the office's key is missing.
    """
    now, keys = site.clock(), log_in_failures.keys_of(f"{person.name}\0code", address)
    waits = _count(site, keys)
    if waits is not None:
        return Tried(wait_until=waits)
    counter = totp.counter_of(site.seal, person, code, now)
    with site.database.writing() as session:
        if counter is not None and people.use_totp(session, now, person, counter):
            log_in_failures.take_back(session, keys)
            console_sessions.end_hashed(session, half.token_hash)
            audit.record(session, now, person.full_name, "log in", person.name, address=address)
            return Tried(
                console_sessions.begin(session, now, person, site.settings.console.longest)
            )
    _note_failure(site, person, address, "code")
    return Tried()


def is_their_password(site: Site, person: Person, password: str, address: str) -> Tried:
    """Whether who is logged in knows their password, as counted as any try: a ``token`` of "yes"
    where they do."""
    keys = log_in_failures.keys_of(f"{person.name}\0own", address)
    waits = _count(site, keys)
    if waits is not None:
        return Tried(wait_until=waits)
    if not passwords.is_right(password, person.password):
        _note_failure(site, person, address, "password")
        return Tried()
    with site.database.writing() as session:
        log_in_failures.take_back(session, keys)
    return Tried(token="yes")  # noqa: S106


def _let_in(site: Site, session: Session, person: Person, address: str) -> Tried:
    """A session for ``person``, which lacks a code where they have a telephone or owe one."""
    now, longest = site.clock(), site.settings.console.longest
    lacks = CODE if person.totp_since else TOTP if _owes_totp(site, person) else ""
    if not lacks:
        audit.record(session, now, person.full_name, "log in", person.name, address=address)
    return Tried(console_sessions.begin(session, now, person, longest, lacks), lacks)


def _count(site: Site, keys: tuple[str, str]) -> datetime | None:
    """One more try of ``keys``; or until when there is to be none, which isn't counted."""
    now = site.clock()
    with site.database.writing() as session:
        waits = log_in_failures.wait_until(session, now, keys)
        if waits is None:
            log_in_failures.count(session, now, keys)
        return waits


def _note_failure(site: Site, person: Person | None, address: str, what: str) -> None:
    who = person.name if person is not None else _NOBODY
    log.warning("log-in failed", person=who, address=address, what=what)
    with site.database.writing() as session:
        audit.record(session, site.clock(), who, "log-in failed", who, address=address, why=what)


def _owes_totp(site: Site, person: Person) -> bool:
    return Role(person.role) in site.settings.console.totp
