"""Publishes a post that is no video on a Facebook Page, and only once. Used by
``channels.facebook``.

Sources: developers.facebook.com/documentation/pages-api/posts and /docs/graph-api/reference/photo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from channels.base import (
    AmbiguousError,
    ChannelError,
    InvalidContentError,
    Media,
    Message,
    Receipt,
    TransientError,
)
from channels.doubts import or_doubt
from channels.facebook.lookup import Lookup
from channels.facebook.notes import Notes
from channels.meta.errors import DuplicateError
from channels.reasons import NOT_LOOKED_UP, NOT_TO_WHAT, REPEAT_UNSEEN
from channels.web.uploads import content_of


class Publishing:
    """Publishes on the Page of ``lookup``, which says what Facebook means by a repeat."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._clock = lookup.line.http.clock

    def photo(self, media: Media, notes: Notes) -> str:
        """The id of ``media`` at Facebook, where nobody sees it yet."""
        now = self._clock()
        photo = notes.photo(media, now)
        if photo is not None:
            return photo
        line = self._lookup.line
        with line.http.harmless():
            told = line.post(
                f"{self._lookup.page_id}/photos",
                files={"source": (media.path.name, content_of(media), media.mime)},
                published=False,
                alt_text_custom=media.alt or None,
            )
        photo = str(told.get("id", ""))
        if not photo:
            raise TransientError("Facebook: the picture was given no id")
        notes.note_photo(media, photo, now)
        return photo

    def post(self, message: Message, fields: Mapping[str, Any], notes: Notes) -> Receipt:
        """Publish ``message`` as ``fields`` say; gives its receipt, noted."""
        line, page_id, doubted = self._lookup.line, self._lookup.page_id, notes.in_doubt
        notes.ask()
        try:
            told = line.post(f"{page_id}/feed", **fields, fields="id,permalink_url")
        except DuplicateError as repeat:
            refused = str(repeat)
            if not doubted:
                notes.refused()
                self._forget(message.media, notes)
                raise
        except AmbiguousError:
            raise
        except ChannelError as error:
            if not doubted:
                notes.refused()
            if isinstance(error, InvalidContentError):
                # It may be for a picture that Facebook no longer has.
                self._forget(message.media, notes)
            raise
        else:
            post_id = str(told.get("id", ""))
            if not post_id:
                raise AmbiguousError(f"Facebook: {NOT_TO_WHAT}")
            url = self._lookup.address(told, post_id)
            return notes.note_post(Receipt(post_id, url, self._clock()))
        return self._already_there(message, notes, refused)

    def _already_there(self, message: Message, notes: Notes, refused: str) -> Receipt:
        """The post that Facebook calls a repeat: of this delivery, for it was in doubt."""
        before = f"{refused}: {NOT_LOOKED_UP}: "
        found = or_doubt(lambda: self._lookup.post(message, notes.begun), before)
        if found is None:
            raise AmbiguousError(f"{refused}: {REPEAT_UNSEEN}")
        return notes.note_post(found)

    @staticmethod
    def _forget(media: Iterable[Media], notes: Notes) -> None:
        for each in media:
            notes.forget_upload(each)
