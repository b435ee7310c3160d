"""Keeps the stand-in portal's media library, as WordPress 6.1 does. Names are made unique, large
pictures scaled down, bytes checked, and files are there for whoever knows the address.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from PIL import Image
from werkzeug.wrappers import Request, Response

from channels.simulated.server import as_json
from channels.simulated.wordpress.answers import body_of, listing, no, refuse, yes

FOLDER = "/wp-content/uploads/2027/10/"
_TAKEN = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".webm", ".pdf", ".docx"})
_LARGEST_SIDE = 2_560
_FILENAME = re.compile(r'attachment; filename="([^"/]+)"')


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

    def listed(self, request: Request, statuses: Sequence[str], url: str) -> Response:
        """Those in one of ``statuses`` that are looked for."""
        found = [each for each in self.attachments.values() if each.status in statuses]
        wanted = request.args.get("search", "")
        found = [each for each in found if wanted in each.file]
        if request.args.get("orderby") == "date":
            found.sort(key=lambda each: each.at, reverse=request.args.get("order") != "asc")
        return listing([each.row(url) for each in found], request)

    def take(self, request: Request, number: int, at: datetime, url: str) -> Response:
        """A new attachment, out of a raw upload."""
        content, mime = request.get_data(), request.mimetype
        wanted = _file_name(request, content, mime)
        if self.renames:
            wanted = f"tep-{number}{PurePosixPath(wanted).suffix}"
        file = self._free_name(wanted)
        slug = self._free_slug(request.args.get("slug") or PurePosixPath(file).stem)
        made = Attachment(number, slug, file, mime, at)
        made.status = request.args.get("status", "inherit")
        self._keep(made, content)
        self.attachments[number] = made
        return as_json(201, made.row(url))

    def change(self, request: Request, number: int, url: str) -> Response:
        """Delete one, or say more of it."""
        found = self.attachments.get(number)
        if found is None:
            return no(404, "rest_post_invalid_id", "Invalid post ID.")
        if request.method == "DELETE":
            if request.args.get("force") != "true":
                return no(501, "rest_trash_not_supported", "The post does not support trashing.")
            self._forget(number)
            return yes({"deleted": True, "previous": found.row(url)})
        keys = body_of(request)
        # As sanitize_text_field does: what looks like a tag goes.
        found.alt = re.sub(r"<[^>]*>", "", str(keys.get("alt_text", found.alt)))
        found.caption = str(keys.get("caption", found.caption))
        return yes(found.row(url))

    def _forget(self, number: int) -> None:
        gone = self.attachments.pop(number)
        self.files.pop(gone.file)
        self.files.pop(gone.original, None)

    def _free_slug(self, wanted: str) -> str:
        taken = {each.slug for each in self.attachments.values()}
        return free(wanted, taken, "", first=2)

    def _free_name(self, wanted: str) -> str:
        path = PurePosixPath(wanted)
        return free(path.stem, set(self.files), path.suffix, first=1)

    def _keep(self, made: Attachment, content: bytes) -> None:
        if made.mime in ("image/jpeg", "image/png") and self.shrinks:
            content = _smaller(content, 32)
        self.files[made.file] = (content, made.mime)
        if made.mime == "image/jpeg" and max(_size(content)) > _LARGEST_SIDE:
            path = PurePosixPath(made.file)
            made.original, made.file = made.file, f"{path.stem}-scaled{path.suffix}"
            self.files[made.file] = (_smaller(content, _LARGEST_SIDE), made.mime)


def free(stem: str, taken: set[str], suffix: str, *, first: int) -> str:
    """``stem`` and ``suffix``, or with "-``first``" and so on between them where that is taken."""
    name, number = f"{stem}{suffix}", first
    while name in taken:
        name, number = f"{stem}-{number}{suffix}", number + 1
    return name


def _file_name(request: Request, content: bytes, mime: str) -> str:
    """What a raw upload calls its file; refuses one that WordPress wouldn't take."""
    told = request.headers.get("Content-Disposition", "")
    name = _FILENAME.fullmatch(told)
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if not content:
        refuse(400, "rest_upload_no_data", "No data supplied.")
    if not mime:
        refuse(400, "rest_upload_no_content_type", "No Content-Type supplied.")
    if not told:
        refuse(400, "rest_upload_no_content_disposition", "No Content-Disposition supplied.")
    if name is None:
        refuse(400, "rest_upload_invalid_disposition", "Invalid Content-Disposition supplied.")
    if request.headers.get("Content-MD5", digest) != digest:
        refuse(412, "rest_upload_hash_mismatch", "Content hash did not match expected.")
    if PurePosixPath(name[1]).suffix not in _TAKEN:
        said = "Sorry, you are not allowed to upload this file type."
        refuse(500, "rest_upload_sideload_error", said)
    return name[1]


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
