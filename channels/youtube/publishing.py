"""Brings one delivery's video to YouTube, or what is missing of it, until it is finished.

Until the last byte is sent nothing is published; from then on the upload's session, or the list of
the channel's uploads, says what came of it. A video that is up is never brought again: what is left
(how YouTube took it, its thumbnail, its captions) is done step by step, each noted. Used by
``channels.youtube``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.base import (
    N_,
    AmbiguousError,
    ChannelError,
    ForbiddenError,
    InvalidContentError,
    Media,
    RateLimitedError,
    Receipt,
    TransientError,
)
from channels.doubts import or_doubt
from channels.reasons import NOT_TO_WHAT
from channels.web.uploads import content_of
from channels.youtube.errors import ExistsError
from channels.youtube.line import Line
from channels.youtube.notes import Notes
from channels.youtube.text import Post, bound_to, track
from channels.youtube.upload import Progress, Uploads
from channels.youtube.videos import NOT_SHOWN, Status, Videos

_ABOUT_THE_ACCOUNT = frozenset({"uploaderAccountSuspended", "uploaderAccountClosed"})
_CLOSED = N_("YouTube rejected the video: the account is suspended or closed; see YouTube Studio")
_LOCKED = N_(
    "the video is up, but YouTube keeps it private: Google has yet to audit the project "
    "(see the channel's page)"
)

_NOT_KEPT = N_("it doesn't show the video to anybody")
_UNFINISHED = N_("the video is up, but not yet what belongs to it")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How large a piece is, how long one attempt uploads, how often and how far apart a new video
    is asked for, and how long the list of uploads may lack it."""

    piece_bytes: int
    upload_s: float
    polls: int
    poll_s: float
    list_lag_s: float


