"""Rendered messages in the store.

One row a fingerprint, so that what was approved is what is sent. A stored message has no key and no
due time: those belong to the delivery that it is loaded for.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import String, column, table
from sqlmodel import Session, col, select

from channels.base import Media, Message
from publisher.delivery.lifecycle import State
from publisher.store import deliveries
from publisher.store.columns import UtcDateTime
from publisher.store.many import Many
from publisher.store.models import Delivery, Version, VersionMedium

_MESSAGES = TypeAdapter(Message)
_SHOWN = TypeAdapter(tuple[Media, ...])
# Content comes as the text of its JSON: a hundred thousand tables would keep Python's garbage
# collector busy for as long as all the rest takes.
_VERSIONS = Many(
    table(  # type: ignore[arg-type]
        "version",
        column("fingerprint", String()),
        column("content", String()),
        column("created_at", UtcDateTime()),
    ),
    ("fingerprint", "content", "created_at"),
)
_MEDIA = Many(
    VersionMedium.__table__,  # type: ignore[attr-defined]
    ("fingerprint", "sha256", "original"),
)


def keep(session: Session, message: Message, now: datetime) -> str:
    """Store ``message`` unless it is there already; gives its fingerprint."""
    fingerprint = message.fingerprint
    keep_all(session, {fingerprint: message}, now)
    return fingerprint


def keep_all(session: Session, messages: Mapping[str, Message], now: datetime) -> None:
    """Store those of ``messages``, by their fingerprints, that aren't there already."""
    asked = select(Version.fingerprint).where(col(Version.fingerprint).in_(list(messages)))
    fresh = messages.keys() - set(session.exec(asked))
    new = [(print_, message) for print_, message in messages.items() if print_ in fresh]
    _VERSIONS.insert(
        session,
        ((print_, json.dumps(_content(message)), now) for print_, message in new),
    )
    _MEDIA.insert(
        session,
        (
            (print_, sha256, original)
            for print_, message in new
            for sha256, original in _shown(message).items()
        ),
    )


def _content(message: Message) -> dict[str, Any]:
    """``message`` as JSON has it. pydantic, which reads it back, takes ten times as long."""
    return {
        "key": message.key,
        "body": message.body.as_table(),
        "due_at": message.due_at.isoformat(),
        "title": message.title,
        "summary": message.summary,
        "link": message.link,
        "media": _SHOWN.dump_python(message.media, mode="json") if message.media else [],
        "replies": [reply.as_table() for reply in message.replies],
        "hashtags": message.hashtags,
        "language": message.language,
        "options": dict(message.options),
    }


def _shown(message: Message) -> Mapping[str, str]:
    """The media of ``message`` by their hashes, each with the hash of what it was made of."""
    return {medium.sha256: medium.original or medium.sha256 for medium in message.media}


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
    return message_of(version.content, key, due_at, place)


def message_of(
    content: Any,
    key: str,
    due_at: datetime,
    place: Callable[[Media], Path] | None = None,
) -> Message:
    """The message whose stored form is ``content``, for one delivery; the rest as in ``load``."""
    message = _MESSAGES.validate_python(content)
    media = message.media
    if place is not None:
        media = tuple(dataclasses.replace(medium, path=place(medium)) for medium in media)
    return dataclasses.replace(message, key=key, due_at=due_at, media=media)


def media_to_come(session: Session) -> frozenset[str]:
    """The hashes of what deliveries show that may still be sent as they stand here."""
    over = deliveries.names({State.SENT, State.MISSED, State.CANCELLED})
    shown = (
        select(VersionMedium.sha256)
        .join(Delivery, col(Delivery.fingerprint) == col(VersionMedium.fingerprint))
        .where(col(Delivery.state).not_in(over))
        .distinct()
    )
    return frozenset(session.exec(shown))


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
