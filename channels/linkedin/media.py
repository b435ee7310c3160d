"""Brings pictures and videos to LinkedIn, until a post can show them.

https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api and
.../videos-api. Nothing here publishes, so no failure is ambiguous. What is up is noted under its
bytes, so that another attempt doesn't bring it again. Used by ``channels.linkedin``.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from channels.base import InvalidContentError, Journal, Media, TransientError
from channels.linkedin.line import Line, encoded
from channels.noted import NotedMedia
from channels.web.uploads import content_of, piece_of
from channels.web.values import held, objects

_UPLOADS_LAST = timedelta(hours=20)
_PLACES = {"image": "images", "video": "videos"}


class Uploads:
    """Uploads of one delivery for the page ``owner``; LinkedIn is asked ``polls`` times, ``poll_s``
    apart, whether it is done with one."""

    def __init__(self, line: Line, owner: str, polls: int, poll_s: float, journal: Journal) -> None:
        self._line = line
        self._owner = owner
        self._polls = polls
        self._poll_s = poll_s
        # The alt text stands in the post, not with what went up.
        self._noted = NotedMedia(journal, _UPLOADS_LAST, alt=False)

    def urn_of(self, media: Media) -> str:
        """The URN of ``media`` at LinkedIn, ready for a post.

        Raises ``InvalidContentError`` where LinkedIn can't show it, ``TransientError`` where it
        isn't done with it yet; then the upload is noted and only asked for next time.
        """
        now = self._line.http.clock()
        noted = self._noted.get(media, now)
        if noted is None:
            urn = self._picture(media) if media.kind == "image" else self._video(media)
            self._noted.put(media, now, urn=urn)
        else:
            urn = str(noted["urn"])
        self._wait(media, urn)
        return urn

    def forget(self, media: Media) -> None:
        """Bring ``media`` anew next time: LinkedIn may no longer have it."""
        self._noted.forget(media)

    def _picture(self, media: Media) -> str:
        told = self._announced("images", {"owner": self._owner})
        self._line.put(_text(told, "uploadUrl"), content_of(media), signed=True)
        return _text(told, "image")

    def _video(self, media: Media) -> str:
        told = self._announced(
            "videos",
            {
                "owner": self._owner,
                "fileSizeBytes": media.size_bytes,
                "uploadCaptions": False,
                "uploadThumbnail": False,
            },
        )
        urn = _text(told, "video")
        parts = [self._part(media, each) for each in objects(told.get("uploadInstructions"))]
        finished = {
            "video": urn,
            "uploadToken": str(told.get("uploadToken") or ""),
            "uploadedPartIds": parts,
        }
        self._line.act("/videos?action=finalizeUpload", {"finalizeUploadRequest": finished})
        return urn

    def _part(self, media: Media, instruction: dict[str, Any]) -> str:
        """Bring one part; LinkedIn names it by its ``ETag``."""
        first, last = instruction.get("firstByte"), instruction.get("lastByte")
        if not isinstance(first, int) or not isinstance(last, int):
            raise TransientError("LinkedIn: it doesn't say which part of the video goes where")
        part = piece_of(media, first, last + 1 - first)
        answer = self._line.put(_text(instruction, "uploadUrl"), part, signed=False)
        return answer.headers.get("ETag", "").strip('"')

    def _announced(self, place: str, asked: dict[str, Any]) -> dict[str, Any]:
        told = self._line.act(
            f"/{place}?action=initializeUpload", {"initializeUploadRequest": asked}
        )
        return held(told.get("value"))

    def _wait(self, media: Media, urn: str) -> None:
        for poll in range(self._polls):
            if poll:
                time.sleep(self._poll_s)
            status = self._line.get(f"/{_PLACES[media.kind]}/{encoded(urn)}").get("status")
            if status == "AVAILABLE":
                return
            if status == "PROCESSING_FAILED":
                self.forget(media)
                raise InvalidContentError("LinkedIn: it can't process the picture or video")
        raise TransientError("LinkedIn: the picture or video is still being processed")


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise TransientError("LinkedIn: an upload was announced, but not where it goes")
    return value
