"""Has Zalo convert videos for its articles.

What is up is noted and not sent up again. Nothing here publishes, so no failure is ambiguous.
Used by ``channels.zalo``.
"""

from __future__ import annotations

import time
from typing import Any

from channels.base import N_, InvalidContentError, Media, TransientError
from channels.web.uploads import content_of
from channels.zalo.line import Line
from channels.zalo.notes import Notes, Upload

_PREPARE = "/v2.0/article/upload_video/preparevideo"
_VERIFY = "/v2.0/article/upload_video/verify"
_UNUSABLE = N_("the video can't be used")
_READY, _LOCKED, _FAILED, _DELETED = 1, 2, 4, 5


def video_id_of(media: Media, line: Line, notes: Notes, polls: int, poll_s: float) -> str:
    """The id under which an article can carry ``media``.

    Raises ``InvalidContentError`` where Zalo can't convert it, ``TransientError`` while it does.
    """
    upload = notes.upload_of(media, line.http.clock())
    if upload is None:
        told = line.upload(_PREPARE, media.path.name, content_of(media), media.mime)
        if not told.get("token"):
            raise TransientError("Zalo: the video was given no token")
        upload = notes.uploaded(media, Upload(line.http.clock(), str(told["token"])))
    if upload.video_id:
        return upload.video_id
    for poll in range(polls):
        if poll:
            time.sleep(poll_s)
        told = line.get(_VERIFY, headers={"token": upload.token})
        if told.get("status") in (_LOCKED, _FAILED, _DELETED):
            notes.forget_upload(media)
            raise InvalidContentError(f"Zalo: {_UNUSABLE}: {_said(told)}".rstrip(": "))
        if told.get("status") == _READY and told.get("video_id"):
            notes.uploaded(media, Upload(upload.at, upload.token, str(told["video_id"])))
            return str(told["video_id"])
    raise TransientError("Zalo: it still converts the video")


def _said(told: dict[str, Any]) -> str:
    return " ".join(str(told.get("status_message") or "").split())[:200]
