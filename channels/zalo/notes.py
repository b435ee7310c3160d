"""Notes in a delivery's journal how far its article at Zalo is. Asked for, being made, out,
broadcast.

Everything is noted before the next step is taken. Used by ``channels.zalo``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from channels.base import Journal, Media

_UPLOADS_LAST = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Asked:
    """That Zalo was asked for an article. ``words`` is a hash of its text, ``before`` the ids of
    those that had its title already."""

    at: datetime
    title: str
    words: str
    before: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Job:
    """What Zalo makes of an article: ``token`` names it until it has an id. ``mark`` is the
    fingerprint of the message it was made of."""

    at: datetime
    token: str
    mark: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article that is out."""

    at: datetime
    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A video at Zalo; ``video_id`` is empty while Zalo converts it."""

    at: datetime
    token: str
    video_id: str = ""


class Notes:
    """One delivery's notes."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    @property
    def asked(self) -> Asked | None:
        noted = self._get("asked")
        return Asked(**noted) if noted else None

    def ask(self, asked: Asked) -> None:
        self._put("asked", asked)

    @property
    def job(self) -> Job | None:
        noted = self._get("job")
        return Job(**noted) if noted else None

    def begun(self, job: Job) -> Job:
        self._put("job", job)
        return job

    def job_unknown(self) -> None:
        """Zalo no longer says what became of the job; what was asked for stays noted."""
        self._journal.put("job", "")

    def refused(self) -> None:
        """There surely is no article of this delivery."""
        self._journal.put("job", "")
        self._journal.put("asked", "")

    @property
    def article(self) -> Article | None:
        noted = self._get("article")
        return Article(**noted) if noted else None

    def out(self, article: Article) -> Article:
        self._put("article", article)
        return article

    # -- the broadcast ----------------------------------------------------------------------------

    @property
    def is_broadcast(self) -> bool:
        return (self._journal.get("broadcast") or "").startswith("taken")

    @property
    def broadcast_in_doubt(self) -> bool:
        """Whether Zalo was asked to broadcast and hasn't said what came of it."""
        return self._journal.get("broadcast") == "asked"

    def ask_broadcast(self) -> None:
        self._journal.put("broadcast", "asked")

    def broadcast_taken(self, message_id: str) -> None:
        self._journal.put("broadcast", f"taken {message_id}")

    def broadcast_refused(self) -> None:
        self._journal.put("broadcast", "")

    # -- videos -----------------------------------------------------------------------------------

    def upload_of(self, media: Media, now: datetime) -> Upload | None:
        """The upload of ``media`` that Zalo surely still has."""
        noted = self._get(f"video:{media.sha256[:24]}")
        upload = Upload(**noted) if noted else None
        return upload if upload is not None and now - upload.at < _UPLOADS_LAST else None

    def uploaded(self, media: Media, upload: Upload) -> Upload:
        self._put(f"video:{media.sha256[:24]}", upload)
        return upload

    def forget_upload(self, media: Media) -> None:
        self._journal.put(f"video:{media.sha256[:24]}", "")

    def _get(self, name: str) -> dict[str, Any] | None:
        noted = json.loads(self._journal.get(name) or "null")
        return noted | {"at": datetime.fromisoformat(noted["at"])} if noted else None

    def _put(self, name: str, noted: Asked | Job | Article | Upload) -> None:
        self._journal.put(name, json.dumps(asdict(noted) | {"at": noted.at.isoformat()}))
