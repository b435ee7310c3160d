"""Puts the posts of a thread into an account's repository, each of them once. Used by
``channels.bluesky``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from channels.base import AmbiguousError, ChannelError, InvalidContentError, Media, Message, Text
from channels.bluesky import records
from channels.bluesky.errors import BlobGoneError
from channels.bluesky.facets import facets
from channels.bluesky.keys import record_key
from channels.bluesky.notes import Asked, Notes
from channels.bluesky.repository import Repository, is_named, named
from channels.doubts import or_doubt
from channels.reasons import NOT_LOOKED_UP, NOT_TO_WHAT
from channels.web.uploads import content_of


class Publishing:
    """Publishes into ``repository``."""

    def __init__(self, repository: Repository, clock: Callable[[], datetime]) -> None:
        self._repository = repository
        self._clock = clock

    def bring(self, message: Message, notes: Notes, *, carded: bool) -> None:
        """Put the next post of the thread, and note it; one that may be there is looked for."""
        doubted = notes.asked
        if doubted is not None and (there := self._surely_there(doubted.rkey)) is not None:
            notes.add(*named(there))
            return
        part = (message.body, *message.replies)[len(notes.posts)]
        media = () if notes.posts else message.media
        embed = self._embed(message, media, notes, carded=carded)
        marks = self._marks(part)
        # Asked again, it bears the time it bore: else it would be another record.
        asked = doubted or Asked(key_of(message, notes), self._clock())
        record = records.post(part, asked.created_at, message.language, marks, embed, notes.posts)
        notes.ask(asked)
        try:
            told = self._repository.put(asked.rkey, record)
        except AmbiguousError:
            raise
        except ChannelError as error:
            if doubted is None:
                notes.absent()
            if isinstance(error, BlobGoneError | InvalidContentError):
                for each in media:
                    notes.forget_blob(each)
            raise
        if not is_named(told):
            raise AmbiguousError(f"Bluesky: {NOT_TO_WHAT}")
        notes.add(*named(told))

    def _marks(self, part: Text) -> list[dict[str, Any]]:
        try:
            return facets(part, self._repository.did_of)
        except UnicodeError:
            pass  # raised below, so that nothing stands behind the error
        raise InvalidContentError("Bluesky: the text has signs that can't be written")

    def _embed(
        self, message: Message, media: Sequence[Media], notes: Notes, *, carded: bool
    ) -> records.Embed | None:
        blobs = [self._blob(each, notes) for each in media]
        if carded:
            return records.card(message, blobs[0] if blobs else None)
        return records.pictures(media, blobs) if blobs else None

    def _blob(self, media: Media, notes: Notes) -> records.Blob:
        """What the server calls ``media``; what an earlier attempt sent up isn't sent up again."""
        now = self._clock()
        blob = notes.blob_of(media, now)
        if blob is None:
            blob = self._repository.upload(content_of(media), media.mime)
            notes.note_blob(media, blob, now)
        return blob

    def _surely_there(self, rkey: str) -> Mapping[str, Any] | None:
        """What is there, where not being able to look leaves the doubt as it was."""
        return or_doubt(lambda: self._repository.there(rkey), f"Bluesky: {NOT_LOOKED_UP}: ")


def key_of(message: Message, notes: Notes) -> str:
    """The key of the next post of the thread in ``notes``."""
    return record_key(message.key, message.due_at, len(notes.posts))
