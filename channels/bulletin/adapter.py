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

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from channels.base import (
    N_,
    Account,
    AmbiguousError,
    CannotTellError,
    CardSize,
    Channel,
    ChannelError,
    Context,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Message,
    Receipt,
    Settlement,
    Text,
    TransientError,
)
from channels.bulletin.config import BulletinConfig
from channels.bulletin.desk import Desk
from channels.bulletin.sheet import Item
from channels.bulletin.spoken import reading_s, spoken, syllables
from channels.reasons import UNREADABLE, UNWRITABLE
from channels.web.http import HttpSession
from channels.web.opened import Opened
from channels.web.webhooks import Receiver, webhook_id

_SILENT = 50
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_SLOT = "slot"
_TAKEN = "webhook took it"
_PERHAPS, _YES = "perhaps", "yes"

_LONG_ALOUD = N_("it takes too long to read aloud: shorten the text")


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
        self._desk = Desk(config, context.workdir)
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
        return config.model_copy(update={"folder": folder, "url": None, "secret": None})

    # -- the verbs --------------------------------------------------------------------------------

    def identify(self) -> Account:
        """The desk itself; ``ForbiddenError`` where its folder can't be written. A webhook can't be
        asked anything without being sent a post, so only its secret's form is proved."""
        if self.config.url:
            self._receiver()
        try:
            self._desk.prepare()
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
        there = self._there(number)
        item = there or self._item(number, message, self._slot(journal))
        if self.config.url and there is None and journal.get(_TAKEN) != _YES:
            self._give(number, self._told(item, message), journal)
        try:
            self._desk.prepare()
            if there is None:
                self._desk.keep(item)
        except OSError as error:
            why = error.strerror
        else:
            return self._published(item)
        raise TransientError(f"{self.config.folder}: {UNWRITABLE}: {why}")

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The post of this key, or ``None``: exact, but for what only the webhook may have."""
        item = self._there(webhook_id(message.key))
        if item is None and self.config.url:
            raise CannotTellError("the webhook can't be asked what it was sent")
        return self._receipt(item) if item else None

    def delete(self, receipt: Receipt) -> bool:
        """Take the post out of its slot's text; false where it isn't there, or a webhook has it."""
        item = self._there(receipt.remote_id)
        if item is None or self.config.url:
            return False
        try:
            self._desk.remove(item)
        except OSError as error:
            why = error.strerror
        else:
            return True
        raise TransientError(f"{self.config.folder}: {UNWRITABLE}: {why}")

    def close(self) -> None:
        self._receiver.close()

    def _check(self, message: Message) -> None:
        limits = self.limits(self.config)
        if limits.measure(message.body.plain) > (limits.text_max or 0):
            raise InvalidContentError(f"{_LONG_ALOUD}: {self.config.seconds_max:g} s")

    # -- the slot ---------------------------------------------------------------------------------

    def _slot(self, journal: Journal) -> str:
        """When it is read, as ``2027-10-10T05:30``: the same in every attempt, unless that is over
        and the webhook wasn't told of it. Nobody reads what is put into a slot that is over."""
        noted, now = journal.get(_SLOT), self.context.clock()
        is_told = bool(journal.get(_TAKEN))
        if noted is None or (not is_told and self._desk.moment(noted) <= now):
            noted = self._desk.next_slot(now)
            journal.put(_SLOT, noted)
        return noted

    def _give(self, number: str, told: Mapping[str, object], journal: Journal) -> None:
        """Have the webhook take the post; what may have been taken stays noted as such."""
        doubted = bool(journal.get(_TAKEN))
        journal.put(_TAKEN, _PERHAPS)
        try:
            self._receiver().give(number, told, self.context.clock())
        except AmbiguousError:
            raise
        except ChannelError:
            if not doubted:
                journal.put(_TAKEN, "")
            raise
        journal.put(_TAKEN, _YES)

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
            "slot": self._desk.moment(item.slot).isoformat(),
            "title": item.title,
            "text": item.text,
            "written": message.body.plain,
            "reading_s": item.seconds,
            "language": message.language,
        }

    # -- parts ------------------------------------------------------------------------------------

    def _there(self, number: str) -> Item | None:
        """The post of ``number``, where it lies on the desk."""
        try:
            return self._desk.get(number)
        except OSError as error:
            why = error.strerror
        raise TransientError(f"{self.context.workdir}: {UNREADABLE}: {why}")

    def _published(self, item: Item) -> Receipt:
        try:
            self._desk.write(item.slot)
        except OSError as error:
            why = error.strerror
        else:
            return self._receipt(item)
        raise AmbiguousError(f"{self._desk.file(item.slot)}: {UNWRITABLE}: {why}")

    def _receipt(self, item: Item) -> Receipt:
        url = self._desk.file(item.slot).absolute().as_uri()
        return Receipt(item.number, url, datetime.fromisoformat(item.at))

    def _opening(self) -> Receiver:
        secret = self.context.secret(self.config.secret or "")
        http = HttpSession(self.context.clock, self.config.timeout_s, secrets=[secret])
        return Receiver(http, self.config.url or "", secret)
