"""Notes in a delivery's journal how far its thread on Bluesky is. The posts that are there, under
which key the next one was put, and what went up for it. Everything is noted before the next step.
Used by ``channels.bluesky``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.base import Journal, Media
from channels.bluesky.records import Blob
from channels.noted import NotedMedia

_BLOBS_LAST = timedelta(minutes=30)
"""A server throws away what no post refers to. UNVERIFIED after how long: the lexicon says "eg,
minutes"; one that is gone earlier is named in the refusal, and goes up again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A post that the server was asked to put and didn't answer about: its key, and the time that
    it bears."""

    rkey: str
    created_at: datetime


class Notes:
    """One delivery's notes; ``posts`` are the address (``at://…``) and the CID of each post of its
    thread that the server has."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        # The alt text stands in the post, not with what went up.
        self._blobs = NotedMedia(journal, _BLOBS_LAST, alt=False)
        noted = json.loads(journal.get("posts") or "[]")
        self.posts: list[tuple[str, str]] = [(uri, cid) for uri, cid in noted]

    @property
    def begun(self) -> bool:
        """Whether an attempt ever began: without it nothing of these notes proves anything."""
        return self._journal.get("begun") is not None

    def begin(self, now: datetime) -> None:
        if not self.begun:
            self._journal.put("begun", now.isoformat())

    def add(self, uri: str, cid: str) -> None:
        self.posts.append((uri, cid))
        self._journal.put("posts", json.dumps(self.posts))

    # -- the next post of the thread --------------------------------------------------------------

    @property
    def asked(self) -> Asked | None:
        """How the server was asked for the next post, while that is in doubt."""
        noted = json.loads(self._journal.get("asked") or "{}")
        if noted.get("part") != len(self.posts):
            return None
        return Asked(noted["rkey"], datetime.fromisoformat(noted["created_at"]))

    def ask(self, asked: Asked) -> None:
        noted = {"part": len(self.posts), "rkey": asked.rkey}
        noted["created_at"] = asked.created_at.isoformat()
        self._journal.put("asked", json.dumps(noted))

    def absent(self) -> None:
        """The server doesn't have the next post."""
        self._journal.put("asked", "{}")

    # -- uploads ----------------------------------------------------------------------------------

    def blob_of(self, media: Media, now: datetime) -> Blob | None:
        """What ``media`` is called by the server, while it surely still has it."""
        noted = self._blobs.get(media, now)
        return noted["blob"] if noted else None

    def note_blob(self, media: Media, blob: Blob, now: datetime) -> None:
        self._blobs.put(media, now, blob=blob)

    def forget_blob(self, media: Media) -> None:
        self._blobs.forget(media)
