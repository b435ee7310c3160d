"""Takes videos as Facebook does, in pieces of its own choosing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request

from channels.simulated.meta.graph import invalid, missing, no, refuse

SMALLEST = 1_000


@dataclass
class Video:
    number: str
    session: str
    size: int
    content: bytearray = field(default_factory=bytearray)
    description: str = ""
    is_finished: bool = False
    has_failed: bool = False
    looks_left: int = 0


@dataclass
class Videos:
    """``piece_bytes`` is how much is wanted at a time; ``looks_until_ready`` how often a finished
    one must be asked for before readers see it. ``fails`` makes nothing of what comes;
    ``finishes_twice`` answers a second finish as the first; ``forgets_sessions`` has none."""

    piece_bytes: int = 6_000
    looks_until_ready: int = 2
    fails: bool = False
    finishes_twice: bool = True
    forgets_sessions: bool = False
    all: dict[str, Video] = field(default_factory=dict)

    def upload(self, request: Request) -> tuple[dict[str, Any], Video | None]:
        """The answer, and the video that is now finished for the first time."""
        form = request.form
        phase = form.get("upload_phase")
        if phase not in ("start", "transfer", "finish"):
            refuse(invalid("(#100) upload_phase is start, transfer or finish"))
        if phase == "start":
            return self._start(int(form.get("file_size", "0"))), None
        return self._finish(request) if phase == "finish" else (self._transfer(request), None)

    def status(self, video: Video) -> dict[str, Any]:
        """What is told of ``video``; to be looked at is what makes it ready."""
        phases: dict[str, Any] = {name: {"status": "not_started"} for name in _PHASES}
        whole = "uploading"
        if len(video.content) == video.size:
            whole = "upload_complete"
            phases["uploading_phase"] = {"status": "complete"}
        if video.is_finished:
            whole = "processing"
            phases["processing_phase"] = {"status": "in_progress"}
            if video.has_failed:
                whole = "error"
                phases["processing_phase"] = {"status": "error"}
            elif video.looks_left == 0:
                whole = "ready"
                phases["processing_phase"] = {"status": "complete"}
                done = {"status": "complete", "publish_status": "published"}
                phases["publishing_phase"] = done
        video.looks_left = max(video.looks_left - 1, 0)
        return {"video_status": whole, **phases}

    # -- the phases -------------------------------------------------------------------------------

    def _start(self, size: int) -> dict[str, Any]:
        if size < SMALLEST:
            refuse(no(100, "The video you tried to upload is too small.", subcode=1363022))
        number = str(700_000_000_000_000 + len(self.all) + 1)
        video = Video(number, f"9{number}", size)
        self.all[number] = video
        return {"upload_session_id": video.session, "video_id": number, **self._next(video)}

    def _transfer(self, request: Request) -> dict[str, Any]:
        video = self._of(request)
        piece = request.files.get("video_file_chunk")
        content = piece.read() if piece is not None else b""
        wanted = self._next(video)
        if request.form.get("start_offset") != wanted["start_offset"]:
            said = "There was a problem uploading your video. Please try uploading it again."
            refuse(no(6001, said, subcode=1363037, data=wanted))
        if len(content) != int(wanted["end_offset"]) - int(wanted["start_offset"]):
            refuse(no(6001, "The piece is not whole.", subcode=1363033))
        video.content += content
        return self._next(video)

    def _finish(self, request: Request) -> tuple[dict[str, Any], Video | None]:
        video = self._of(request)
        if video.is_finished:
            if not self.finishes_twice:
                refuse(no(6001, "Invalid upload session.", subcode=1363041))
            return {"success": True}, None
        if len(video.content) != video.size:
            refuse(no(6001, "The upload is not whole.", subcode=1363033))
        video.is_finished = True
        video.has_failed = self.fails
        video.looks_left = self.looks_until_ready
        video.description = request.form.get("description", "")
        return {"success": True}, video

    def _of(self, request: Request) -> Video:
        session = request.form.get("upload_session_id")
        found = [video for video in self.all.values() if video.session == session]
        if not found or self.forgets_sessions:
            refuse(no(6001, "Invalid upload session.", subcode=1363041))
        return found[0]

    def _next(self, video: Video) -> dict[str, str]:
        start = len(video.content)
        return {
            "start_offset": str(start),
            "end_offset": str(min(start + self.piece_bytes, video.size)),
        }

    def known(self, number: str) -> Video:
        video = self.all.get(number)
        if video is None:
            refuse(missing(number))
        return video


_PHASES = ("uploading_phase", "processing_phase", "publishing_phase")
