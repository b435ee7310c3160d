"""Publishes a post for a page on LinkedIn, and only once. Used by ``channels.linkedin``.

https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from channels.base import AmbiguousError, ChannelError, InvalidContentError, Message, options_of
from channels.doubts import or_doubt
from channels.linkedin.errors import DuplicateError
from channels.linkedin.line import Line
from channels.linkedin.media import Uploads
from channels.linkedin.notes import Notes
from channels.linkedin.options import LinkedInOptions
from channels.linkedin.posts import OwnPosts, Post
from channels.linkedin.text import little
from channels.reasons import NOT_LOOKED_UP, NOT_TO_WHAT, REPEAT_UNSEEN


class Publishing:
    """One delivery, with its ``uploads`` and ``notes``, for the page ``owner``."""

    def __init__(self, line: Line, owner: str, uploads: Uploads, notes: Notes) -> None:
        self._line = line
        self._owner = owner
        self._posts = OwnPosts(line, owner)
        self._uploads = uploads
        self._notes = notes

    def published(self, message: Message) -> Post:
        """Publish ``message``; gives the post, noted."""
        notes, clock = self._notes, self._line.http.clock
        now = clock()
        post = self._post_of(message)
        doubted = notes.in_doubt
        notes.ask(now)
        try:
            urn = self._asked(post)
        except DuplicateError as repeat:
            refused, urn = str(repeat), repeat.urn
        except AmbiguousError:
            raise
        except ChannelError as error:
            if not doubted:
                notes.refused()
            if isinstance(error, InvalidContentError):
                # It may be for an upload that LinkedIn no longer has.
                for each in message.media:
                    self._uploads.forget(each)
            raise
        else:
            taken = Post(urn, clock())
            notes.note(taken.urn, taken.at)
            return taken
        return self._already_there(message, urn, refused, doubted=doubted)

    def _post_of(self, message: Message) -> dict[str, Any]:
        content = self._content(message)
        return {
            "author": self._owner,
            "commentary": little(message.body.written),
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": not options_of(message, LinkedInOptions).reshares,
            **({"content": content} if content else {}),
        }

    def _content(self, message: Message) -> dict[str, Any]:
        """What stands under the words: the media, else the link's card."""
        kinds = [each.kind for each in message.media]
        if kinds and kinds != ["video"] and set(kinds) != {"image"}:
            raise InvalidContentError("LinkedIn: a post has pictures, or one video")
        urns = [self._uploads.urn_of(each) for each in message.media]
        if kinds == ["video"]:
            title = message.title or message.media[0].alt
            return {"media": {"id": urns[0], **({"title": title} if title else {})}}
        images = [
            {"id": urn, "altText": each.alt} for urn, each in zip(urns, message.media, strict=True)
        ]
        if len(images) > 1:
            return {"multiImage": {"images": images}}
        if images:
            return {"media": images[0]}
        if not message.link:
            return {}
        title = message.title or urlsplit(message.link).hostname or message.link
        described = {"description": message.summary} if message.summary else {}
        return {"article": {"source": message.link, "title": title, **described}}

    def _asked(self, post: Mapping[str, Any]) -> str:
        answer = self._line.exchange("POST", "/posts", post)
        urn = answer.headers.get("x-restli-id") or answer.headers.get("x-linkedin-id") or ""
        if not urn.startswith("urn:li:"):
            raise AmbiguousError(f"LinkedIn: {NOT_TO_WHAT}")
        return urn

    def _already_there(self, message: Message, urn: str, refused: str, *, doubted: bool) -> Post:
        """The post that LinkedIn calls a repeat, where it is of this delivery."""
        posts, notes, words = self._posts, self._notes, message.body.plain

        def look() -> Post | None:
            return posts.named(urn, words, notes.begun) if urn else posts.of(words, notes.begun)

        there = or_doubt(look, f"{refused}: {NOT_LOOKED_UP}: ")
        if there is not None:
            notes.note(there.urn, there.at)
            return there
        if not doubted:
            notes.refused()
            raise InvalidContentError(refused)
        notes.refused_as_repeat()
        raise AmbiguousError(f"{refused}: {REPEAT_UNSEEN}")
