"""Converts videos for articles as Zalo does, by and by."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from channels.simulated.zalo.answers import refuse

_VIDEO_MAX = 50_000_000


@dataclass(slots=True)
class _Video:
    looks: int
    video_id: str


class Videos:
    """The videos of one account, by their tokens."""

    def __init__(self) -> None:
        self._videos: dict[str, _Video] = {}

    @property
    def ids(self) -> set[str]:
        """Those that an article may show."""
        return {each.video_id for each in self._videos.values()}

    def prepare(self, request: Request, looks: int) -> dict[str, Any]:
        """Take one, which is done after so many ``looks``."""
        file = request.files.get("file")
        content = file.read() if file else b""
        if content[4:8] != b"ftyp" or len(content) > _VIDEO_MAX:
            refuse(-201, "file is invalid!")
        token = f"video-{secrets.token_hex(12)}"
        self._videos[token] = _Video(looks, f"v{secrets.token_hex(8)}")
        return {"token": token}

    def verify(self, request: Request, status: int) -> dict[str, Any]:
        """How far one is; in the end it has ``status``."""
        video = self._videos.get(request.headers.get("token", ""))
        if video is None:
            refuse(-201, "token is invalid!")
        if video.looks > 0:
            video.looks -= 1
            return {"status": 3, "convert_percent": 40, "video_id": ""}
        if status != 1:
            return {"status": status, "status_message": "convert failed"}
        return {"status": 1, "convert_percent": 100, "video_id": video.video_id}
