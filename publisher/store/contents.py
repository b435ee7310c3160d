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
from sqlmodel import Session

from channels.base import Media, Message
from publisher.store.models import Version

_MESSAGES = TypeAdapter(Message)


def keep(session: Session, message: Message, now: datetime) -> str:
    """Store ``message`` unless it is there already; gives its fingerprint."""
    fingerprint = message.fingerprint
    if session.get(Version, fingerprint) is None:
        content = _MESSAGES.dump_python(message, mode="json")
        session.add(Version(fingerprint=fingerprint, content=content, created_at=now))
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
