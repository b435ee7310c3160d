"""Rendered messages in the store.

One row a fingerprint, so that what was approved is what is sent. A stored message has no key and no
due time: those belong to the delivery that it is loaded for.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from channels.base import Media, Message
from publisher.store.models import Version, VersionMedium

_MESSAGES = TypeAdapter(Message)


def keep(session: Session, message: Message, now: datetime) -> str:
    """Store ``message`` unless it is there already; gives its fingerprint."""
    fingerprint = message.fingerprint
    if session.get(Version, fingerprint) is None:
        content = _MESSAGES.dump_python(message, mode="json")
        session.add(Version(fingerprint=fingerprint, content=content, created_at=now))
        session.flush()
        shown = {medium.sha256: medium.original or medium.sha256 for medium in message.media}
        session.add_all(
            VersionMedium(fingerprint=fingerprint, sha256=sha256, original=original)
            for sha256, original in shown.items()
        )
        session.flush()
    return fingerprint


def load(
    session: Session,
    fingerprint: str,
    key: str,
    due_at: datetime,
    place: Callable[[Media], Path] | None = None,
) -> Message:
    """The message of ``fingerprint`` for one delivery; ``place`` says where a medium stands now.

    Raises ``KeyError`` where the store has no such message.
    """
    version = session.get(Version, fingerprint)
    if version is None:
        raise KeyError(fingerprint)
    message = _MESSAGES.validate_python(version.content)
    media = message.media
    if place is not None:
        media = tuple(dataclasses.replace(medium, path=place(medium)) for medium in media)
    return dataclasses.replace(message, key=key, due_at=due_at, media=media)


def medium_of(session: Session, sha256: str) -> Media | None:
    """The medium of that hash, as the last message with it was stored; ``None`` where no message
    shows it."""
    found = session.exec(
        select(Version)
        .join(VersionMedium, col(VersionMedium.fingerprint) == col(Version.fingerprint))
        .where(VersionMedium.sha256 == sha256)
        .order_by(col(Version.created_at).desc())
        .limit(1)
    ).first()
    media = () if found is None else _MESSAGES.validate_python(found.content).media
    return next((medium for medium in media if medium.sha256 == sha256), None)
