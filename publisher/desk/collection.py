"""The media library at work: files added and described, their use stopped, libraries joined.

A file is known by its bytes: added again, it is found and not stored twice. Its original stays
unchanged below var/media. Every change is in the audit trail, and what may no longer be shown is
taken out of what is planned at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session

from channels.base import Media
from publisher.campaign.names import is_slug, slug_of
from publisher.clock import Clock
from publisher.desk.description import LONGEST_WORDS, Words
from publisher.desk.media_refusals import CollectionError
from publisher.media import appearance, ffmpeg
from publisher.media.library import MediaError, keep, measure
from publisher.media.record import Consent, Record
from publisher.store import audit, library
from publisher.store.database import Database
from publisher.store.models import Delivery


@dataclass(frozen=True, slots=True)
class Added:
    """A file that was brought: its record, whether it ``was_there``, what looks like it."""

    record: Record
    was_there: bool
    alike: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A record that was changed, and the deliveries that were taken out by that."""

    record: Record
    taken_out: tuple[Delivery, ...] = ()


class Collection:
    """The office's media library; its originals lie in ``folder``."""

    def __init__(self, database: Database, var_folder: Path, clock: Clock) -> None:
        self.database = database
        self.folder = var_folder / "media"
        self.clock = clock

    def records(self) -> dict[str, Record]:
        """All of it by names."""
        with self.database.reading() as session:
            return library.records(session, self.folder)

    def record(self, name: str) -> Record:
        """The medium of that name. Raises ``CollectionError``."""
        with self.database.reading() as session:
            return self._named(session, name)

    def hash_of(self, path: Path) -> str:
        """The hash of the file at ``path``, which is looked into. Raises ``CollectionError``."""
        return _measured(path).sha256

    def add(self, path: Path, words: Words, actor: str, name: str = "") -> Added:
        """Take the file at ``path`` in; where its bytes are there already, nothing is changed.

        Raises ``CollectionError`` and ``OSError``.
        """
        medium = _measured(path)
        with self.database.reading() as session:
            there = library.by_hash(session, medium.sha256, self.folder)
        if there is not None:
            return Added(there, was_there=True)
        if name and not is_slug(name):
            raise CollectionError("name", slug_of(name) or "anh-1")
        look = _looked_into(medium)
        fresh = words.over(self._fresh(medium, path.name, look, actor))
        kept = keep(medium, self.folder)
        now = self.clock()
        with self.database.writing() as session:
            there = library.by_hash(session, medium.sha256, self.folder)
            if there is not None:
                return Added(there, was_there=True)
            others = library.records(session, self.folder)
            if name in others:
                raise CollectionError("name_taken", name)
            chosen = name or _free_name(slug_of(path.stem) or "tep", others)
            record = dataclasses.replace(fresh, name=chosen, path=kept.path, added_at=now)
            library.put(session, record, now)
            audit.record(session, now, actor, "media added", chosen, sha256=medium.sha256)
        alike = [one for one in others.values() if appearance.are_alike(one.look, look)]
        return Added(record, was_there=False, alike=tuple(alike))

    def change(self, name: str, words: Words, actor: str, new_name: str = "") -> Changed:
        """Give the medium ``name`` other words, or another name. Raises ``CollectionError``."""
        if new_name and not is_slug(new_name):
            raise CollectionError("name", slug_of(new_name) or "anh-1")
        with self.database.writing() as session:
            before = self._named(session, name)
            if new_name and library.by_name(session, new_name, self.folder) is not None:
                raise CollectionError("name_taken", new_name)
            after = words.over(dataclasses.replace(before, name=new_name or name))
            return self._put(session, before, after, actor)

    def withdraw(self, name: str, reason: str, actor: str) -> Changed:
        """Note that consent was withdrawn: it may not be shown any more.

        Raises ``CollectionError``.
        """
        return self.change(name, Words(consent=Consent.WITHDRAWN, consent_at=reason), actor)

    def remove(self, name: str, actor: str) -> Record:
        """Take the medium out of the library, and its file away unless a message has it.

        Raises ``CollectionError``.
        """
        now = self.clock()
        with self.database.writing() as session:
            record = self._named(session, name)
            planned = library.planned_uses(session, [record.sha256])
            if planned:
                posts = {f"{row.campaign}/{row.post}" for _sha256, row in planned}
                raise CollectionError("still_planned", ", ".join(sorted(posts)))
            library.drop(session, record)
            is_needed = library.is_shown_by_any(session, record.sha256)
            audit.record(session, now, actor, "media removed", name, sha256=record.sha256)
        if not is_needed:
            record.path.unlink(missing_ok=True)
        return record

    def uses(self, record: Record) -> Sequence[Delivery]:
        """The deliveries that show it, by due time."""
        with self.database.reading() as session:
            return library.uses(session, record)

    def used(self) -> dict[str, library.Used]:
        """How often each medium was used, by its hash."""
        with self.database.reading() as session:
            return library.used(session)

    def lost(self) -> list[Record]:
        """The media whose original is gone, or is no longer what it was."""
        return [one for one in self.records().values() if not _is_whole(one)]

    # -- its records ------------------------------------------------------------------------------

    def _named(self, session: Session, name: str) -> Record:
        record = library.by_name(session, name, self.folder)
        if record is None:
            raise CollectionError("unknown_name", name)
        return record

    def _put(self, session: Session, before: Record, after: Record, actor: str) -> Changed:
        now = self.clock()
        changed = [
            field.name
            for field in dataclasses.fields(Record)
            if getattr(before, field.name) != getattr(after, field.name)
        ]
        if not changed:
            return Changed(after)
        library.put(session, after, now)
        told = {name: _told(getattr(after, name)) for name in changed}
        audit.record(session, now, actor, "media changed", before.name, **told)
        return Changed(after, tuple(library.take_out(session, before, after, actor, now)))

    def _fresh(self, medium: Media, file_name: str, look: str, actor: str) -> Record:
        return Record(
            name="",
            path=medium.path,
            sha256=medium.sha256,
            mime=medium.mime,
            size_bytes=medium.size_bytes,
            file_name=file_name[:LONGEST_WORDS],
            width=medium.width,
            height=medium.height,
            duration_s=medium.duration_s,
            look=look,
            added_by=actor,
        )


def _measured(path: Path) -> Media:
    try:
        return measure(path, "")
    except MediaError as error:
        code = "svg" if error.code == "unknown" and _is_svg(path) else error.code
        raise CollectionError(code, path.name) from None


def _looked_into(medium: Media) -> str:
    """How a picture looks; raises ``CollectionError`` for what can't be decoded here."""
    if medium.kind == "image":
        look = appearance.look_of(medium.path)
        if not look:
            code = "heic" if medium.mime == "image/heic" else "broken"
            raise CollectionError(code, medium.path.name)
        return look
    plays = medium.kind in ("video", "audio") and ffmpeg.is_here()
    if plays and not ffmpeg.can_be_played(medium.path, medium.kind):
        raise CollectionError("unplayable", medium.path.name)
    return ""


def _is_svg(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"<svg" in file.read(4096).lower()
    except OSError:
        return False


def _is_whole(record: Record) -> bool:
    try:
        return measure(record.path, "").sha256 == record.sha256
    except MediaError:
        return False


def _free_name(wanted: str, taken: Iterable[str]) -> str:
    names, number, name = set(taken), 1, wanted
    while name in names:
        number += 1
        name = f"{wanted[:70].strip('-')}-{number}"
    return name


def _told(value: Any) -> Any:
    """A value as the audit trail keeps it."""
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value) if value is not None else "–"
