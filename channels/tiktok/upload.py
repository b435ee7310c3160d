"""Sends a video to TikTok in pieces. Each has at least 5 MB and at most 64 MB, one after the other,
the last with whatever remains; a small video goes whole.

https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide. The last piece makes it
a post: its failures are ambiguous, those of all others are not. Used by ``channels.tiktok``.
"""

from __future__ import annotations

from contextlib import nullcontext

import requests

from channels.base import N_, ChannelError, InvalidContentError, Media, TransientError
from channels.tiktok.jobs import Job, Notes
from channels.web.http import HttpSession
from channels.web.uploads import piece_of

PIECE_LEAST_BYTES = 5 * 1024 * 1024
PIECE_MOST_BYTES = 32_000_000
"""Half of the 64 MB that a piece may have, for the last one is up to twice as large as the others.
5 MB and 64 MB are kept whichever way TikTok counts them."""

_REFUSED = N_("it didn't take a piece of the video")


def pieces(size_bytes: int, piece_bytes: int) -> tuple[int, int]:
    """``chunk_size`` and ``total_chunk_count`` for a video."""
    if size_bytes < 2 * piece_bytes:
        return size_bytes, 1
    return piece_bytes, size_bytes // piece_bytes


def upload(http: HttpSession, job: Job, media: Media, notes: Notes) -> None:
    """Send what TikTok doesn't have yet of ``media``; how far it is stands in ``notes``.

    Raises ``AmbiguousError`` where the last piece was on its way, ``TransientError`` before that.
    """
    count = max(job.size_bytes // job.piece_bytes, 1)
    closed_before = job.closing
    for index in range(min(job.sent_bytes // job.piece_bytes, count - 1), count):
        first = index * job.piece_bytes
        is_last = index == count - 1
        after = job.size_bytes if is_last else first + job.piece_bytes
        piece = piece_of(media, first, after - first)
        if is_last:
            job = notes.closing(job)
        with nullcontext() if is_last else http.harmless():
            answer = http.put(
                job.upload,
                data=piece,
                headers={
                    "Content-Type": media.mime,
                    "Content-Range": f"bytes {first}-{after - 1}/{job.size_bytes}",
                },
            )
            if not 200 <= answer.status_code < 300:
                raise _error_of(answer, http, notes, closed_before=closed_before)
        job = notes.sent(job, after)


def _error_of(
    answer: requests.Response, http: HttpSession, notes: Notes, *, closed_before: bool
) -> ChannelError:
    status = answer.status_code
    text = f"TikTok: {_REFUSED}: {status} {answer.reason or ''}".rstrip()
    if status == 416 or closed_before:
        # It may have other pieces than we think, perhaps all of them: the job's state says which.
        return http.doubt(text)
    if status in (403, 404):
        # The upload is no more, so the job can't become a post: it is begun anew.
        notes.forget()
        return TransientError(text)
    if status in (400, 413):
        notes.forget()
        return InvalidContentError(text)
    return http.refusal(answer)
