"""Notes in a delivery's journal how far its thread on X is. The posts that are there, and what went
up for it.

Everything is noted before the next step is taken. Used by ``channels.x``.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from channels.base import Journal, Media
from channels.noted import NotedMedia
from channels.x.media import Upload

_UPLOADS_LAST = timedelta(hours=20)
_NEVER = "1970-01-01T00:00:00+00:00"


class Notes:
    """One delivery's notes; ``ids`` are the posts of its thread that X has named."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._uploads = NotedMedia(journal, _UPLOADS_LAST)
        self.ids: list[str] = json.loads(journal.get("posts") or "[]")
        self.begun = datetime.fromisoformat(journal.get("begun") or _NEVER)

    def begin(self, now: datetime) -> None:
        if self._journal.get("begun") is None:
            self._journal.put("begun", now.isoformat())
            self.begun = now

    def add(self, post_id: str) -> None:
        self.ids.append(post_id)
        self._journal.put("posts", json.dumps(self.ids))

    # -- the next post of the thread, which X was asked for ---------------------------------------

    @property
    def in_doubt(self) -> bool:
        """Whether X was asked for the next post and hasn't said what came of it."""
        return self._asked("asked") or self.repeat_refused

    @property
    def repeat_refused(self) -> bool:
        """Whether X, asked again after a doubt, refused a repeat of what it doesn't show."""
        return self._asked("repeat")

    def ask(self) -> None:
        self._journal.put("asked", f"asked {len(self.ids)}")

    def refused(self) -> None:
        """X said no: it doesn't have the next post."""
        self._journal.put("asked", "")

    def refused_as_repeat(self) -> None:
        self._journal.put("asked", f"repeat {len(self.ids)}")

    def _asked(self, how: str) -> bool:
        return self._journal.get("asked") == f"{how} {len(self.ids)}"

    # -- uploads ----------------------------------------------------------------------------------

    def upload_of(self, media: Media, now: datetime) -> tuple[Upload | None, bool]:
        """The upload of ``media`` that X surely still has, and whether it is finished."""
        noted = self._uploads.get(media, now)
        if noted is None:
            return None, False
        return Upload(noted["id"], noted["waits"]), noted["finished"]

    def note_upload(self, media: Media, upload: Upload, at: datetime) -> None:
        noted = {"id": upload.media_id, "waits": upload.waits, "finished": False}
        self._uploads.put(media, at, **noted)

    def note_finished(self, media: Media) -> None:
        self._uploads.change(media, finished=True)

    def forget_upload(self, media: Media) -> None:
        self._uploads.forget(media)
