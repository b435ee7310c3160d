"""Brings a video to a Facebook Page, piece by piece.

Facebook says which bytes it wants next; a piece whose answer was lost is asked for again by the
place it stopped at, and nothing is before readers until the session is finished. A session makes
one video, named when it starts: finishing it twice can't publish twice. Used by
``channels.facebook``.

Sources: developers.facebook.com/docs/graph-api/video-uploads (the protocol),
/documentation/video-api/guides/reels-publishing (the phases
of ``status``). UNVERIFIED: what ``status`` says of a video that was uploaded and not finished;
``UNFINISHED`` only ever leads to finishing the same session once more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from enum import Enum, auto
from typing import Any

from channels.base import (
    N_,
    AmbiguousError,
    CannotTellError,
    ChannelError,
    ForbiddenError,
    InvalidContentError,
    Media,
    Message,
    Receipt,
    TransientError,
)
from channels.facebook.errors import FailedError, OffsetError, PieceError, SessionError
from channels.facebook.lookup import Lookup
from channels.facebook.notes import Notes, Upload
from channels.meta.errors import MissingError
from channels.reasons import STILL_WORKS
from channels.web.uploads import piece_of
from channels.web.values import held

_PIECES_MAX = 10_000
_STUCK = 3
"""So many pieces in a row may bring the upload no further."""

_WORKING = f"Facebook: {STILL_WORKS}"


class State(Enum):
    PUBLISHED = auto()
    PENDING = auto()
    UNFINISHED = auto()
    FAILED = auto()


class Videos:
    """The videos of one Page; uploads go to ``host``, and one that Facebook works on is looked
    after ``polls`` times, ``poll_s`` seconds apart."""

    def __init__(
        self, lookup: Lookup, host: str, clock: Callable[[], datetime], poll_s: float, polls: int
    ) -> None:
        self._lookup = lookup
        self._line = lookup.line
        self._path = f"{lookup.page_id}/videos"
        self._host = host
        self._clock = clock
        self._poll_s = poll_s
        self._polls = polls

    def send(self, message: Message, media: Media, notes: Notes) -> Receipt:
        """Bring ``media`` and have it published; goes on where an earlier attempt stopped."""
        if not notes.is_finished:
            self._finish(message, media, self._bring(media, notes), notes)
        for attempt in range(self._polls):
            if attempt:
                time.sleep(self._poll_s)
            try:
                found = self._noted(notes)
            except FailedError:
                notes.forget_upload(media)
                raise
            except ChannelError:
                continue  # it is taken, whatever can or can't be asked about it now
            if found is not None:
                return found
        raise AmbiguousError(_WORKING)

    def find(self, message: Message, since: datetime, notes: Notes) -> Receipt | None:
        """As ``Channel.find``: by the number that Facebook gave the video before it was sent."""
        if not notes.video_id:
            return None
        try:
            return self._noted(notes)
        except FailedError:
            return None  # it isn't there and won't be: sending it again says why
        except MissingError:
            is_missing = True
        except (ForbiddenError, InvalidContentError):
            is_missing = False
        if is_missing:
            return self._lookup.video(message, since)
        raise CannotTellError(N_("Facebook: the token may not look at the video"))

    # -- parts ------------------------------------------------------------------------------------

    def _noted(self, notes: Notes) -> Receipt | None:
        """The noted video, once readers see it; ``None`` where it was never finished. Raises
        ``TransientError`` while Facebook works on it, ``FailedError``, ``MissingError``."""
        state, told = self._state(notes.video_id)
        if state is State.PUBLISHED:
            url = self._lookup.address(told, notes.video_id)
            return notes.note_post(Receipt(notes.video_id, url, self._clock()))
        if state is State.FAILED:
            raise FailedError(N_("Facebook: it could not make anything of the video"))
        if state is State.UNFINISHED and not notes.is_finished:
            return None
        raise TransientError(_WORKING)

    def _state(self, video_id: str) -> tuple[State, dict[str, Any]]:
        told = self._line.get(video_id, fields="id,permalink_url,published,status")
        return state_of(told), told

    def _bring(self, media: Media, notes: Notes) -> Upload:
        """Have all of ``media`` at Facebook, where nobody sees it yet."""
        upload = notes.video(media, self._clock()) or self._begun(media, notes)
        furthest, stuck = upload.start, 0
        for _ in range(_PIECES_MAX):
            if upload.is_whole:
                return upload
            upload = self._transferred(media, upload, notes)
            stuck = 0 if upload.start > furthest else stuck + 1
            furthest = max(furthest, upload.start)
            if stuck == _STUCK:
                break
        # Begun anew, it may get further than in a session that goes round in circles.
        notes.forget_upload(media)
        raise TransientError("Facebook: it asks for the same video again and again")

    def _finish(self, message: Message, media: Media, upload: Upload, notes: Notes) -> None:
        """Have the video published: this is what readers come to see."""
        doubted = notes.in_doubt
        notes.ask()
        try:
            told = self._line.post(
                self._path,
                host=self._host,
                upload_phase="finish",
                upload_session_id=upload.session,
                description=message.body.plain,
                title=message.title or None,
                published=True,
            )
        except AmbiguousError:
            raise
        except ChannelError as error:
            if not (doubted and self._was_taken(upload)):
                notes.refused()
                if isinstance(error, InvalidContentError | PieceError | SessionError):
                    notes.forget_upload(media)
                raise
        else:
            if told.get("success") is not True:
                raise AmbiguousError("Facebook: it doesn't say that it takes the video")
        notes.note_finished()

    def _was_taken(self, upload: Upload) -> bool:
        """Whether an earlier request to finish went through: then the next one is refused."""
        try:
            state, _ = self._state(upload.video)
        except MissingError:
            return False
        except (ForbiddenError, InvalidContentError) as error:
            why = str(error)
        else:
            return state in (State.PUBLISHED, State.PENDING)
        raise AmbiguousError(why)

    def _begun(self, media: Media, notes: Notes) -> Upload:
        with self._line.http.harmless():
            told = self._line.post(
                self._path,
                host=self._host,
                upload_phase="start",
                file_size=media.size_bytes,
            )
        session, video = str(told.get("upload_session_id", "")), str(told.get("video_id", ""))
        if not (session and video.isdecimal()):
            raise TransientError("Facebook: the upload was given no id")
        upload = Upload(session, video, *_offsets(told, media))
        notes.note_video(media, upload, self._clock())
        return upload

    def _transferred(self, media: Media, upload: Upload, notes: Notes) -> Upload:
        piece = piece_of(media, upload.start, upload.end - upload.start)
        try:
            with self._line.http.harmless():
                told = self._line.post(
                    self._path,
                    host=self._host,
                    files={"video_file_chunk": ("piece", piece, "application/octet-stream")},
                    upload_phase="transfer",
                    upload_session_id=upload.session,
                    start_offset=upload.start,
                )
        except OffsetError as wanted:
            told = dict(wanted.data)
            if _offsets(told, media) == (upload.start, upload.end):
                raise
        except SessionError:
            notes.forget_upload(media)
            raise
        gone_on = Upload(upload.session, upload.video, *_offsets(told, media))
        notes.note_video(media, gone_on, self._clock())
        return gone_on


def state_of(told: dict[str, Any]) -> State:
    """What a video's fields mean."""
    status = held(told.get("status"))
    whole = status.get("video_status")
    publishing = held(status.get("publishing_phase"))
    phases = [held(status.get(f"{name}_phase")) for name in ("uploading", "processing")]
    if whole in ("error", "upload_failed", "expired"):
        return State.FAILED
    if any(phase.get("status") == "error" for phase in (*phases, publishing)):
        return State.FAILED
    if publishing.get("publish_status") == "published":
        return State.PUBLISHED
    if whole == "ready":
        return State.PENDING if told.get("published") is False else State.PUBLISHED
    return State.UNFINISHED if whole in ("uploading", "upload_complete") else State.PENDING


def _offsets(told: dict[str, Any], media: Media) -> tuple[int, int]:
    start, end = str(told.get("start_offset", "")), str(told.get("end_offset", ""))
    if start.isdecimal() and end.isdecimal() and int(start) <= int(end) <= media.size_bytes:
        return int(start), int(end)
    raise TransientError("Facebook: it doesn't say which bytes of the video it wants")
