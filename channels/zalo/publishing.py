"""Has Zalo make an article of a message, until it is one. Used by ``channels.zalo``."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from channels.base import (
    N_,
    AmbiguousError,
    ChannelError,
    InvalidContentError,
    Media,
    Message,
)
from channels.doubts import or_doubt
from channels.reasons import NOT_TO_WHAT
from channels.zalo.article import Cover, Wishes, view, words, written
from channels.zalo.config import ZaloConfig
from channels.zalo.errors import MediaFailedError, ProcessingError
from channels.zalo.line import Line
from channels.zalo.notes import Article, Asked, Job, Notes
from channels.zalo.posts import SHOWN_WITHIN, OwnArticles
from channels.zalo.video import video_id_of

_CREATE = "/v2.0/article/create"


class Publishing:
    """Publishes through ``line`` as ``keys`` say; ``address_of`` is ``Context.address_of``, and
    ``name`` gives the account's, for articles without an author."""

    def __init__(
        self,
        keys: ZaloConfig,
        line: Line,
        articles: OwnArticles,
        address_of: Callable[[Media], str],
        name: Callable[[], str],
    ) -> None:
        self._keys = keys
        self._line = line
        self._clock = line.http.clock
        self._articles = articles
        self._address_of = address_of
        self._name = name

    def finished(self, message: Message, notes: Notes) -> Article | None:
        """The article that an earlier attempt asked for; ``None`` where there surely is none."""
        job, asked = notes.job, notes.asked
        if job is not None:
            try:
                return self._awaited(job, notes)
            except MediaFailedError:
                if job.mark == message.fingerprint:
                    raise
            return None
        if asked is None:
            return None
        if self._clock() - asked.at < SHOWN_WITHIN:
            raise AmbiguousError("Zalo: an article that was asked for may be on its way")
        return or_doubt(lambda: self._articles.listed(asked, notes))

    def published(self, message: Message, wishes: Wishes, notes: Notes) -> Article:
        """Have Zalo make an article of ``message``; its media go before it."""
        article = self._written(message, wishes, notes)
        asked = notes.asked
        if asked is not None and asked.title == message.title:
            # Whatever has come since the first request is of this delivery.
            before = asked.before
        else:
            before = [str(each.get("id")) for each in self._articles.titled(message.title)]
        now = self._clock()
        notes.ask(Asked(now, message.title, words(article["body"]), before))
        try:
            told = self._line.publish(_CREATE, article)
        except AmbiguousError:
            raise
        except ChannelError:
            notes.refused()
            raise
        if not told.get("token"):
            raise AmbiguousError(f"Zalo: {NOT_TO_WHAT}")
        job = Job(self._clock(), str(told["token"]), message.fingerprint)
        return self._awaited(notes.begun(job), notes)

    def _written(self, message: Message, wishes: Wishes, notes: Notes) -> dict[str, Any]:
        """The article, with its media where Zalo can get at them."""
        pictures = [each for each in message.media if each.kind == "image"]
        videos = [each for each in message.media if each.kind == "video"]
        if len(pictures) + len(videos) < len(message.media) or len(videos) > 1:
            raise InvalidContentError("Zalo: an article has pictures and one video at most")
        filmed = bool(videos) and self._keys.video == "cover"
        if not (filmed or pictures or self._keys.default_cover):
            raise InvalidContentError(
                N_("Zalo wants a cover: give the post a picture, or the channel a default_cover")
            )
        addresses = [(each, self._address_of(each)) for each in pictures]
        video_id = ""
        if videos:
            keys = self._keys
            video_id = video_id_of(videos[0], self._line, notes, keys.polls, keys.poll_s)
        if filmed:
            cover = Cover(video_id=video_id, view=view(videos[0]))
            on_cover, video_id = videos, ""
        else:
            on_cover = pictures[:1]
            address = addresses.pop(0)[1] if addresses else self._keys.default_cover
            cover = Cover(address)
        return written(
            message,
            wishes,
            markup=self._keys.text,
            author=self._keys.author or self._name(),
            description_max=self._keys.description_max,
            cover=cover,
            pictures=addresses,
            video_id=video_id,
            credit=" ".join(each.credit for each in on_cover),
        )

    def _awaited(self, job: Job, notes: Notes) -> Article:
        """The article that ``job`` becomes, as soon as Zalo has made it."""
        doubt = ""
        for poll in range(self._keys.polls):
            if poll:
                time.sleep(self._keys.poll_s)
            try:
                return self._articles.made(job, notes)
            except MediaFailedError:
                notes.refused()
                raise
            except ProcessingError as error:
                doubt = str(error)
            except ChannelError as error:
                doubt = str(error)
                break
        raise AmbiguousError(doubt)
