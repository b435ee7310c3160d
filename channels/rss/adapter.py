"""Publishes an Atom or RSS feed, one file for any web site to embed.

Posts are kept one by one in the channel's working folder, and the feed file is made of the newest
of them, whole or not at all, each time one is added or taken away. A post's id derives from
``Message.key`` (a tag URI, RFC 4151), so a repeat finds its post and changes nothing (settlement:
native key). Pictures lie in a folder beside the feed. ``docs/channels/rss.md`` is its page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj
from typing import Annotated, ClassVar, Literal
from urllib.parse import urljoin, urlsplit

from pydantic import Field

from channels._records import Records
from channels.base import (
    Account,
    AmbiguousError,
    CannotTellError,
    CardSize,
    Channel,
    ChannelConfig,
    Dialect,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Media,
    Message,
    Receipt,
    Settlement,
    TransientError,
)
from channels.durable import written
from channels.reasons import GONE, TAKEN_AWAY, UNREADABLE, UNWRITABLE
from channels.rss.feed import Entry, Image, drawn, entry_of

_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}
_PUBLIC = 0o644
_TITLE_MAX = 80


class RssConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "rss"``.

    ``file`` is the feed's file, in a folder that a web server serves; ``url`` the address at which
    it does, for ever: readers' programs know the feed by it. ``site`` is the web site it belongs
    to. ``size`` is how many posts the feed shows, the newest ones.
    """

    adapter: Literal["rss"] = "rss"
    file: Path
    url: Annotated[str, Field(pattern=r"^https?://[^\s/]+/\S*$")]
    site: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    description: str = ""
    format: Literal["atom", "rss"] = "atom"
    size: int = Field(50, ge=1, le=1_000)
    language: str = "vi"


class Adapter(Channel[RssConfig]):
    """One feed."""

    Config = RssConfig
    look: ClassVar[Look] = Look("RSS", "#a84a00", "article", headed=True)
    card_size: ClassVar[CardSize | None] = "wide"
    dialect: ClassVar[Dialect] = Dialect.HTML
    settlement: ClassVar[Settlement] = Settlement.NATIVE_KEY
    writes_hashtags: ClassVar[bool] = False

    @classmethod
    def limits(cls, config: RssConfig) -> Limits:  # noqa: ARG003 -- all feeds are alike
        return Limits(images_max=20, image_formats=frozenset(_SUFFIXES))

    @classmethod
    def rehearsed(cls, config: RssConfig, folder: Path) -> RssConfig:
        """A feed of the same name in ``folder``."""
        return config.model_copy(update={"file": folder / config.file.name})

    def identify(self) -> Account:
        """The feed itself; ``ForbiddenError`` where its folder can't be written."""
        try:
            self._prepare()
        except OSError as error:
            why = error.strerror
        else:
            return Account(id=self.config.url, name=self._title, url=self.config.url)
        raise ForbiddenError(f"{self.config.file.parent}: {UNWRITABLE}: {why}")

    def send(self, message: Message, journal: Journal) -> Receipt:
        """Add the post to the feed; a repeat under the same key gives the first one's receipt.

        Raises ``InvalidContentError`` where a picture is gone, ``TransientError`` where the disk
        doesn't take it, ``AmbiguousError`` where the post is kept and the feed couldn't be made.
        """
        number = _number_of(message)
        try:
            self._prepare()
            if self._entries.get(number) is None:
                self._entries.keep(self._entry(number, message))
        except OSError as error:
            why = error.strerror
        else:
            return self._published(number)
        raise TransientError(f"{self.config.file.parent}: {UNWRITABLE}: {why}")

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The post of this key, or ``None``: exact."""
        try:
            entry = self._entries.get(_number_of(message))
        except OSError:
            pass  # raised below, so that nothing stands behind the error
        else:
            return self._receipt(entry) if entry else None
        raise CannotTellError(f"{self.context.workdir}: {UNREADABLE}")

    def delete(self, receipt: Receipt) -> bool:
        """Take the post out of the feed; false where it isn't in it."""
        try:
            gone = self._entries.remove(receipt.remote_id)
            self._draw()
        except OSError as error:
            why = error.strerror
        else:
            return gone
        raise TransientError(f"{self.config.file.parent}: {UNWRITABLE}: {why}")

    # -- parts ------------------------------------------------------------------------------------

    @property
    def _title(self) -> str:
        return self.config.title or self.context.name

    @property
    def _entries(self) -> Records[Entry]:
        return Records(self.context.workdir / "entries", entry_of)

    @property
    def _pictures(self) -> Path:
        return self.config.file.with_name(f"{self.config.file.stem}-media")

    def _prepare(self) -> None:
        self._entries.prepare()
        self._pictures.mkdir(parents=True, exist_ok=True)

    def _published(self, number: str) -> Receipt:
        try:
            self._draw()
            entry = self._entries.get(number)
        except OSError as error:
            why = f"{UNWRITABLE}: {error.strerror}"
        else:
            if entry is not None:
                return self._receipt(entry)
            why = TAKEN_AWAY
        raise AmbiguousError(f"{self.config.file}: {why}")

    def _draw(self) -> None:
        # One process at a time: else the last to write might have listed too early.
        with self._entries.alone():
            newest = sorted(self._entries.each(), key=lambda one: (one.at, one.number))
            feed = drawn(
                newest[-self.config.size :],
                title=self._title,
                url=self.config.url,
                site=self.config.site or self._home,
                description=self.config.description,
                language=self.config.language,
                atom=self.config.format == "atom",
                tag=self._tag,
            )
            with written(self.config.file, _PUBLIC) as file:
                file.write(feed.encode())

    def _entry(self, number: str, message: Message) -> Entry:
        return Entry(
            number=number,
            title=message.title or _first_words(message.body.plain),
            html=message.body.written,
            summary=message.summary,
            link=message.link,
            at=self.context.clock().astimezone(UTC).isoformat(),
            categories=message.hashtags,
            images=self._laid_out(message.media),
        )

    def _laid_out(self, media: Sequence[Media]) -> tuple[Image, ...]:
        """The pictures, put beside the feed under names made of their content."""
        found = []
        for one in media:
            if not one.path.is_file():
                raise InvalidContentError(f"{one.path.name}: {GONE}")
            name = f"{one.sha256[:32]}{_SUFFIXES.get(one.mime, '')}"
            place = self._pictures / name
            if not place.exists():
                with one.path.open("rb") as file, written(place, _PUBLIC) as copy:
                    copyfileobj(file, copy)
            url = urljoin(self.config.url, f"{self._pictures.name}/{name}")
            found.append(Image(url, one.alt, one.mime, one.size_bytes))
        return tuple(found)

    def _receipt(self, entry: Entry) -> Receipt:
        return Receipt(entry.number, entry.link or self._home, datetime.fromisoformat(entry.at))

    def _tag(self, entry: Entry) -> str:
        host = urlsplit(self.config.url).hostname or ""
        return f"tag:{host},{entry.at[:4]}:{entry.number}"

    @property
    def _home(self) -> str:
        return self.config.site or urljoin(self.config.url, "/")


def _number_of(message: Message) -> str:
    return hashlib.sha256(message.key.encode()).hexdigest()[:24]


def _first_words(text: str) -> str:
    """A title for a post that has none: how it begins."""
    line = " ".join(text.split())
    if len(line) <= _TITLE_MAX:
        return line
    return line[:_TITLE_MAX].rsplit(" ", 1)[0] + "…"
