"""Has TikTok make a post of a message, until it is one. Used by ``channels.tiktok``.

https://developers.tiktok.com/doc/content-posting-api-reference-direct-post. A job is noted as soon
as TikTok has named it; one that an earlier attempt began is finished, and never begun again while
it may become a post.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.base import AmbiguousError, ChannelError, Message, Receipt, TransientError
from channels.doubts import or_doubt
from channels.reasons import NOT_TO_WHAT, STILL_WORKS
from channels.tiktok.errors import error_for, rest_for
from channels.tiktok.jobs import Job, JobState, Notes, state_of
from channels.tiktok.line import Line
from channels.tiktok.profile import Profile
from channels.tiktok.upload import pieces, upload

VIDEO = "/v2/post/publish/video/init/"
PHOTOS = "/v2/post/publish/content/init/"


@dataclass(frozen=True, slots=True)
class Patience:
    """How large a piece of a video is; how often and how far apart TikTok is asked for a job."""

    piece_bytes: int
    polls: int
    poll_s: float


class Publishing:
    """One delivery: ``message`` and its ``notes``; ``is_public`` is whether everybody may see it,
    for only such a post gets an id."""

    def __init__(
        self,
        line: Line,
        profile: Profile,
        patience: Patience,
        message: Message,
        notes: Notes,
        *,
        is_public: bool,
    ) -> None:
        self._line = line
        self._clock = line.http.clock
        self._profile = profile
        self._patience = patience
        self._message = message
        self._notes = notes
        self._is_public = is_public

    def finished(self) -> Receipt | None:
        """What an earlier attempt began, finished; ``None`` where there is nothing to finish."""
        notes, mark = self._notes, self._message.fingerprint
        job = notes.job
        if job is None:
            return None
        if notes.is_left(job):
            notes.forget()
            return None
        state = self._state_or_doubt(job)
        if state.failed:
            notes.forget()
            error = self._error_of(state)
            if isinstance(error, TransientError) or job.mark != mark:
                return None
            raise error
        if not state.lacks_pieces(job):
            return self._awaited(job)
        if job.mark != mark or not job.takes_pieces(self._clock()):
            notes.forget()
            return None
        if state.uploaded_bytes is not None:
            job = notes.sent(job, state.uploaded_bytes)
        return self._uploaded(job)

    def brought(self, info: Mapping[str, Any]) -> Receipt:
        """Bring the video, in pieces, and have a post made of it. It is none before its last piece
        is there, so the answer that announces it may be lost."""
        video = self._message.media[0]
        size, count = pieces(video.size_bytes, self._patience.piece_bytes)
        source = {
            "source": "FILE_UPLOAD",
            "video_size": video.size_bytes,
            "chunk_size": size,
            "total_chunk_count": count,
        }
        data = self._line.ask(VIDEO, {"post_info": info, "source_info": source})
        if not data.get("publish_id") or not data.get("upload_url"):
            raise TransientError("TikTok: it said yes, but not where the video goes")
        job = Job(
            publish_id=str(data["publish_id"]),
            mark=self._message.fingerprint,
            at=self._clock(),
            upload=str(data["upload_url"]),
            size_bytes=video.size_bytes,
            piece_bytes=size,
        )
        return self._uploaded(self._notes.note(job))

    def fetched(self, path: str, post: Mapping[str, Any], source: Mapping[str, Any]) -> Receipt:
        """Have TikTok fetch the media and make a post of them."""
        self._notes.ask(self._clock())
        try:
            data = self._line.publish(
                path, {**post, "source_info": {"source": "PULL_FROM_URL", **source}}
            )
        except AmbiguousError:
            raise
        except ChannelError:
            self._notes.refused()
            raise
        if not data.get("publish_id"):
            raise AmbiguousError(f"TikTok: {NOT_TO_WHAT}")
        job = Job(str(data["publish_id"]), self._message.fingerprint, self._clock())
        return self._awaited(self._notes.note(job))

    def _uploaded(self, job: Job) -> Receipt:
        upload(self._line.http, job, self._message.media[0], self._notes)
        return self._awaited(self._notes.job or job)

    def _awaited(self, job: Job) -> Receipt:
        """The receipt of a job that TikTok has all of, as soon as it is done."""
        for poll in range(self._patience.polls):
            if poll:
                time.sleep(self._patience.poll_s)
            state = self._state_or_doubt(job)
            if state.failed:
                self._notes.forget()
                raise self._error_of(state)
            is_last = poll == self._patience.polls - 1
            # Once complete it is a post; its id comes with the end of TikTok's moderation.
            if state.complete and (state.post_id or is_last or not self._is_public):
                return self._receipt(job, state)
            if state.drafted:
                raise AmbiguousError("TikTok: it put the post among the account's drafts")
        raise AmbiguousError(f"TikTok: {STILL_WORKS}")

    def _receipt(self, job: Job, state: JobState) -> Receipt:
        at = self._clock()
        return or_doubt(lambda: receipt_of(job, state, self._message, self._profile, at))

    def _state_or_doubt(self, job: Job) -> JobState:
        return or_doubt(lambda: state_of(job, self._line))

    def _error_of(self, state: JobState) -> ChannelError:
        until = rest_for(state.fail_reason, self._clock())
        return error_for(state.fail_reason or "failed", "", until)


def receipt_of(
    job: Job, state: JobState, message: Message, profile: Profile, at: datetime
) -> Receipt:
    """The receipt of a complete job; by its own id, where the post has none yet."""
    address = profile.address(message, state.post_id)
    return Receipt(state.post_id or job.publish_id, address, at)
