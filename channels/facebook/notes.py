"""Notes in a delivery's journal what became of its post on a Facebook Page. Used by
``channels.facebook``.

Everything is noted before the next step is taken.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from channels.base import Journal, Media, Receipt
from channels.noted import NotedMedia

_UPLOADS_LAST = timedelta(hours=20)
_NEVER = "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True, slots=True)
class Upload:
    """A video on its way: Facebook wants the bytes from ``start`` to ``end`` next, and nothing
    more once they are the same."""

    session: str
    video: str
    start: int
    end: int

    @property
    def is_whole(self) -> bool:
        return self.start >= self.end


class Notes:
    """One delivery's notes."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._uploads = NotedMedia(journal, _UPLOADS_LAST)
        self.begun = datetime.fromisoformat(journal.get("begun") or _NEVER)

    def begin(self, now: datetime) -> None:
        if self._journal.get("begun") is None:
            self._journal.put("begun", now.isoformat())
            self.begun = now

    # -- the post ---------------------------------------------------------------------------------

    @property
    def post(self) -> Receipt | None:
        """The post, once Facebook has named it."""
        noted = json.loads(self._journal.get("post") or "null")
        if not noted:
            return None
        return Receipt(noted["id"], noted["url"], datetime.fromisoformat(noted["at"]))

    def note_post(self, post: Receipt) -> Receipt:
        """Note ``post``; gives it back."""
        noted = {"id": post.remote_id, "url": post.url, "at": post.at.isoformat()}
        self._journal.put("post", json.dumps(noted))
        return post

    @property
    def in_doubt(self) -> bool:
        """Whether Facebook was asked to publish and hasn't said what came of it."""
        return self._journal.get("asked") == "asked"

    def ask(self) -> None:
        self._journal.put("asked", "asked")

    def refused(self) -> None:
        """Facebook said no: it doesn't have the post."""
        self._journal.put("asked", "")

    # -- pictures ---------------------------------------------------------------------------------

    def photo(self, media: Media, now: datetime) -> str | None:
        """The id of ``media`` at Facebook, where it surely still has it."""
        noted = self._uploads.get(media, now)
        return noted["photo"] if noted else None

    def note_photo(self, media: Media, photo_id: str, now: datetime) -> None:
        self._uploads.put(media, now, photo=photo_id)

    # -- the video --------------------------------------------------------------------------------

    def video(self, media: Media, now: datetime) -> Upload | None:
        noted = self._uploads.get(media, now)
        return Upload(**noted["video"]) if noted else None

    def note_video(self, media: Media, upload: Upload, now: datetime) -> None:
        self._uploads.put(media, now, video=asdict(upload))
        self._journal.put("video", upload.video)

    @property
    def video_id(self) -> str:
        """The id of the video that was last begun; empty where none was."""
        return self._journal.get("video") or ""

    @property
    def is_finished(self) -> bool:
        """Whether Facebook said that it takes the video, and publishes it once it is ready."""
        return bool(self.video_id) and self._journal.get("finished") == self.video_id

    def note_finished(self) -> None:
        self._journal.put("finished", self.video_id)

    def forget_upload(self, media: Media) -> None:
        self._uploads.forget(media)
        if media.kind == "video":
            self._journal.put("video", "")
