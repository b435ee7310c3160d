"""Puts posts before the announcer of a commune's loudspeaker, as texts to read aloud.

A post goes into the text of the next slot after it falls due: one file a slot, with the day, the
reading time, and every number, date and abbreviation in words, so that whoever is at the microphone
(or a machine that reads) needs to guess nothing. The same goes to a webhook where one is named.

A repeat under ``Message.key`` finds its post in its first slot and changes nothing, and the
webhook's receiver drops it by its id (settlement: native key). UNVERIFIED: that people read 160
syllables a minute aloud is a guess of ours; ``a_minute`` says otherwise.
``docs/channels/bulletin.md`` is its page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from channels._records import Records
from channels.base import (
    N_,
    Account,
    AmbiguousError,
    CannotTellError,
    CardSize,
    Channel,
    ChannelConfig,
    Context,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Message,
    Receipt,
    SecretRef,
    Settlement,
    Text,
    TransientError,
    ZoneName,
)
from channels.bulletin.sheet import Item, sheet
from channels.bulletin.spoken import reading_s, spoken, syllables
from channels.reasons import UNWRITABLE
from channels.web.http import HttpSession
from channels.web.opened import Opened
from channels.web.webhooks import Receiver, require_protected, webhook_id

_SILENT = 50
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_SLOT = "slot"
_TAKEN = "webhook took it"


_LONG_ALOUD = N_("it takes too long to read aloud: shorten the text")


class BulletinConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "bulletin"``.

    ``folder`` is where the slots' texts are put, ``slots`` the times of day at which they are read.
    ``seconds_max`` is how long one post may take to read. ``intro`` and ``outro`` are read before
    and after a slot's posts. ``abbreviations`` are the office's own, in words. ``url`` also sends
    each post to a webhook, signed with ``secret``, which drops a repeat for ``remembers_s``.
    """

    adapter: Literal["bulletin"] = "bulletin"
    folder: Path
    slots: tuple[Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")], ...] = Field(
        ("05:30", "17:00"), min_length=1
    )
    timezone: ZoneName = "Asia/Ho_Chi_Minh"
    a_minute: float = Field(160, ge=60, le=400)
    seconds_max: float = Field(240, ge=10)
    intro: str = ""
    outro: str = ""
    abbreviations: dict[str, str] = Field(default_factory=dict)
    url: str = ""
    secret: SecretRef | None = None
    remembers_s: float = Field(300.0, ge=0)

    @field_validator("url")
    @classmethod
    def _is_protected(cls, url: str) -> str:
        return require_protected(url) if url else url

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.url and self.secret is None:
            raise ValueError("a webhook needs its secret")
        return self


