"""Takes uploads as a Bluesky server does, looking into them for what they are."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated.bluesky.answers import answered, refuse
from channels.simulated.bluesky.lexicon import cid

UPLOAD_MAX_BYTES = 5 * 1024 * 1024

_MAGIC = {b"\x89PNG": "image/png", b"\xff\xd8": "image/jpeg", b"RIFF": "image/webp"}


class Blobs:
    """What went up to one account's server; ``count`` is how often something did."""

    def __init__(self) -> None:
        self._all: dict[str, tuple[str, int]] = {}
        self.count = 0

    def keep_only(self, text: str) -> None:
        """Forget those whose name isn't in ``text``."""
        self._all = {name: blob for name, blob in self._all.items() if name in text}

    def take(self, request: Request) -> Response:
        """The answer to an upload."""
        content, mime = request.get_data(), request.headers.get("Content-Type", "")
        if not mime:
            said = "Request encoding (Content-Type) required but not provided"
            refuse(400, "InvalidRequest", said)
        if len(content) > UPLOAD_MAX_BYTES:
            refuse(413, "PayloadTooLarge", "request entity too large")
        mime = next((kind for head, kind in _MAGIC.items() if content.startswith(head)), mime)
        name = cid(content, raw=True)
        self._all[name] = (mime, len(content))
        self.count += 1
        blob = {"$type": "blob", "ref": {"$link": name}, "mimeType": mime, "size": len(content)}
        return answered({"blob": blob})

    def check(self, blob: dict[str, Any]) -> None:
        """Refuse a blob that isn't here, or not as it is called."""
        name = blob["ref"]["$link"]
        mime, size = self._all.get(name, ("", 0))
        if not mime:
            refuse(400, "BlobNotFound", f"Could not find blob: {name}")
        if blob["size"] != size:
            said = f"Expected: {size}, Got: {blob['size']}"
            refuse(400, "InvalidSize", f"Referenced Size does not match stored blob. {said}")
        if blob["mimeType"] != mime:
            said = f"Expected: {mime}, Got: {blob['mimeType']}"
            refuse(400, "InvalidMimeType", f"Referenced Mimetype does not match. {said}")


def blobs_in(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that a record refers to."""
    embed = record.get("embed", {})
    thumb = embed.get("external", {}).get("thumb")
    return [image["image"] for image in embed.get("images", [])] + ([thumb] if thumb else [])
