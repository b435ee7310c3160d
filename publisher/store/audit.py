"""The audit trail: who did what to what, when. Written in the same transaction as the deed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from publisher.store.direct import Prepared
from publisher.store.many import Many
from publisher.store.models import Event

EDIT, ADD, TAKE_UP = "edit", "add post", "take up"
DRAFT, REVISE, ASK = "draft", "revise draft", "ask for approval"
"""What the trail calls what is done to a post's file; the last three are an assistant's deeds."""

_TO_FILES = (EDIT, ADD, TAKE_UP, DRAFT, REVISE, ASK)


def record(
    session: Session,
    now: datetime,
    actor: str,
    action: str,
    subject: str,
    **detail: Any,
) -> None:
    """Note that ``actor`` did ``action`` to ``subject``; ``detail`` must be JSON and no secret."""
    event = {"at": now, "actor": actor, "action": action, "subject": subject, "detail": detail}
    _EVENT.added(session, event)


def record_all(
    session: Session,
    now: datetime,
    actor: str,
    action: str,
    done: Iterable[tuple[str, Mapping[str, Any]]],
) -> None:
    """The same of many subjects, each with its detail."""
    _EVENTS.insert(session, ((now, actor, action, subject, detail) for subject, detail in done))


_KEPT = ("at", "actor", "action", "subject", "detail")
_EVENT = Prepared(insert(Event), *_KEPT)
_EVENTS = Many(Event.__table__, _KEPT)  # type: ignore[attr-defined]


def last_at(session: Session, action: str) -> datetime | None:
    """When ``action`` was last done, to whatever."""
    return session.exec(select(func.max(Event.at)).where(Event.action == action)).one()


def last_before(session: Session, action: str) -> datetime | None:
    """When anything was last done before ``action`` was, the last time."""
    done = select(func.max(Event.id)).where(Event.action == action).scalar_subquery()
    before = select(Event.at).where(col(Event.id) < done).order_by(col(Event.id).desc()).limit(1)
    return session.exec(before).first()


def actors(session: Session) -> Sequence[str]:
    """Everybody who did anything, by name."""
    return session.exec(select(Event.actor).distinct().order_by(Event.actor)).all()


def search(
    session: Session,
    *,
    actor: str = "",
    about: str = "",
    after: datetime | None = None,
    before: datetime | None = None,
    skip: int = 0,
    limit: int = 100,
) -> Sequence[Event]:
    """Events, the latest first: those of ``actor``, whose subject holds ``about``, that happened
    at ``after`` or since and earlier than ``before``."""
    query = select(Event).order_by(col(Event.at).desc(), col(Event.id).desc())
    if actor:
        query = query.where(Event.actor == actor)
    if about:
        query = query.where(col(Event.subject).contains(about, autoescape=True))
    if after is not None:
        query = query.where(col(Event.at) >= after)
    if before is not None:
        query = query.where(col(Event.at) < before)
    return session.exec(query.offset(skip).limit(limit)).all()


def last_about(session: Session, subject: str) -> Event | None:
    """What was last done to exactly ``subject``."""
    return session.exec(
        select(Event).where(Event.subject == subject).order_by(col(Event.id).desc()).limit(1)
    ).first()


def latest(session: Session, *, about: str = "", limit: int = 50) -> Sequence[Event]:
    """The last events, oldest first; only those whose subject holds ``about``."""
    query = select(Event).order_by(col(Event.id).desc()).limit(limit)
    if about:
        query = query.where(col(Event.subject).contains(about, autoescape=True))
    return list(reversed(session.exec(query).all()))


def of_subjects(session: Session, subjects: Collection[str], limit: int = 500) -> Sequence[Event]:
    """The last events of exactly these subjects, oldest first."""
    query = select(Event).where(col(Event.subject).in_(subjects))
    return list(reversed(session.exec(query.order_by(col(Event.id).desc()).limit(limit)).all()))


def of_files(session: Session, posts: Collection[str]) -> Sequence[Event]:
    """All that was done to the files of ``posts``, each campaign/post, oldest first."""
    query = select(Event).where(col(Event.subject).in_(posts), col(Event.action).in_(_TO_FILES))
    return session.exec(query.order_by(col(Event.id))).all()
