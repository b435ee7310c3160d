"""Another office's media library, or a folder of files, joined with ours: nothing is there twice.

Bytes that are known already keep our words; what we haven't said is taken from the other side. That
the people in a picture withdrew their consent is taken over whoever noted it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from publisher.desk.collection import Added, Changed, Collection
from publisher.desk.description import Words
from publisher.desk.manifest import Entry, Manifest
from publisher.desk.media_refusals import CollectionError
from publisher.media.record import Consent, Record

Outcome = Literal["added", "filled", "known", "lacking", "differs", "refused"]
"""What became of a medium: ``filled`` is one of ours that learned something, ``lacking`` has no
file, ``differs`` a file of other bytes than the list says."""

_FILLABLE = ("alt", "alt_en", "credit", "licence")


@dataclass(frozen=True, slots=True)
class Joined:
    """One medium of the other side: what became of it, under which name of ours; ``why`` a file was
    refused, and what was taken out of the plan by it."""

    told: str
    outcome: Outcome
    record: Record | None = None
    alike: tuple[Record, ...] = ()
    why: CollectionError | None = None
    changed: Changed | None = None


def join(ours: Collection, theirs: Manifest, actor: str) -> Iterator[Joined]:
    """What ``theirs`` lists, taken into ``ours`` one by one. Raises ``OSError``."""
    known = {record.sha256: record for record in ours.records().values()}
    for entry in theirs.entries:
        if entry.sha256 in known:
            yield _filled(ours, known[entry.sha256], entry, actor)
            continue
        path = theirs.path_of(entry)
        if path is None:
            yield Joined(entry.name, "lacking")
            continue
        try:
            yield _taken(ours, path, entry, actor)
        except CollectionError as error:
            yield Joined(entry.name, "refused", why=error)


def take_folder(ours: Collection, folder: Path, words: Words, actor: str) -> Iterator[Joined]:
    """Every file below ``folder``, taken in with ``words``; hidden ones are left alone.

    Raises ``OSError``.
    """
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    for path in paths:
        name = path.relative_to(folder)
        if any(part.startswith((".", "~")) for part in name.parts):
            continue
        try:
            yield _as_joined(name.as_posix(), ours.add(path, words, actor))
        except CollectionError as error:
            yield Joined(name.as_posix(), "refused", why=error)


def _taken(ours: Collection, path: Path, entry: Entry, actor: str) -> Joined:
    if ours.hash_of(path) != entry.sha256:
        return Joined(entry.name, "differs")
    is_free = entry.name not in ours.records()
    words = entry.words()
    added = ours.add(path, words, actor, entry.name if is_free else "")
    return _as_joined(entry.name, added)


def _as_joined(told: str, added: Added) -> Joined:
    return Joined(told, "known" if added.was_there else "added", added.record, added.alike)


def _filled(ours: Collection, record: Record, entry: Entry, actor: str) -> Joined:
    said = {
        name: getattr(entry, name)
        for name in _FILLABLE
        if not getattr(record, name) and getattr(entry, name)
    }
    words = Words(**said)
    more = [topic for topic in entry.topics if topic not in record.topics]
    if more:
        words = dataclasses.replace(words, topics=(*record.topics, *more))
    is_news = entry.consent is not record.consent and record.consent is not Consent.WITHDRAWN
    if is_news and (entry.consent is Consent.WITHDRAWN or record.consent is Consent.MISSING):
        words = dataclasses.replace(words, consent=entry.consent, consent_at=entry.consent_at)
    if record.expires_on is None and entry.expires_on is not None:
        words = dataclasses.replace(words, expires_on=entry.expires_on)
    if words.over(record) == record:
        return Joined(entry.name, "known", record)
    try:
        changed = ours.change(record.name, words, actor)
    except CollectionError as error:
        return Joined(entry.name, "refused", record, why=error)
    return Joined(entry.name, "filled", changed.record, changed=changed)
