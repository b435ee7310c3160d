"""Notes in a delivery's journal how far its video on YouTube is. Its upload, its id, and what is
done for it since.

Everything is noted before the next step is taken. An upload is bound to what it is of (the file's
bytes and what is said of it), so that a video changed between two attempts is never mixed with the
old one. Used by ``channels.youtube``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from channels.base import Journal
from channels.youtube.upload import Session
from channels.youtube.videos import Status

_TRIES = 3


class Notes:
    """One delivery's notes."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def begin(self, now: datetime) -> datetime:
        """When the delivery was first tried."""
        if self._journal.get("begun") is None:
            self._journal.put("begun", now.isoformat())
        return self._moment("begun") or now

    # -- the upload -------------------------------------------------------------------------------

    @property
    def session(self) -> Session | None:
        noted = self._get("session")
        return Session(noted["url"], noted["size"]) if noted else None

    def is_of(self, what: str) -> bool:
        """Whether the upload under way is of ``what``."""
        return self._get("session").get("of") == what

    def note_session(self, session: Session, what: str) -> None:
        noted = {"url": session.url, "size": session.size_bytes, "of": what}
        # Whoever has the address may upload to it: it carries no other proof of who they are.
        self._journal.put("session", json.dumps(noted), secret=True)

    def forget_session(self) -> None:
        self._put("session", {})

    @property
    def asked_at(self) -> datetime | None:
        """When YouTube was sent the last byte, where it hasn't said what came of that."""
        return self._moment("asked")

    def ask(self, now: datetime) -> None:
        self._journal.put("asked", now.isoformat())

    def refused(self) -> None:
        """YouTube surely made no video of what it was sent."""
        self._journal.put("asked", "")

    # -- the video --------------------------------------------------------------------------------

    @property
    def video_id(self) -> str:
        return str(self._get("video").get("id", ""))

    @property
    def video_at(self) -> datetime | None:
        at = self._get("video").get("at")
        return datetime.fromisoformat(at) if at else None

    def note_video(self, video_id: str, at: datetime) -> None:
        self._put("video", {"id": video_id, "at": at.isoformat()})
        self.refused()
        self.forget_session()

    def forget_video(self) -> None:
        for name in ("video", "status", "steps"):
            self._put(name, {})

    @property
    def status(self) -> Status:
        """What YouTube said of the video once it was up."""
        return Status(**self._get("status"))

    def note_status(self, status: Status) -> None:
        self._put("status", asdict(status))

    @property
    def is_withheld(self) -> bool:
        """Whether YouTube keeps the video from readers, as an earlier attempt found."""
        return self._journal.get("withheld") == "yes"

    def withhold(self) -> None:
        self._journal.put("withheld", "yes")

    def release(self) -> None:
        self._journal.put("withheld", "")

    # -- what is done for it since ----------------------------------------------------------------

    def is_over(self, step: str) -> bool:
        """Whether ``step`` is done, or given up."""
        return self._get("steps").get(step) in ("done", "given up")

    def end(self, step: str, how: str) -> None:
        self._put("steps", self._get("steps") | {step: how})

    def failed(self, step: str) -> bool:
        """Count a failure of ``step``; false where it was the last that is tried."""
        tries = int(self._get("steps").get(step, 0)) + 1
        self._put("steps", self._get("steps") | {step: tries})
        return tries < _TRIES

    # -- parts ------------------------------------------------------------------------------------

    def _get(self, name: str) -> dict[str, Any]:
        noted: dict[str, Any] = json.loads(self._journal.get(name) or "{}")
        return noted

    def _put(self, name: str, what: dict[str, Any]) -> None:
        self._journal.put(name, json.dumps(what))

    def _moment(self, name: str) -> datetime | None:
        written = self._journal.get(name)
        return datetime.fromisoformat(written) if written else None
