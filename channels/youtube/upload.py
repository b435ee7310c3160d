"""Brings a file by Google's resumable upload, which is never begun again.

A POST with what is to be known of the file gives the session's address; PUTs bring the bytes, in
pieces of a multiple of 256 KiB but for the last; 308 and its ``Range`` say how many have arrived;
a PUT without bytes asks for that. The answer to the last byte is the finished thing, and is given
again to whoever asks (https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol).
Used by ``channels.youtube``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from channels.base import N_, AmbiguousError, Media, TransientError
from channels.web.http import parsed
from channels.web.uploads import piece_of
from channels.youtube.line import Line

UNIT_BYTES = 256 * 1024
"""Every piece but the last is a multiple of this."""

_GONE = (404, 410)
_GOOGLES = ".googleapis.com"
_STUCK = 3
_STILL_TAKING = N_("YouTube: it has every byte, but hasn't named the video yet")
_FORGOTTEN = N_("YouTube: it has forgotten the upload")


@dataclass(frozen=True, slots=True)
class Session:
    """A session's address, and the size of the file that it is for."""

    url: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload came: to its end (``made`` is what it became, as far as that is told), to a
    byte (``offset``), or neither, where YouTube has forgotten the session."""

    made: Mapping[str, Any] | None = None
    offset: int | None = None


class Uploads:
    """Resumable uploads through ``line``, in pieces of ``piece_bytes``."""

    def __init__(self, line: Line, piece_bytes: int) -> None:
        self._line = line
        self._piece_bytes = piece_bytes

    def open(
        self, url: str, media: Media, metadata: Mapping[str, Any], query: Mapping[str, str]
    ) -> Session:
        """A session for ``media``; nothing is published by it."""
        headers = {
            "X-Upload-Content-Length": str(media.size_bytes),
            "X-Upload-Content-Type": media.mime,
        }
        with self._line.http.harmless():
            answer = self._line.call(
                "POST",
                url,
                params={"uploadType": "resumable", **query},
                json=dict(metadata),
                headers=headers,
            )
            if not 200 <= answer.status_code < 300:
                raise self._line.error_of(answer)
        return Session(_trusted(answer.headers.get("Location", ""), url), media.size_bytes)

    def progress(self, session: Session) -> Progress:
        """How far it came. Raises ``TransientError`` where YouTube has all and is still at it."""
        headers = {"Content-Range": f"bytes */{session.size_bytes}"}
        with self._line.http.harmless():
            answer = self._line.call("PUT", session.url, headers=headers)
            if 200 <= answer.status_code < 300:
                # That it is whole is told by the status; what it became, perhaps not again.
                return Progress(made=parsed(answer) or {})
            return self._understood(answer, session)

    def bring(
        self,
        session: Session,
        media: Media,
        offset: int,
        *,
        until: datetime | None = None,
        before_the_last: Callable[[], None] | None = None,
    ) -> Mapping[str, Any]:
        """Bring what is missing from ``offset`` on; gives what the file became.

        The last piece is what publishes a video: ``before_the_last`` is called before it, where it
        does, and only then is a failure ambiguous. After ``until`` it is broken off, to be resumed.
        """
        stuck = 0
        while True:
            if until is not None and self._line.http.clock() > until:
                raise TransientError("YouTube: a part of the video is up; the rest follows")
            # Where nothing is left to bring there is no piece: it is read as one too short.
            left = max(1, media.size_bytes - offset)
            piece = piece_of(media, offset, min(left, self._piece_bytes))
            publishes = before_the_last is not None and offset + len(piece) >= media.size_bytes
            if publishes and before_the_last is not None:
                before_the_last()
            progress = self._put(session, media, offset, piece, publishes=publishes)
            if progress.made is not None:
                return progress.made
            if progress.offset is None:
                raise (AmbiguousError if publishes else TransientError)(_FORGOTTEN)
            stuck = stuck + 1 if progress.offset <= offset else 0
            if stuck == _STUCK:
                raise TransientError("YouTube: it takes no more of the video")
            offset = progress.offset

    def _put(
        self, session: Session, media: Media, offset: int, piece: bytes, *, publishes: bool
    ) -> Progress:
        headers = {
            "Content-Type": media.mime,
            "Content-Range": f"bytes {offset}-{offset + len(piece) - 1}/{session.size_bytes}",
        }
        with nullcontext() if publishes else self._line.http.harmless():
            answer = self._line.call("PUT", session.url, data=piece, headers=headers)
            return self._understood(answer, session)

    def _understood(self, answer: requests.Response, session: Session) -> Progress:
        if 200 <= answer.status_code < 300:
            return Progress(made=self._line.http.json(answer))
        if answer.status_code in _GONE:
            return Progress()
        if answer.status_code != 308:
            raise self._line.error_of(answer)
        arrived = re.fullmatch(r"bytes=0-(\d{1,15})", answer.headers.get("Range", ""))
        offset = int(arrived[1]) + 1 if arrived else 0
        if offset >= session.size_bytes:
            raise self._line.http.doubt(_STILL_TAKING)
        return Progress(offset=offset)


def _trusted(location: str, asked: str) -> str:
    """``location``, where it is one to which our token may go."""
    try:
        told, ours = urlsplit(location), urlsplit(asked)
        host = told.hostname or ""
    except ValueError:
        host = ""
    if host and (told.scheme, told.netloc) == (ours.scheme, ours.netloc):
        return location
    if host.endswith(_GOOGLES) and told.scheme == "https":
        return location
    raise TransientError("YouTube: it gave no address to bring the video to")
