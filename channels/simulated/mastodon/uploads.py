"""Takes pictures and videos as a Mastodon server does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated.mastodon.answers import answered, invalid, not_found, refuse

UPLOAD_LASTS = timedelta(hours=24)

_MAGIC = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8", "image/gif": b"GIF8"}
MIMES = {*_MAGIC, "image/webp", "video/mp4", "video/webm", "video/quicktime"}


@dataclass(slots=True)
class Upload:
    """``polls_left`` is how often it is still to be asked for, ``used_by`` the post that shows
    it."""

    id: str
    mime: str
    alt: str
    at: datetime
    polls_left: int = 0
    fails: bool = False
    used_by: str = ""


class Uploads:
    """What went up to the server at ``url``."""

    def __init__(self, clock: Callable[[], datetime], url: Callable[[], str]) -> None:
        self._clock = clock
        self._url = url
        self.all: dict[str, Upload] = {}

    def take(
        self, request: Request, number: str, image_max_bytes: int, works_for: int, *, fails: bool
    ) -> Response:
        """The answer to an upload, which is ``number`` from now on; a video ``works_for`` so many
        looks, and ``fails`` then."""
        file = request.files.get("file")
        if set(request.form) - {"description"} or set(request.files) != {"file"} or file is None:
            invalid("File can't be blank")
        content, mime = file.read(), file.mimetype
        if mime not in MIMES or not content.startswith(_MAGIC.get(mime, b"")):
            invalid("File content type is invalid, File is invalid")
        if mime.startswith("image/") and len(content) > image_max_bytes:
            invalid("File file size must be less than 16 MB")
        if len(request.form.get("description", "")) > 1_500:
            invalid("Description is too long")
        upload = Upload(number, mime, request.form.get("description", ""), self._clock())
        if mime.startswith("video/"):
            upload.polls_left, upload.fails = works_for, fails
        self.all[number] = upload
        return answered(self.shown(upload), 202 if upload.polls_left else 200)

    def state(self, number: str) -> Response:
        """The answer to who asks how far one is."""
        upload = self._known(number)
        if upload is None:
            return not_found()
        if upload.polls_left:
            upload.polls_left -= 1
            return Response(b"", status=206, mimetype="application/json")
        if upload.fails:
            return answered({"error": "Error processing thumbnail for uploaded media"}, 422)
        return answered(self.shown(upload))

    def attachable(self, number: str) -> Upload:
        """One that a post may show; refuses any other."""
        upload = self._known(number)
        if upload is None:
            refuse(f"Media attachments not found: {number}")
        if upload.polls_left or upload.fails:
            refuse("Cannot attach files that have not finished processing. Try again in a moment!")
        return upload

    def shown(self, upload: Upload) -> dict[str, Any]:
        """One as the server tells of it."""
        url = None if upload.polls_left else f"{self._url()}/media/{upload.id}"
        kind = upload.mime.partition("/")[0]
        return {"id": upload.id, "type": kind, "url": url, "description": upload.alt or None}

    def _known(self, number: str) -> Upload | None:
        upload = self.all.get(number)
        gone = upload is None or upload.used_by or self._clock() - upload.at > UPLOAD_LASTS
        return None if gone else upload
