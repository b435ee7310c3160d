"""Publishes one post on X with its media, and only once. Used by ``channels.x``."""

from __future__ import annotations

from collections.abc import Sequence

from channels.base import AmbiguousError, ChannelError, InvalidContentError, Media, Text
from channels.doubts import or_doubt
from channels.reasons import NOT_LOOKED_UP, NOT_TO_WHAT, REPEAT_UNSEEN
from channels.web.values import held, name_of
from channels.x.errors import DuplicateError
from channels.x.line import Line
from channels.x.notes import Notes
from channels.x.posts import OwnPosts
from channels.x.text import matching


class Publishing:
    """Publishes through ``line``; ``posts`` say which one X means by a repeat."""

    def __init__(self, line: Line, posts: OwnPosts) -> None:
        self._line = line
        self._posts = posts

    def bring(self, part: Text, media: Sequence[Media], notes: Notes) -> str:
        """Publish ``part``, the next one of the thread in ``notes``; gives its id."""
        media_ids = self._media_ids(media, notes) or None
        before = notes.ids[-1] if notes.ids else None
        line, doubted = self._line, notes.in_doubt
        line.pace.mind()
        notes.ask()
        try:
            told = line.call(
                lambda: line.client.create_tweet(
                    text=part.written or None, media_ids=media_ids, in_reply_to_tweet_id=before
                )
            )
        except DuplicateError as repeat:
            refused = str(repeat)
        except AmbiguousError:
            raise
        except ChannelError as error:
            if not doubted:
                notes.refused()
            if isinstance(error, InvalidContentError):
                # It may be for an upload that X no longer has.
                for each in media:
                    notes.forget_upload(each)
            raise
        else:
            post_id = str(held(told.get("data")).get("id", ""))
            if post_id.isdecimal():
                return post_id
            raise AmbiguousError(f"X: {NOT_TO_WHAT}")
        return self._already_there(part.plain, notes, refused, doubted=doubted)

    def _already_there(self, plain: str, notes: Notes, refused: str, *, doubted: bool) -> str:
        """The post that X calls a repeat, where it is of this delivery."""

        def look() -> str:
            there = matching(list(self._posts.recent(notes.begun)), plain, notes.ids)
            return name_of(there, "X") if there is not None else ""

        known = or_doubt(look, f"{refused}: {NOT_LOOKED_UP}: ")
        if known:
            return known
        if not doubted:
            notes.refused()
            raise InvalidContentError(refused)
        # Its list may lag behind: what it was asked for before may be what it calls repeated.
        notes.refused_as_repeat()
        raise AmbiguousError(f"{refused}: {REPEAT_UNSEEN}")

    def _media_ids(self, media: Sequence[Media], notes: Notes) -> list[str]:
        if len(media) > 1 and any(each.mime == "image/gif" for each in media):
            raise InvalidContentError("X: an animated GIF goes alone")
        return [self._media_id(each, notes) for each in media]

    def _media_id(self, media: Media, notes: Notes) -> str:
        """The id of ``media`` at X, ready for a post; what an earlier attempt did isn't redone."""
        uploads, now = self._line.uploads, self._line.http.clock()
        upload, finished = notes.upload_of(media, now)
        if upload is None:
            upload = uploads.bring(media)
            notes.note_upload(media, upload, now)
        if not finished:
            try:
                uploads.finish(media, upload)
            except InvalidContentError:
                notes.forget_upload(media)
                raise
            notes.note_finished(media)
        return upload.media_id
