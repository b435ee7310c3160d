"""Pictures and films of posts for the console's pages, and the style sheet of their previews.

Pictures are opened and written anew, small: what a browser gets is a JPEG or PNG of our own making,
whatever the file was. Nothing is served but what a stored post shows.
"""

from __future__ import annotations

import hashlib
import re

from fastapi import HTTPException
from fastapi.responses import FileResponse, Response

from channels.mockups import mockup_style
from channels.thumbnails import thumbnail
from publisher.media.places import place_of
from publisher.store import contents
from publisher.web.looks import platforms
from publisher.web.permissions import Action
from publisher.web.routes import Routes
from publisher.web.visit import Visit

routes = Routes()

SIDES = {"small": 320, "": 640, "large": 1280}
"""Pixels of the longer side, by the size that is asked for."""

_FILMS = ("video/mp4", "video/webm")
_HASH = re.compile(r"[0-9a-f]{64}")
# What has this hash never becomes another.
_KEPT = {"Cache-Control": "private, max-age=86400, immutable"}


@routes.get("/pictures/{sha256}", Action.SEE, name="picture")
def show(visit: Visit, sha256: str) -> Response:
    """A picture or a film that a stored post shows; ``size`` is one of ``SIDES``."""
    side = SIDES.get(visit.asked("size"))
    if side is None or not _HASH.fullmatch(sha256):
        raise HTTPException(404)
    with visit.site.database.reading() as session:
        medium = contents.medium_of(session, sha256)
    if medium is None:
        raise HTTPException(404)
    path = place_of(medium, visit.settings.var_folder)
    if medium.mime in _FILMS and path.is_file():
        return FileResponse(path, media_type=medium.mime, headers=_KEPT)
    small = thumbnail(path, side) if medium.kind == "image" else None
    if small is None:
        raise HTTPException(404)
    return Response(small.content, media_type=small.mime, headers=_KEPT)


@routes.get("/previews.css", Action.SEE, name="previews_style")
def style(visit: Visit) -> Response:
    """The looks of the platforms that the office's channels are on."""
    sheet = ":root { --link: var(--accent); }\n" + mockup_style(platforms(visit.settings))
    mark = f'"{hashlib.sha256(sheet.encode()).hexdigest()[:16]}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": mark}
    if visit.request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    return Response(sheet, media_type="text/css; charset=utf-8", headers=headers)