class Publishing:
    """Publishes through ``line``; ``name`` is the channel's, for the log."""

    def __init__(self, name: str, line: Line, videos: Videos, patience: Patience) -> None:
        self._name = name
        self._line = line
        self._clock = line.http.clock
        self._videos = videos
        self._patience = patience
        self._uploads = Uploads(line, patience.piece_bytes)

    # -- until the video is up --------------------------------------------------------------------

    def bring(self, post: Post, notes: Notes) -> None:
        """See that the video is up and its id noted."""
        begun = notes.begin(self._clock())
        if notes.is_withheld:
            self._look_again(notes)
        if notes.video_id:
            return
        progress = self._went_on(post, begun, notes)
        made = progress.made
        if made is None:
            what = bound_to(post.described, post.video)
            if progress.offset is None or not notes.is_of(what):
                progress = self._open(post, what, notes)
            made = self._send(post.video, progress.offset or 0, notes)
        if not made.get("id"):
            raise AmbiguousError(f"YouTube: {NOT_TO_WHAT}")
        notes.note_video(str(made["id"]), self._clock())

    def settle(self, post: Post, since: datetime, notes: Notes) -> bool:
        """Whether an earlier attempt's video is up, whose id is noted then."""
        if notes.video_id:
            return True
        made = self._progress(post, since, notes).made
        if made is None:
            return False
        notes.note_video(str(made["id"]), self._clock())
        return True

    def _open(self, post: Post, what: str, notes: Notes) -> Progress:
        query = {"part": "snippet,status", "notifySubscribers": str(post.notify).lower()}
        address = f"{self._line.at.upload}/videos"
        notes.note_session(self._uploads.open(address, post.video, post.described, query), what)
        return Progress(offset=0)

    def _send(self, video: Media, offset: int, notes: Notes) -> Mapping[str, Any]:
        session = notes.session
        if session is None:
            raise TransientError("YouTube: the upload isn't noted")
        until = self._clock() + timedelta(seconds=self._patience.upload_s)
        try:
            return self._uploads.bring(
                session,
                video,
                offset,
                until=until,
                before_the_last=lambda: notes.ask(self._clock()),
            )
        except AmbiguousError:
            raise
        except ChannelError as error:
            notes.refused()
            if isinstance(error, InvalidContentError | ForbiddenError):
                notes.forget_session()
            raise

    def _went_on(self, post: Post, begun: datetime, notes: Notes) -> Progress:
        """How far an earlier attempt's upload came; a doubt where its last byte may have made a
        video, and that can't be learnt now."""
        if notes.session is None and notes.asked_at is None:
            return Progress()
        if notes.asked_at is None:
            return self._progress(post, begun, notes)
        return or_doubt(lambda: self._progress(post, begun, notes))

    def _progress(self, post: Post, since: datetime, notes: Notes) -> Progress:
        """How far the upload came: by its session, else by the list of the channel's uploads."""
        progress = self._uploads.progress(notes.session) if notes.session else Progress()
        if progress.offset is not None:
            notes.refused()
            return progress
        if progress.made is not None and progress.made.get("id"):
            return progress
        video_id = self._videos.like(post.message, since)
        if video_id is not None:
            return Progress(made={"id": video_id})
        lag = timedelta(seconds=self._patience.list_lag_s)
        is_whole = progress.made is not None
        if is_whole or (notes.asked_at is not None and self._clock() < notes.asked_at + lag):
            raise TransientError("YouTube: it may have the video, though its list doesn't show it")
        notes.forget_session()
        notes.refused()
        return Progress()

    def _look_again(self, notes: Notes) -> None:
        """A person wants the post tried again though its video is up, unseen: it may be shown by
        now, or was taken out to make room for a new one."""
        status = self._videos.status(notes.video_id, 1, 0)
        if status is None:
            notes.forget_video()
        else:
            notes.note_status(status)
        notes.release()

    # -- once it is -------------------------------------------------------------------------------

    def finish(self, post: Post, notes: Notes) -> Receipt:
        """Do what is left to do for a video that is up; the receipt.

        Raises ``InvalidContentError`` and ``ForbiddenError`` where YouTube shows the video to
        nobody, and ``TransientError`` where a step is to be tried again.
        """
        video_id = notes.video_id
        self._step("status", notes, lambda: notes.note_status(self._status(video_id)))
        _judge(notes.status, post.privacy)
        if (picture := post.thumbnail) is not None:
            name = f"thumbnail {picture.sha256[:12]}"
            self._step(name, notes, lambda: self._set_thumbnail(video_id, picture))
        if (subtitles := post.subtitles) is not None:
            name = f"captions {subtitles.sha256[:12]}"
            self._step(name, notes, lambda: self._add_captions(post, video_id, subtitles))
        address = f"{self._line.at.web}/watch?v={video_id}"
        return Receipt(video_id, address, notes.video_at or self._clock())

    def _step(self, name: str, notes: Notes, do: Callable[[], None]) -> None:
        """One thing that is done for a video. What is refused for good, or fails time and again, is
        given up: the video is out, and its receipt is worth more."""
        if notes.is_over(name):
            return
        try:
            do()
        except (InvalidContentError, ForbiddenError, RateLimitedError) as error:
            failed, again = str(error), False
        except ChannelError as error:
            failed, again = str(error), notes.failed(name)
        else:
            notes.end(name, "done")
            return
        if again:
            raise TransientError(f"YouTube: {_UNFINISHED}: {name}: {failed}")
        notes.end(name, "given up")
        _log.warning("%s: %s is up without its %s: %s", self._name, notes.video_id, name, failed)

    def _status(self, video_id: str) -> Status:
        return (
            self._videos.status(video_id, self._patience.polls, self._patience.poll_s) or Status()
        )

    def _set_thumbnail(self, video_id: str, picture: Media) -> None:
        self._line.ask(
            "POST",
            f"{self._line.at.upload}/thumbnails/set",
            params={"uploadType": "media", "videoId": video_id},
            data=content_of(picture),
            headers={"Content-Type": picture.mime},
        )

    def _add_captions(self, post: Post, video_id: str, subtitles: Media) -> None:
        named = track(post.message, subtitles, video_id)
        address = f"{self._line.at.upload}/captions"
        try:
            session = self._uploads.open(address, subtitles, named, {"part": "snippet"})
            self._uploads.bring(session, subtitles, 0)
        except ExistsError:
            pass  # an earlier attempt brought them, and its answer was lost


def _judge(status: Status, wished: str) -> None:
    """Raises what it means where YouTube doesn't show a video as was wished."""
    if status.why in _ABOUT_THE_ACCOUNT:
        raise ForbiddenError(_CLOSED)
    if status.upload in NOT_SHOWN:
        raise InvalidContentError(f"YouTube: {_NOT_KEPT}: {status.upload} {status.why}".rstrip())
    if status.privacy == "private" and wished != "private":
        raise ForbiddenError(_LOCKED)
