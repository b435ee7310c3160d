"""The place where a picture was taken, found in its file and written over.

Cameras and telephones note it: a child's picture tells where the school stands, a film of a house
where its people live. It is written over where it stands, so that nothing else of the file moves:
what is seen, its colours and which side is up stay as they are, byte for byte.

Names of places that a person typed (city, province) stay, for they are captions. A PDF isn't looked
into: it may be signed, and then no byte of it may change.
"""

from __future__ import annotations

import io
import mmap
from pathlib import Path

from publisher.media.whereabouts.avi import of_avi
from publisher.media.whereabouts.matroska import of_matroska
from publisher.media.whereabouts.mp4 import of_mp4
from publisher.media.whereabouts.pictures import of_picture
from publisher.media.whereabouts.steps import Patch, TooOddError

__all__ = ["Patch", "TooOddError", "patches"]

_FILMS = {
    "video/mp4": of_mp4,
    "video/quicktime": of_mp4,
    "video/webm": of_matroska,
    "video/x-matroska": of_matroska,
    "video/x-msvideo": of_avi,
}


def patches(path: Path, mime: str) -> list[Patch]:
    """What must be written over in the file at ``path`` so that it tells no place; nothing where it
    tells none. Raises ``TooOddError`` and ``OSError``."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        if not size or not mime.startswith(("image/", "video/")):
            return []
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as buffer:
            try:
                if mime in _FILMS:
                    return list(_FILMS[mime](buffer, size))
                return of_picture(buffer) if mime.startswith("image/") else []
            except RecursionError:
                raise TooOddError from None
