"""What a delivery's journal says of a post on X: its thread so far, and what went up for it.

Everything is noted before the next step is taken. An upload is noted under what it is (its bytes
and its alt text), so that a picture changed between two attempts is never replaced by the old one.
Used by ``channels.x``.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from channels._x_media import Upload
from channels.base import Journal, Media

_UPLOADS_LAST = timedelta(hours=20)
_NEVER = "1970-01-01T00:00:00+00:00"


class Notes:
    """One delivery's notes; ``ids`` are the posts of its thread that X has named."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
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
        noted = json.loads(self._journal.get(_name(media)) or "{}")
        if not noted or now - datetime.fromisoformat(noted["at"]) > _UPLOADS_LAST:
            return None, False
        return Upload(noted["id"], noted["waits"]), noted["finished"]

    def note_upload(self, media: Media, upload: Upload, at: datetime) -> None:
        noted = {"id": upload.media_id, "waits": upload.waits, "at": at.isoformat()}
        self._journal.put(_name(media), json.dumps(noted | {"finished": False}))

    def note_finished(self, media: Media) -> None:
        noted = json.loads(self._journal.get(_name(media)) or "{}")
        self._journal.put(_name(media), json.dumps(noted | {"finished": True}))

    def forget_upload(self, media: Media) -> None:
        self._journal.put(_name(media), "{}")


def _name(media: Media) -> str:
    what = f"{media.sha256} {media.mime} {media.alt}"
    return f"media:{hashlib.sha256(what.encode()).hexdigest()[:24]}"
