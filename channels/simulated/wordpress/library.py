"""Keeps the stand-in portal's media library, as WordPress 6.1 does. Names are made unique, large
pictures scaled down, bytes checked, and files are there for whoever knows the address.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from PIL import Image
from werkzeug.wrappers import Request

FOLDER = "/wp-content/uploads/2027/10/"
_TAKEN = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".webm", ".pdf", ".docx"})
_LARGEST_SIDE = 2_560
_FILENAME = re.compile(r'attachment; filename="([^"/]+)"')


class UploadError(Exception):
    """A refusal: WordPress's status, its code and its words."""

    def __init__(self, status: int, code: str, said: str) -> None:
        super().__init__(code)
        self.status, self.code, self.said = status, code, said


@dataclass(slots=True)
class Attachment:
    number: int
    slug: str
    file: str
    mime: str
    at: datetime
    status: str = "inherit"
    original: str = ""
    alt: str = ""
    caption: str = ""

    def row(self, url: str) -> dict[str, Any]:
        details = {"original_image": self.original} if self.original else {}
        return {
            "id": self.number,
            "slug": self.slug,
            "status": self.status,
            "date_gmt": self.at.strftime("%Y-%m-%dT%H:%M:%S"),
            "alt_text": self.alt,
            "caption": {"raw": self.caption, "rendered": f"<p>{self.caption}</p>\n"},
            "mime_type": self.mime,
            "media_details": details,
            "source_url": f"{url}{FOLDER}{self.file}",
        }


@dataclass(slots=True)
class Shelf:
    """All attachments, and the files by their names. ``shrinks``: a plugin makes pictures
    smaller, the originals with them; ``renames``: one gives files names of its own."""

    attachments: dict[int, Attachment] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    shrinks: bool = False
    renames: bool = False

    def take(self, request: Request, number: int, clock: Callable[[], datetime]) -> Attachment:
        """A new attachment, out of a raw upload; raises ``UploadError``."""
        content, mime = request.get_data(), request.mimetype
        if not content:
            raise UploadError(400, "rest_upload_no_data", "No data supplied.")
        if not mime:
            raise UploadError(400, "rest_upload_no_content_type", "No Content-Type supplied.")
        told = request.headers.get("Content-Disposition", "")
        if not told:
            code = "rest_upload_no_content_disposition"
            raise UploadError(400, code, "No Content-Disposition supplied.")
        name = _FILENAME.fullmatch(told)
        if name is None:
            code = "rest_upload_invalid_disposition"
            raise UploadError(400, code, "Invalid Content-Disposition supplied.")
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if request.headers.get("Content-MD5", digest) != digest:
            code = "rest_upload_hash_mismatch"
            raise UploadError(412, code, "Content hash did not match expected.")
        if PurePosixPath(name[1]).suffix not in _TAKEN:
            said = "Sorry, you are not allowed to upload this file type."
            raise UploadError(500, "rest_upload_sideload_error", said)
        wanted = f"tep-{number}{PurePosixPath(name[1]).suffix}" if self.renames else name[1]
        file = self._free_name(wanted)
        slug = self.free_slug(request.args.get("slug") or PurePosixPath(file).stem)
        made = Attachment(number, slug, file, mime, clock())
        made.status = request.args.get("status", "inherit")
        self._keep(made, content)
        self.attachments[number] = made
        return made

    def forget(self, number: int) -> None:
        gone = self.attachments.pop(number)
        self.files.pop(gone.file)
        self.files.pop(gone.original, None)

    def free_slug(self, wanted: str) -> str:
        taken = {each.slug for each in self.attachments.values()}
        return _free(wanted, taken, "", first=2)

    def _free_name(self, wanted: str) -> str:
        path = PurePosixPath(wanted)
        return _free(path.stem, set(self.files), path.suffix, first=1)

    def _keep(self, made: Attachment, content: bytes) -> None:
        if made.mime in ("image/jpeg", "image/png") and self.shrinks:
            content = _smaller(content, 32)
        self.files[made.file] = (content, made.mime)
        if made.mime == "image/jpeg" and max(_size(content)) > _LARGEST_SIDE:
            path = PurePosixPath(made.file)
            made.original, made.file = made.file, f"{path.stem}-scaled{path.suffix}"
            self.files[made.file] = (_smaller(content, _LARGEST_SIDE), made.mime)


def _free(stem: str, taken: set[str], suffix: str, *, first: int) -> str:
    name, number = f"{stem}{suffix}", first
    while name in taken:
        name, number = f"{stem}-{number}{suffix}", number + 1
    return name


def _size(content: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.size


def _smaller(content: bytes, side: int) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        smaller = picture.copy()
        form = picture.format
    smaller.thumbnail((side, side))
    kept = io.BytesIO()
    smaller.save(kept, form)
    return kept.getvalue()
