"""Brings pictures and videos to a Mastodon server, once, until a post can show them.

Pictures are done at once (200); videos are worked on (202), and asked for (206) until they are
(200) or can't be (422). Source: https://docs.joinmastodon.org/methods/media/. Used by
``channels.mastodon``.
"""

from __future__ import annotations

import mimetypes
import time
from functools import partial

from channels.base import N_, ForbiddenError, InvalidContentError, Media, TransientError
from channels.mastodon.line import Line
from channels.mastodon.notes import Notes, Upload
from channels.web.uploads import content_of


class Uploads:
    """``polls`` times, ``poll_s`` seconds apart, the server is asked whether it is done."""

    def __init__(self, line: Line, polls: int, poll_s: float) -> None:
        self._line = line
        self._polls = polls
        self._poll_s = poll_s

    def ready(self, media: Media, notes: Notes) -> str:
        """The id of ``media`` at the server, ready for a post; what an earlier attempt did isn't
        redone."""
        line = self._line
        upload = notes.upload_of(media, line.clock())
        if upload is None:
            answer = line.ask(
                lambda: line.api.media_post(
                    content_of(media),
                    mime_type=media.mime,
                    description=media.alt or None,
                    file_name=f"{media.sha256[:16]}{mimetypes.guess_extension(media.mime) or ''}",
                )
            )
            with line.harmless():
                media_id = line.json(answer).get("id")
            if not isinstance(media_id, str):
                raise TransientError("Mastodon: the upload was given no id")
            upload = Upload(media_id, ready=answer.status_code != 202)
            notes.note_upload(media, upload, line.clock())
        if not upload.ready:
            self._wait(media, upload, notes)
            notes.note_ready(media)
        return upload.id

    def _wait(self, media: Media, upload: Upload, notes: Notes) -> None:
        line = self._line
        for _ in range(self._polls):
            try:
                answer = line.ask(partial(line.api.media, upload.id))
            except InvalidContentError:
                notes.forget_upload(media)
                raise
            except ForbiddenError as error:
                if line.refused_with != 404:
                    raise
                notes.forget_upload(media)
                lost = str(error)
                break
            if answer.status_code != 206:
                return
            time.sleep(self._poll_s)
        else:
            lost = N_("Mastodon: the server is still working on it")
        raise TransientError(lost)
