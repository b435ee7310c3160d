"""Publishes the posts of a thread on Mastodon, each of them once. Used by
``channels.mastodon``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from channels.base import AmbiguousError, ChannelError, InvalidContentError, Media, Text
from channels.doubts import or_doubt
from channels.mastodon.line import Line
from channels.mastodon.media import Uploads
from channels.mastodon.notes import Doubt, Notes
from channels.mastodon.posts import OwnPosts
from channels.reasons import NOT_LOOKED_UP, NOT_TO_WHAT


class Publishing:
    """Publishes through ``line``; the server knows a key for ``key_lifetime``."""

    def __init__(
        self, line: Line, posts: OwnPosts, uploads: Uploads, key_lifetime: timedelta
    ) -> None:
        self._line = line
        self._posts = posts
        self._uploads = uploads
        self._key_lifetime = key_lifetime

    def bring(
        self, part: Text, media: Sequence[Media], notes: Notes, wishes: dict[str, Any], key: str
    ) -> None:
        """Publish the next post of the thread, and note it; one that the server may have since
        longer than it knows keys is looked for first."""
        doubt = notes.doubt
        if doubt is not None and self._line.clock() - doubt.at >= self._key_lifetime:
            there = self._surely_there(part, notes, doubt)
            if there is not None:
                notes.add(str(there["id"]), str(there.get("url") or ""))
                return
            notes.absent()
            doubt = None
        media_ids = [self._uploads.ready(each, notes) for each in media]
        before = notes.ids[-1] if notes.ids else None
        line = self._line
        # While in doubt the first key stands, though the words were changed meanwhile.
        key = doubt.key if doubt else key
        notes.ask(self._line.clock(), key, media_ids)
        try:
            answer = line.call(
                lambda: line.api.status_post(
                    part.written,
                    in_reply_to_id=before,
                    media_ids=media_ids or None,
                    idempotency_key=key,
                    **wishes,
                )
            )
        except AmbiguousError:
            raise
        except ChannelError as error:
            if doubt is None:
                notes.absent()
            if isinstance(error, InvalidContentError):
                # It may be for an upload that the server no longer has.
                for each in media:
                    notes.forget_upload(each)
            raise
        told = line.json(answer)
        if not isinstance(told.get("id"), str):
            raise AmbiguousError(f"Mastodon: {NOT_TO_WHAT}")
        notes.add(told["id"], str(told.get("url") or ""))

    def _surely_there(self, part: Text, notes: Notes, doubt: Doubt) -> Mapping[str, Any] | None:
        """``OwnPosts.there``, where not being able to look leaves the doubt as it was."""
        return or_doubt(
            lambda: self._posts.there(part, notes, doubt), f"Mastodon: {NOT_LOOKED_UP}: "
        )
