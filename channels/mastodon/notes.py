"""Notes in a delivery's journal how far its thread on Mastodon is. The posts that are there, what
the server was asked for, and what went up for it. Everything is noted before the next step. Used by
``channels.mastodon``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.base import Journal, Media
from channels.noted import NotedMedia

_UPLOADS_LAST = timedelta(hours=20)
"""A server throws what no post shows away after a day or so, and older ones then post without it
and say nothing."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A post that the server was asked for and didn't answer about: since when, under which
    ``Idempotency-Key``, and with which uploads it may be there."""

    at: datetime
    key: str
    uploads: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """``id`` is the server's; ``ready`` once it has finished working on it."""

    id: str
    ready: bool


class Notes:
    """One delivery's notes; ``ids`` are the posts of its thread that the server has named, and
    ``url`` is where the first of them is."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._uploads = NotedMedia(journal, _UPLOADS_LAST)
        self.ids: list[str] = json.loads(journal.get("posts") or "[]")
        self.url = journal.get("url") or ""

    @property
    def begun(self) -> bool:
        """Whether an attempt ever began: without it nothing of these notes proves anything."""
        return self._journal.get("begun") is not None

    def begin(self, now: datetime) -> None:
        if not self.begun:
            self._journal.put("begun", now.isoformat())

    def add(self, post_id: str, url: str) -> None:
        if not self.ids:
            self._journal.put("url", url)
            self.url = url
        self.ids.append(post_id)
        self._journal.put("posts", json.dumps(self.ids))

    # -- the next post of the thread --------------------------------------------------------------

    @property
    def doubt(self) -> Doubt | None:
        noted = json.loads(self._journal.get("asked") or "{}")
        if noted.get("part") != len(self.ids):
            return None
        uploads = tuple(tuple(each) for each in noted["uploads"])
        return Doubt(datetime.fromisoformat(noted["at"]), noted["key"], uploads)

    def ask(self, now: datetime, key: str, uploads: list[str]) -> None:
        """The server is about to be asked; a doubt that there is keeps its beginning, for the
        key's life began no later."""
        doubt = self.doubt
        at = doubt.at if doubt else now
        all_of_them = {tuple(uploads), *(doubt.uploads if doubt else ())} - {()}
        noted = {"part": len(self.ids), "at": at.isoformat(), "key": key}
        self._journal.put("asked", json.dumps(noted | {"uploads": sorted(all_of_them)}))

    def absent(self) -> None:
        """The server doesn't have the next post."""
        self._journal.put("asked", "{}")

    # -- uploads ----------------------------------------------------------------------------------

    def upload_of(self, media: Media, now: datetime) -> Upload | None:
        """The upload of ``media`` that the server surely still has."""
        noted = self._uploads.get(media, now)
        return Upload(noted["id"], noted["ready"]) if noted else None

    def note_upload(self, media: Media, upload: Upload, at: datetime) -> None:
        self._uploads.put(media, at, id=upload.id, ready=upload.ready)

    def note_ready(self, media: Media) -> None:
        self._uploads.change(media, ready=True)

    def forget_upload(self, media: Media) -> None:
        self._uploads.forget(media)
