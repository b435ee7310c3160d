"""Publishes to a local timeline that one can open in a browser: the embedded default channel.

It publishes for real, into a folder: ``posts/ID.json``, ``media/``, and ``index.html`` made of
them. The id derives from ``Message.key``, so that a repeat finds its post and changes nothing.
With ``like`` it takes the limits and the look of a platform that the office has no account on yet.
``publisher outbox`` serves the folder and counts views; the rehearsal shows posts of every channel
on one such page (``timeline``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

import channels
from channels.base import (
    Account,
    AmbiguousError,
    CannotTellError,
    CardSize,
    Channel,
    ChannelConfig,
    ChannelOptions,
    Dialect,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Media,
    Message,
    Metric,
    Reading,
    Receipt,
    Settlement,
    TransientError,
    VideoShape,
    ZoneName,
)
from channels.outbox.folder import Folder, Record, Views
from channels.reasons import GONE, TAKEN_AWAY, UNREADABLE, UNWRITABLE

NAME = "outbox"

_LIMITS: Final = Limits(
    images_max=20,
    image_formats=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
    videos_max=4,
    video_formats=frozenset({"video/mp4", "video/webm", "video/quicktime"}),
    mixes_media=True,
    threads=True,
)


def _known_platform(name: str) -> str:
    """``name``, where its limits can be known without knowing whose account it is."""
    if not name or _can_be_imitated(name):
        return name
    # Told like any other choice: what it can't be, and what there is.
    known = ", ".join(f"'{one}'" for one in channels.known() if _can_be_imitated(one))
    raise PydanticCustomError("literal_error", "one of {expected}", {"expected": known})


def _can_be_imitated(name: str) -> bool:
    if name == NAME:
        return False
    try:
        platform, keys = _platform(name)
        platform.limits(keys)
    except (channels.UnknownAdapterError, ImportError, AttributeError):
        return False
    return True


class OutboxConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "outbox"``.

    ``like`` names the platform it imitates; ``folder`` is where it publishes, the channel's own
    working folder if left out; ``base_url`` is the address under which ``publisher outbox`` is
    reached (posts' URLs are files if left out); ``timezone`` is the zone of the page's times.
    ``rehearsal`` puts a banner on the page that nothing of it was published for real.
    """

    adapter: Literal["outbox"] = "outbox"
    like: Annotated[str, AfterValidator(_known_platform)] = ""
    folder: Path | None = None
    base_url: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    timezone: ZoneName = "Asia/Ho_Chi_Minh"
    language: Literal["vi", "en"] = "vi"
    rehearsal: bool = False


class AnyOptions(ChannelOptions):
    """Whatever is wished: an outbox may stand for any platform, and shows none of it."""

    model_config = ConfigDict(extra="allow")


