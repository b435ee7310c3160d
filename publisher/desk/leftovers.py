"""Takes away what was made of the officers' files and nobody has asked for in a long time.

Cards, videos, what was made to fit a channel and the library's small pictures are kept by what they
were made of, and made again where they are gone: what a delivery sends lies in ``var/media``, which
is left alone. But made again by another ffmpeg a film may come out otherwise, and would have to be
approved anew; so what a delivery shows that may still be sent stays, however old it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from publisher.store import contents

KEPT_FOR = timedelta(days=60)
"""So long after it was last asked for (``publisher.media.places.asked_for``) a file stays."""

FOLDERS = ("cards", "renditions", "videos", "thumbnails")

_LOCK = ".lock"
"""The video studio's, which is made once and never written again."""


def sweep(session: Session, var_folder: Path, now: datetime) -> int:
    """Take away what nobody has asked for since ``KEPT_FOR`` before ``now``; gives how many files.

    Raises ``SQLAlchemyError``.
    """
    old = list(_old(var_folder, (now - KEPT_FOR).timestamp()))
    needed = contents.media_to_come(session) if old else frozenset()
    # Films are large: only one that is as long as a needed file may be one, and is read.
    sizes = set(_sizes(needed, var_folder / "media"))
    gone = 0
    for path in old:
        # Another process may have taken it away, or asked for it just now.
        with suppress(OSError):
            if path.stat().st_size in sizes and _hash_of(path) in needed:
                continue
            path.unlink()
            gone += 1
    return gone


def _old(var_folder: Path, oldest: float) -> Iterator[Path]:
    for name in FOLDERS:
        for path in (var_folder / name).rglob("*"):
            with suppress(OSError):
                is_file = path.is_file() and not path.is_symlink()
                if is_file and path.name != _LOCK and path.stat().st_mtime < oldest:
                    yield path


def _sizes(needed: frozenset[str], media: Path) -> Iterator[int]:
    for sha256 in needed:
        for path in (media / sha256[:2]).glob(f"{sha256}*"):
            with suppress(OSError):
                yield path.stat().st_size


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
