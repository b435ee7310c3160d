"""Takes uploads as LinkedIn does. Used by ``channels.simulated.linkedin``."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated.linkedin.answers import refuse
from channels.simulated.planted import planted

PART_BYTES = 4 * 1024 * 1024
_PICTURES_BEGIN = (b"\x89PNG", b"\xff\xd8", b"GIF8")


@dataclass(slots=True)
class _Media:
    looks: int
    fails: bool
    size: int = 0
    token: str = ""
    parts: dict[int, bytes] = field(default_factory=dict)
    is_whole: bool = False


class Uploads:
    """Images and videos that ``owner`` announced, brought and may show."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._media: dict[str, _Media] = {}

    def clear(self) -> None:
        self._media.clear()

    def can_be_shown(self, urn: str) -> bool:
        return urn in self._media and self.state(urn, looking=False) == "AVAILABLE"

    def announce(
        self, place: str, body: dict[str, Any], address: str, *, looks: int, fails: bool
    ) -> dict[str, Any]:
        if body.get("owner") != self._owner:
            refuse(403, "Accessing this resource is forbidden", 100)
        kind = place.removesuffix("s")
        name = f"C4D{len(self._media)}{secrets.token_hex(6)}"
        urn = f"urn:li:{kind}:{name}"
        media = self._media[urn] = _Media(looks, fails)
        if kind == "image":
            return {"uploadUrl": f"{address}/{kind}/{name}/0?ut={planted(8)}", "image": urn}
        media.size, media.token = int(body["fileSizeBytes"]), planted(4)
        instructions = [
            {
                "uploadUrl": f"{address}/{kind}/{name}/{number}?ut={planted(8)}",
                "firstByte": start,
                "lastByte": min(start + PART_BYTES, media.size) - 1,
            }
            for number, start in enumerate(range(0, media.size, PART_BYTES))
        ]
        return {"video": urn, "uploadInstructions": instructions, "uploadToken": media.token}

    def take(self, request: Request, check_token: Callable[[], None]) -> Response:
        """An image wants the token, a part of a video its place."""
        _, _, kind, name, number = request.path.split("/")
        media, content = self._media.get(f"urn:li:{kind}:{name}"), request.get_data()
        if media is None or request.method != "PUT" or not content:
            return Response(status=404)
        if kind == "image":
            check_token()
            media.is_whole = content.startswith(_PICTURES_BEGIN)
            return Response(status=201 if media.is_whole else 400)
        media.parts[int(number)] = content
        return Response(status=200, headers={"ETag": f'"{_tag(int(number), content)}"'})

    def finish(self, asked: dict[str, Any]) -> None:
        media = self._media.get(str(asked.get("video")))
        if media is None or asked.get("uploadToken") != media.token:
            refuse(400, "uploadToken", 0)
        tags = [_tag(number, part) for number, part in sorted(media.parts.items())]
        size = sum(map(len, media.parts.values()))
        if tags != asked.get("uploadedPartIds") or media.size != size:
            refuse(400, "uploadedPartIds", 0)
        media.is_whole = True

    def state(self, urn: str, *, looking: bool = True) -> str:
        media = self._media.get(urn)
        if media is None:
            refuse(404, "no such asset", 0)
        if not media.is_whole:
            return "WAITING_UPLOAD"
        if media.looks:
            media.looks -= looking
            return "PROCESSING"
        return "PROCESSING_FAILED" if media.fails else "AVAILABLE"


def _tag(number: int, part: bytes) -> str:
    return f"/ambry-video/signedId/{number}-{len(part)}"
