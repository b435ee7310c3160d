"""Brings pictures and videos to LinkedIn, until a post can show them.

https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api and
.../videos-api. Nothing here publishes, so no failure is ambiguous. What is up is noted under its
bytes, so that another attempt doesn't bring it again. Used by ``channels.linkedin``.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.base import InvalidContentError, Journal, Media, TransientError
from channels.linkedin.line import Line, encoded
from channels.web.uploads import content_of, piece_of
from channels.web.values import held, objects

_UPLOADS_LAST = timedelta(hours=20)
_PLACES = {"image": "images", "video": "videos"}


@dataclass(frozen=True, slots=True)
class Uploads:
    """Uploads of one delivery for the page ``owner``; LinkedIn is asked ``polls`` times, ``poll_s``
    apart, whether it is done with one."""

    line: Line
    owner: str
    polls: int
    poll_s: float
    journal: Journal

    def urn_of(self, media: Media) -> str:
        """The URN of ``media`` at LinkedIn, ready for a post.

        Raises ``InvalidContentError`` where LinkedIn can't show it, ``TransientError`` where it
        isn't done with it yet; then the upload is noted and only asked for next time.
        """
        now = self.line.http.clock()
        urn = self._noted(media, now)
        if not urn:
            urn = self._picture(media) if media.kind == "image" else self._video(media)
            noted = {"urn": urn, "at": now.isoformat()}
            self.journal.put(_name(media), json.dumps(noted))
        self._wait(media, urn)
        return urn

    def forget(self, media: Media) -> None:
        self.journal.put(_name(media), "")

    def _noted(self, media: Media, now: datetime) -> str:
        noted = json.loads(self.journal.get(_name(media)) or "null")
        if not noted or now - datetime.fromisoformat(noted["at"]) > _UPLOADS_LAST:
            return ""
        return str(noted["urn"])

    def _picture(self, media: Media) -> str:
        told = self._announced("images", {"owner": self.owner})
        self.line.put(_text(told, "uploadUrl"), content_of(media), signed=True)
        return _text(told, "image")

    def _video(self, media: Media) -> str:
        told = self._announced(
            "videos",
            {
                "owner": self.owner,
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
        self.line.act("/videos?action=finalizeUpload", {"finalizeUploadRequest": finished})
        return urn

    def _part(self, media: Media, instruction: dict[str, Any]) -> str:
        """Bring one part; LinkedIn names it by its ``ETag``."""
        first, last = instruction.get("firstByte"), instruction.get("lastByte")
        if not isinstance(first, int) or not isinstance(last, int):
            raise TransientError("LinkedIn: it doesn't say which part of the video goes where")
        part = piece_of(media, first, last + 1 - first)
        answer = self.line.put(_text(instruction, "uploadUrl"), part, signed=False)
        return answer.headers.get("ETag", "").strip('"')

    def _announced(self, place: str, asked: dict[str, Any]) -> dict[str, Any]:
        told = self.line.act(
            f"/{place}?action=initializeUpload", {"initializeUploadRequest": asked}
        )
        return held(told.get("value"))

    def _wait(self, media: Media, urn: str) -> None:
        for poll in range(self.polls):
            if poll:
                time.sleep(self.poll_s)
            status = self.line.get(f"/{_PLACES[media.kind]}/{encoded(urn)}").get("status")
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


def _name(media: Media) -> str:
    return f"media:{media.mime}:{media.sha256[:32]}"
