"""Brings pictures and videos to X by its v2 upload, for tweepy knows only the host X has shut.

A picture goes up in one request; a video or an animated GIF is announced, sent in pieces, closed,
and then asked for until X has processed it. Nothing here publishes, so no failure is ambiguous.
Endpoints: https://docs.x.com/x-api/media. Used by ``channels.x``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from requests.auth import AuthBase

from channels.base import ChannelError, InvalidContentError, Media, TransientError
from channels.web.http import HttpSession
from channels.web.uploads import content_of, pieces_of
from channels.web.values import held

PIECE_BYTES = 1_000_000
"""Pieces over about 2 MB have been answered with 431."""

_LONGEST_WAIT_S = 60.0
_CATEGORIES = {"image/gif": "tweet_gif"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A medium at X; ``waits``: X works on it before a post can carry it."""

    media_id: str
    waits: bool = False


ErrorOf = Callable[[requests.Response], ChannelError]


class Uploads:
    """Uploads for one account; ``error_of`` says what an answer other than 2xx means."""

    def __init__(self, http: HttpSession, base_url: str, auth: AuthBase, error_of: ErrorOf) -> None:
        self._http = http
        self._base = f"{base_url.rstrip('/')}/2/media"
        self._auth = auth
        self._error_of = error_of

    def bring(self, media: Media) -> Upload:
        """Send ``media`` to X; a post can carry it once it is finished."""
        with self._http.harmless():
            if media.kind == "image" and media.mime != "image/gif":
                return self._at_once(media)
            return self._in_pieces(media)

    def finish(self, media: Media, upload: Upload) -> None:
        """Wait until X has processed it, and tell X the alt text; may be repeated.

        Raises ``InvalidContentError`` where X can't process it, ``TransientError`` where it isn't
        done with it within a minute.
        """
        with self._http.harmless():
            if upload.waits:
                self._wait(upload.media_id)
            if media.alt and media.kind == "image":
                metadata = {"alt_text": {"text": media.alt}}
                self._ask("POST", "/metadata", json={"id": upload.media_id, "metadata": metadata})

    def _at_once(self, media: Media) -> Upload:
        told = self._ask(
            "POST",
            "/upload",
            data={"media_category": "tweet_image", "media_type": media.mime},
            files={"media": (media.path.name, content_of(media), media.mime)},
        )
        return Upload(_id_in(told))

    def _in_pieces(self, media: Media) -> Upload:
        announced = {
            "media_type": media.mime,
            "media_category": _CATEGORIES.get(media.mime, "tweet_video"),
            "total_bytes": media.size_bytes,
        }
        media_id = _id_in(self._ask("POST", "/upload/initialize", json=announced))
        for index, piece in enumerate(pieces_of(media, PIECE_BYTES)):
            self._ask(
                "POST",
                f"/upload/{media_id}/append",
                data={"segment_index": str(index)},
                files={"media": (f"{index}", piece, "application/octet-stream")},
            )
        told = self._ask("POST", f"/upload/{media_id}/finalize")
        # Only where X speaks of processing here may its state be asked for.
        return Upload(media_id, waits=bool(_processing(told)))

    def _wait(self, media_id: str) -> None:
        waited_s = 0.0
        while (state := self._state(media_id)).get("state", "succeeded") != "succeeded":
            if state["state"] == "failed":
                raise InvalidContentError("X: the video or GIF could not be processed")
            pause = state.get("check_after_secs", 1)
            pause_s = min(max(float(pause), 0.0), 10.0) if isinstance(pause, int | float) else 1.0
            # Something is counted even where X says "at once": the loop ends in any case.
            waited_s += max(pause_s, 1.0)
            if waited_s > _LONGEST_WAIT_S:
                raise TransientError("X: the video or GIF is still being processed")
            time.sleep(pause_s)

    def _state(self, media_id: str) -> dict[str, Any]:
        asked = {"media_id": media_id, "command": "STATUS"}
        return _processing(self._ask("GET", "/upload", params=asked))

    def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        answer = self._http.request(method, self._base + path, auth=self._auth, **request)
        if not 200 <= answer.status_code < 300:
            raise self._error_of(answer)
        return self._http.json(answer) if answer.content else {}


def _id_in(told: dict[str, Any]) -> str:
    media_id = held(told.get("data")).get("id")
    if not (isinstance(media_id, str) and media_id.isdecimal()):
        raise TransientError("X: the upload was given no id")
    return media_id


def _processing(told: dict[str, Any]) -> dict[str, Any]:
    return held(held(told.get("data")).get("processing_info"))
