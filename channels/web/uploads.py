"""Reads the bytes of a medium for an upload, whole or in pieces."""

from __future__ import annotations

from collections.abc import Iterator

from channels.base import Media, TransientError
from channels.reasons import UNREADABLE


def content_of(media: Media) -> bytes:
    """The bytes of ``media``, for an upload; ``TransientError`` where they can't be read."""
    return b"".join(pieces_of(media, media.size_bytes or 1))


def pieces_of(media: Media, piece_bytes: int) -> Iterator[bytes]:
    """The bytes of ``media`` in pieces, for what is too large to be held whole; likewise."""
    try:
        with media.path.open("rb") as file:
            while piece := file.read(piece_bytes):
                yield piece
    except OSError:
        pass  # raised below, so that nothing stands behind the error
    else:
        return
    raise _unreadable(media)


def piece_of(media: Media, first: int, size_bytes: int) -> bytes:
    """The ``size_bytes`` of ``media`` from byte ``first`` on; likewise, also where there are
    fewer."""
    try:
        with media.path.open("rb") as file:
            file.seek(first)
            piece = file.read(size_bytes)
    except OSError:
        piece = b""  # raised below, so that nothing stands behind the error
    if len(piece) == size_bytes:
        return piece
    raise _unreadable(media)


def _unreadable(media: Media) -> TransientError:
    return TransientError(f"{media.path.name}: {UNREADABLE}")
