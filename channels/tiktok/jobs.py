"""Keeps track of the job that TikTok makes of a post, from its ``publish_id`` to its end.

https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status. Used by
``channels.tiktok``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from channels.base import Journal
from channels.tiktok.line import Line

_STATUS = "/v2/post/publish/status/fetch/"
_UPLOADS_LAST = timedelta(minutes=55)
"""TikTok keeps an upload's address for an hour."""


@dataclass(frozen=True, slots=True)
class Job:
    """A post that TikTok was asked for. ``mark`` is the fingerprint of what was asked; ``upload``
    the address its video goes to (empty: TikTok fetches by itself), ``size_bytes`` of it in pieces
    of ``piece_bytes``, ``sent_bytes`` of which TikTok has confirmed; ``closing`` once the last
    piece was on its way, after which it may be a post."""

    publish_id: str
    mark: str
    at: datetime
    upload: str = ""
    size_bytes: int = 0
    piece_bytes: int = 0
    sent_bytes: int = 0
    closing: bool = False

    def takes_pieces(self, now: datetime) -> bool:
        return now - self.at < _UPLOADS_LAST


@dataclass(frozen=True, slots=True)
class JobState:
    """What TikTok says of a job."""

    status: str
    post_id: str = ""
    fail_reason: str = ""
    uploaded_bytes: int | None = None

    @classmethod
    def told(cls, data: Mapping[str, Any]) -> JobState:
        # TikTok's own spelling, and the right one should it ever come.
        ids = data.get("publicaly_available_post_id") or data.get("publicly_available_post_id")
        first = ids[0] if isinstance(ids, list) and ids else ids
        uploaded = data.get("uploaded_bytes")
        return cls(
            status=str(data.get("status") or ""),
            post_id=str(first) if isinstance(first, int | str) and str(first).isdecimal() else "",
            fail_reason=str(data.get("fail_reason") or ""),
            uploaded_bytes=uploaded if isinstance(uploaded, int) else None,
        )

    @property
    def complete(self) -> bool:
        return self.status == "PUBLISH_COMPLETE"

    @property
    def failed(self) -> bool:
        return self.status == "FAILED"

    @property
    def drafted(self) -> bool:
        return self.status == "SEND_TO_USER_INBOX"

    def lacks_pieces(self, job: Job) -> bool:
        """Whether pieces of the video are surely missing: then it can't have become a post."""
        if not job.upload or self.status != "PROCESSING_UPLOAD":
            return False
        if self.uploaded_bytes is None:
            return not job.closing
        return self.uploaded_bytes < job.size_bytes


def state_of(job: Job, line: Line) -> JobState:
    """What TikTok says of ``job`` now."""
    return JobState.told(line.ask(_STATUS, {"publish_id": job.publish_id}))


class Notes:
    """One delivery's notes: that TikTok was asked, and the job it made of it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    @property
    def job(self) -> Job | None:
        noted = json.loads(self._journal.get("job") or "null")
        return Job(**noted | {"at": datetime.fromisoformat(noted["at"])}) if noted else None

    def note(self, job: Job) -> Job:
        noted = json.dumps(asdict(job) | {"at": job.at.isoformat()})
        # Whoever has the upload's address may send it a video, without any token.
        self._journal.put("job", noted, secret=bool(job.upload))
        return job

    def sent(self, job: Job, sent_bytes: int) -> Job:
        return self.note(replace(job, sent_bytes=sent_bytes))

    def closing(self, job: Job) -> Job:
        return self.note(replace(job, closing=True))

    def leave(self, job: Job) -> None:
        """Nobody can tell of ``job``: what is sent after this, a person has decided on."""
        self._journal.put("left", job.publish_id)

    def is_left(self, job: Job) -> bool:
        return self._journal.get("left") == job.publish_id

    def forget(self) -> None:
        """The job surely is no post and never will be one."""
        self._journal.put("job", "")
        self.refused()

    # -- asked to fetch, before it is known whether a job was made ---------------------------------

    @property
    def asked_at(self) -> datetime | None:
        noted = self._journal.get("asked")
        return datetime.fromisoformat(noted) if noted else None

    def ask(self, now: datetime) -> None:
        if self.asked_at is None:
            self._journal.put("asked", now.isoformat())

    def refused(self) -> None:
        self._journal.put("asked", "")