class Adapter(Channel[BulletinConfig]):
    """One announcer's desk."""

    Config = BulletinConfig
    look: ClassVar[Look] = Look("Loa truyền thanh", "#8a3b12", "mail", headed=True)
    card_size: ClassVar[CardSize | None] = None
    video_shape = None
    settlement: ClassVar[Settlement] = Settlement.NATIVE_KEY
    writes_hashtags: ClassVar[bool] = False

    def __init__(self, config: BulletinConfig, context: Context) -> None:
        super().__init__(config, context)
        if config.url:
            self.key_lifetime = timedelta(seconds=config.remembers_s)
        self._receiver = Opened(self._opening, Receiver.close)

    @classmethod
    def limits(cls, config: BulletinConfig) -> Limits:
        """So many syllables as can be read in ``seconds_max``. Pictures and videos are let through
        and left out: nobody misses them at a loudspeaker."""
        return Limits(
            images_max=_SILENT,
            image_formats=_PICTURES,
            videos_max=_SILENT,
            mixes_media=True,
            text_max=int(config.a_minute * config.seconds_max / 60),
            measure=lambda text: syllables(spoken(text, config.abbreviations)),
            unit="syllables",
        )

    @classmethod
    def as_read(cls, config: BulletinConfig, message: Message) -> Message:
        """In words: the title and the text, and nothing of what can't be read aloud."""
        text = spoken(message.body.plain, config.abbreviations)
        title = spoken(message.title, config.abbreviations)
        body = Text(text, text)
        return replace(message, title=title, body=body, summary="", link="", media=(), hashtags=())

    @classmethod
    def rehearsed(cls, config: BulletinConfig, folder: Path) -> BulletinConfig:
        """Sheets in ``folder``, and no webhook."""
        return config.model_copy(update={"folder": folder, "url": "", "secret": None})

    # -- the verbs --------------------------------------------------------------------------------

    def identify(self) -> Account:
        """The desk itself; ``ForbiddenError`` where its folder can't be written. A webhook can't be
        asked anything without being sent a post, so only its secret's form is proved."""
        if self.config.url:
            self._receiver()
        try:
            self._prepare()
        except OSError as error:
            why = error.strerror
        else:
            name = self.config.title or self.context.name
            return Account(id=self.context.name, name=name)
        raise ForbiddenError(f"{self.config.folder}: {UNWRITABLE}: {why}")

    def send(self, message: Message, journal: Journal) -> Receipt:
        """Put the post into its slot's text, after the webhook took it.

        Raises as ``HttpSession`` does, ``InvalidContentError`` where it takes too long to read,
        ``TransientError`` where the disk doesn't take it, and
        ``AmbiguousError`` where the post is kept and the slot's text couldn't be made.
        """
        self._check(message)
        number = webhook_id(message.key)
        there = self._items.get(number)
        item = there or self._item(number, message, self._slot(journal))
        if self.config.url and there is None and journal.get(_TAKEN) is None:
            self._receiver().give(number, self._told(item, message), self.context.clock())
            journal.put(_TAKEN, "yes")
        try:
            self._prepare()
            if there is None:
                self._items.keep(item)
        except OSError as error:
            why = f"{self.config.folder} can't be written: {error.strerror}"
        else:
            return self._published(item)
        raise TransientError(why)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The post of this key, or ``None``: exact, but for what only the webhook may have."""
        item = self._items.get(webhook_id(message.key))
        if item is None and self.config.url:
            raise CannotTellError("the webhook can't be asked what it was sent")
        return self._receipt(item) if item else None

    def delete(self, receipt: Receipt) -> bool:
        """Take the post out of its slot's text; false where it isn't there, or a webhook has it."""
        item = self._items.get(receipt.remote_id)
        if item is None or self.config.url:
            return False
        try:
            self._items.remove(item.number)
            self._write(item.slot)
        except OSError as error:
            why = f"{self.config.folder} can't be written: {error.strerror}"
        else:
            return True
        raise TransientError(why)

    def close(self) -> None:
        self._receiver.close()

    def _check(self, message: Message) -> None:
        limits = self.limits(self.config)
        if limits.measure(message.body.plain) > (limits.text_max or 0):
            raise InvalidContentError(f"{_LONG_ALOUD}: {self.config.seconds_max:g} s")

    # -- the slot ---------------------------------------------------------------------------------

    def _slot(self, journal: Journal) -> str:
        """When it is read, as ``2027-10-10T05:30``: the same in every attempt."""
        noted = journal.get(_SLOT)
        if noted is None:
            noted = next_slot(
                self.context.clock().astimezone(ZoneInfo(self.config.timezone)), self.config.slots
            )
            journal.put(_SLOT, noted)
        return noted

    def _item(self, number: str, message: Message, slot: str) -> Item:
        own = self.config.abbreviations
        text = spoken(message.body.plain, own)
        title = spoken(message.title, own)
        return Item(
            number=number,
            slot=slot,
            title=title,
            text=text,
            seconds=round(reading_s(f"{title} {text}", self.config.a_minute)),
            at=self.context.clock().isoformat(),
        )

    def _told(self, item: Item, message: Message) -> dict[str, object]:
        return {
            "id": item.number,
            "slot": self._moment(item.slot).isoformat(),
            "title": item.title,
            "text": item.text,
            "written": message.body.plain,
            "reading_s": item.seconds,
            "language": message.language,
        }

    def _moment(self, slot: str) -> datetime:
        return datetime.fromisoformat(slot).replace(tzinfo=ZoneInfo(self.config.timezone))

    # -- the desk ---------------------------------------------------------------------------------

    @property
    def _items(self) -> Records[Item]:
        return Records(self.context.workdir / "items", lambda kept: Item(**kept))

    def _prepare(self) -> None:
        self._items.prepare()
        self.config.folder.mkdir(parents=True, exist_ok=True)

    def _published(self, item: Item) -> Receipt:
        try:
            self._write(item.slot)
        except OSError as error:
            why = error.strerror
        else:
            return self._receipt(item)
        raise AmbiguousError(f"{self._file(item.slot)}: {why}")

    def _write(self, slot: str) -> None:
        # One process at a time: else the last to write might have listed too early.
        with self._items.alone():
            items = [one for one in self._items.each() if one.slot == slot]
            sheet(
                self._file(slot),
                sorted(items, key=lambda one: (one.at, one.number)),
                moment=self._moment(slot),
                intro=spoken(self.config.intro, self.config.abbreviations),
                outro=spoken(self.config.outro, self.config.abbreviations),
                a_minute=self.config.a_minute,
            )

    def _file(self, slot: str) -> Path:
        """One folder a day, one file a slot: ``2027-10-10/0530.txt``."""
        day, _, at = slot.partition("T")
        return self.config.folder / day / f"{at.replace(':', '')}.txt"

    def _receipt(self, item: Item) -> Receipt:
        url = self._file(item.slot).absolute().as_uri()
        return Receipt(item.number, url, datetime.fromisoformat(item.at))

    def _opening(self) -> Receiver:
        secret = self.context.secret(self.config.secret or "")
        http = HttpSession(self.context.clock, self.config.timeout_s, secrets=[secret])
        return Receiver(http, self.config.url, secret)


def next_slot(now: datetime, slots: tuple[str, ...]) -> str:
    """The slot that comes next after ``now`` (aware, in the slots' own zone), today or tomorrow."""
    times = sorted(time.fromisoformat(one) for one in slots)
    day: date = now.date()
    at = next((one for one in times if one > now.time()), None)
    if at is None:
        day, at = day + timedelta(days=1), times[0]
    return f"{day.isoformat()}T{at:%H:%M}"
