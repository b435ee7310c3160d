"""Takes pictures and videos as X does, in pieces where they move."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request

from channels.simulated.x.answers import body_of, invalid, no, refuse

_PICTURES_BEGIN = (b"\x89PNG", b"\xff\xd8", b"RIFF")
_IMAGE_MAX_BYTES = 5 * 1024 * 1024
_PIECE_MAX_BYTES = 2_000_000


@dataclass(slots=True)
class Medium:
    """``pending`` is how often it is still to be asked for until it is ``ready``."""

    category: str
    mime: str = ""
    total_bytes: int = 0
    pieces: dict[int, bytes] = field(default_factory=dict)
    alt: str = ""
    pending: int = 0
    ready: bool = False


class Library:
    """The media of one account, by their numbers. ``looks`` is how often a video must be asked for
    before it is ready (0: it is at once, and may not be asked for)."""

    def __init__(self) -> None:
        self.all: dict[str, Medium] = {}

    def forget(self) -> None:
        """Have none of them any more."""
        for number in self.all:
            self.all[number] = Medium("")

    def check(self, media_ids: tuple[str, ...]) -> None:
        """Refuse what a post can't carry."""
        found = [self.all.get(each) for each in media_ids]
        if any(media is None or not media.ready for media in found):
            refuse(invalid("Your media IDs are invalid."))
        moving = [media for media in found if media and media.category != "tweet_image"]
        if len(found) > 4 or (moving and len(found) > 1):
            refuse(invalid("A post takes four pictures, or one GIF, or one video."))

    def upload(self, request: Request) -> dict[str, Any]:
        media = Medium(request.form.get("media_category", ""), request.form.get("media_type", ""))
        upload = request.files.get("media")
        content = upload.read() if upload is not None else b""
        if media.category != "tweet_image" or not content.startswith(_PICTURES_BEGIN):
            refuse(invalid("media is no picture"))
        if len(content) > _IMAGE_MAX_BYTES:
            refuse(no(413, "Payload Too Large", "The picture is too large."))
        media.ready = True
        return {"data": {"id": self._keep(media)}}

    def initialize(self, request: Request, looks: int) -> dict[str, Any]:
        body = body_of(request, {"media_type", "media_category", "total_bytes"})
        if body.get("media_category") not in ("tweet_video", "tweet_gif"):
            refuse(invalid("media_category is tweet_video or tweet_gif"))
        media = Medium(body["media_category"], body["media_type"], int(body["total_bytes"]))
        media.pending = looks
        return {"data": {"id": self._keep(media)}}

    def append(self, request: Request, media_id: str) -> dict[str, Any]:
        upload = request.files.get("media")
        content = upload.read() if upload is not None else b""
        if not content or len(content) > _PIECE_MAX_BYTES:
            refuse(no(431, "Request Header Fields Too Large", "The piece is too large."))
        self._known(media_id).pieces[int(request.form["segment_index"])] = content
        return {"data": {}}

    def finalize(self, media_id: str, looks: int) -> dict[str, Any]:
        media = self._known(media_id)
        pieces = [media.pieces.get(index, b"") for index in range(len(media.pieces))]
        if sum(map(len, pieces)) != media.total_bytes:
            refuse(invalid("Segments do not add up to provided total file size."))
        if looks == 0:
            media.ready = True
            return {"data": {"id": media_id}}
        return self._progress(media_id)

    def status(self, request: Request, looks: int) -> dict[str, Any]:
        if looks == 0:
            refuse(no(404, "Not Found", "The media is not being processed."))
        return self._progress(request.args.get("media_id", ""))

    def _progress(self, media_id: str) -> dict[str, Any]:
        media = self._known(media_id)
        media.ready = media.pending == 0
        media.pending = max(media.pending - 1, 0)
        info: dict[str, Any] = {"state": "succeeded"}
        if not media.ready:
            info = {"state": "in_progress", "check_after_secs": 0, "progress_percent": 50}
        return {"data": {"id": media_id, "processing_info": info}}

    def describe(self, request: Request) -> dict[str, Any]:
        body = body_of(request, {"id", "metadata"})
        alt = body["metadata"]["alt_text"]["text"]
        if len(alt) > 1_000:
            refuse(invalid("alt_text is too long"))
        self._known(body["id"]).alt = alt
        return {"data": {"id": body["id"]}}

    def _keep(self, media: Medium) -> str:
        media_id = str(1_146_654_567_674_912_769 + len(self.all))
        self.all[media_id] = media
        return media_id

    def _known(self, media_id: str) -> Medium:
        if media_id not in self.all:
            refuse(invalid("there is no such media"))
        return self.all[media_id]