class Adapter(Channel[OutboxConfig]):
    """A timeline in a folder."""

    Config = OutboxConfig
    look: ClassVar[Look] = Look("Publisher", "#0f6b5c", headed=True)
    metrics: ClassVar[frozenset[Metric]] = frozenset({"views"})
    Options = AnyOptions
    dialect: ClassVar[Dialect] = Dialect.HTML
    settlement: ClassVar[Settlement] = Settlement.NATIVE_KEY
    writes_hashtags: ClassVar[bool] = False

    @classmethod
    def limits(cls, config: OutboxConfig) -> Limits:
        """Those of the platform named by ``like``, else generous ones."""
        if not config.like:
            return _LIMITS
        platform, keys = _platform(config.like)
        # Nothing is fetched from here, and nobody asks for a pause.
        return replace(platform.limits(keys), fetches=frozenset(), min_gap_s=0.0)

    @classmethod
    def dialect_for(cls, config: OutboxConfig) -> Dialect:
        """That of the platform named by ``like``."""
        if not config.like:
            return cls.dialect
        platform, keys = _platform(config.like)
        return platform.dialect_for(keys)

    @classmethod
    def writes_hashtags_for(cls, config: OutboxConfig) -> bool:
        """As on the platform named by ``like``."""
        if not config.like:
            return cls.writes_hashtags
        platform, keys = _platform(config.like)
        return platform.writes_hashtags_for(keys)

    @classmethod
    def card_size_for(cls, config: OutboxConfig) -> CardSize | None:
        """As on the platform named by ``like``."""
        if not config.like:
            return cls.card_size
        platform, keys = _platform(config.like)
        return platform.card_size_for(keys)

    @classmethod
    def video_shape_for(cls, config: OutboxConfig) -> VideoShape | None:
        """As on the platform named by ``like``."""
        if not config.like:
            return cls.video_shape
        platform, keys = _platform(config.like)
        return platform.video_shape_for(keys)

    @classmethod
    def options_for(cls, config: OutboxConfig) -> type[ChannelOptions]:
        """Those of the platform named by ``like``, so that a slip is told before it is real."""
        if not config.like:
            return cls.Options
        platform, keys = _platform(config.like)
        return platform.options_for(keys)

    @classmethod
    def rehearsed(cls, config: OutboxConfig, folder: Path) -> OutboxConfig:  # noqa: ARG003
        """With the banner, in its own working folder."""
        return config.model_copy(update={"rehearsal": True})

    def identify(self) -> Account:
        """The channel itself; ``ForbiddenError`` where its folder can't be written."""
        try:
            self._folder.prepare()
        except OSError as error:
            raise ForbiddenError(f"{self.folder}: {UNWRITABLE}: {error.strerror}") from error
        return Account(
            id=self.context.name, name=self._author, url=self.config.base_url or self._page_url
        )

    def send(self, message: Message, journal: Journal) -> Receipt:
        """Put the post into the folder; a repeat under the same key gives the first one's receipt.

        Raises ``InvalidContentError`` where a picture is gone, ``TransientError`` where the folder
        can't be written (a full disk), ``AmbiguousError`` where the post stands and its page
        couldn't be made: a repeat makes it.
        """
        try:
            self._folder.prepare()
            if self._folder.get(_id_of(message)) is None:
                media = [self._kept(one) for one in message.media]
                self._folder.add(self._record(message, media))
        except OSError as error:
            raise TransientError(f"{self.folder}: {UNWRITABLE}: {error.strerror}") from error
        try:
            self._make_pages(_id_of(message))
            receipt = self._find(_id_of(message))
        except OSError as error:
            raise AmbiguousError(f"{self.folder}: {UNWRITABLE}: {error.strerror}") from error
        if receipt is None:
            raise AmbiguousError(TAKEN_AWAY)
        return receipt

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The post of this key, or ``None``: exact."""
        try:
            return self._find(_id_of(message))
        except OSError as error:
            raise CannotTellError(f"{self.folder}: {UNREADABLE}") from error

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Views, once the outbox has been served; before, no metric is known."""
        now = self.context.clock()
        views = Views(self.folder).counts()
        readings = {}
        for post_id in (receipt.remote_id for receipt in receipts):
            try:
                exists = self._folder.get(post_id) is not None
            except OSError:
                continue
            metrics: dict[Metric, int] = {}
            if exists and views is not None:
                metrics["views"] = views.get(post_id, 0)
            readings[post_id] = Reading(at=now, metrics=metrics, exists=exists)
        return readings

    def delete(self, receipt: Receipt) -> bool:
        """Take the post off the timeline; false where it isn't there."""
        try:
            if self._folder.get(receipt.remote_id) is None:
                return False
            self._folder.remove(receipt.remote_id)
            self._make_pages(receipt.remote_id)
        except OSError as error:
            raise TransientError(f"{self.folder}: {UNWRITABLE}: {error.strerror}") from error
        return True

    @property
    def folder(self) -> Path:
        """Where it publishes; a rehearsal never touches the folder of what is real."""
        own = None if self.config.rehearsal else self.config.folder
        return (own or self.context.workdir).absolute()

    @property
    def _folder(self) -> Folder:
        return Folder(self.folder)

    @property
    def _author(self) -> str:
        return self.config.title or self.context.name

    @property
    def _page_url(self) -> str:
        return (self.folder / "index.html").as_uri()

    def _find(self, post_id: str) -> Receipt | None:
        record = self._folder.get(post_id)
        if record is None:
            return None
        url = (
            f"{self.config.base_url.rstrip('/')}/post/{post_id}"
            if self.config.base_url
            else f"{self._page_url}#post-{post_id}"
        )
        return Receipt(remote_id=post_id, url=url, at=datetime.fromisoformat(record["at"]))

    def _record(self, message: Message, media: list[dict[str, Any]]) -> Record:
        # What draws pages is loaded where something is published, not where limits are asked for.
        from channels.mockups import marked

        dialect = self.dialect_for(self.config)
        written = self.writes_hashtags_for(self.config)
        return {
            "id": _id_of(message),
            "key": message.key,
            "channel": self._author,
            "platform": self.config.like or "outbox",
            "at": self.context.clock().isoformat(),
            "fingerprint": message.fingerprint,
            "language": message.language,
            "title": message.title,
            "summary": message.summary,
            "text": message.body.plain,
            "html": "" if dialect is Dialect.PLAIN else str(marked(message.body, dialect)),
            "link": message.link,
            "media": media,
            "hashtags": [] if written else list(message.hashtags),
            "replies": [reply.plain for reply in message.replies],
            "rehearsal": self.config.rehearsal,
        }

    def _kept(self, medium: Media) -> dict[str, Any]:
        if not medium.path.is_file():
            raise InvalidContentError(f"{medium.path.name}: {GONE}")
        return self._folder.keep_medium(medium)

    def _make_pages(self, post_id: str) -> None:
        self._folder.make_pages(
            post_id,
            title=self._author,
            zone=ZoneInfo(self.config.timezone),
            rehearsal=self.config.rehearsal,
            language=self.config.language,
        )


@cache
def _platform(name: str) -> tuple[type[Channel[Any]], Any]:
    """The adapter of a platform, and its keys as they are where nobody wrote any."""
    adapter = channels.load(name)
    return adapter, adapter.Config.model_construct(adapter=name)


def _id_of(message: Message) -> str:
    return hashlib.sha256(message.key.encode()).hexdigest()[:24]
