"""Publishes to a Telegram channel that a bot administers, through the Bot API.

One message a post: a text, a captioned picture, video or document, or an album. The Bot API can't
be asked what a channel holds, so a lost answer is never sent again by itself; for a public channel
the preview page may still prove that the message is there. The token stands in every address,
which is why all goes through ``channels.web.http``. ``docs/channels/telegram.md`` is its page. What
its errors mean: ``errors.py``. Source: https://core.telegram.org/bots/api.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from channels.base import (
    N_,
    Account,
    Address,
    CannotTellError,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    Dialect,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Message,
    Metric,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
    ZoneName,
    options_of,
)
from channels.telegram.errors import MissingError
from channels.telegram.line import Line
from channels.telegram.options import TelegramOptions
from channels.telegram.preview import Preview, same
from channels.telegram.publishing import published
from channels.telegram.readings import PAGES_A_READING, ids_of, readings
from channels.web.opened import Opened
from channels.web.values import tally

_CLOCKS_APART = timedelta(minutes=1)

_log = logging.getLogger(__name__)


_NO_ADMINISTRATOR = N_("the bot may not post here: make it an administrator who may post messages")
_NOT_IN = N_("the bot is not in this group: add it")


class TelegramConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "telegram"``.

    ``token`` is the bot's. ``chat`` is the channel: ``"@name"``, or its number as a text. Between
    ``silent_from`` and ``silent_to`` (times of day in ``timezone``) posts arrive without a sound.
    ``base_url`` may be a Bot API server of one's own, by https or on this machine; ``preview_url``
    is where public channels can be read.
    """

    adapter: Literal["telegram"] = "telegram"
    token: SecretRef
    chat: Annotated[str, Field(pattern=r"^(@[A-Za-z]\w{3,31}|-?\d{1,20})$")]
    silent_from: time | None = None
    silent_to: time | None = None
    timezone: ZoneName = "Asia/Ho_Chi_Minh"
    base_url: Address = "https://api.telegram.org"
    preview_url: str = "https://t.me"

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.silent_from is None) != (self.silent_to is None):
            raise ValueError("write both silent_from and silent_to, or neither")
        return self


class Adapter(Channel[TelegramConfig]):
    """One Telegram channel. Options of a post: ``pin`` (false), ``silent`` (by the hour),
    ``preview`` (true: a link shows what it leads to)."""

    Config = TelegramConfig
    Options = TelegramOptions
    look: ClassVar[Look] = Look("Telegram", "#1a77ac", "bubble")
    metrics: ClassVar[frozenset[Metric]] = frozenset({"views"})
    access: ClassVar[tuple[str, ...]] = (
        N_("In Telegram write to @BotFather, send /newbot, and copy the token that it gives."),
        N_("Add the bot to your channel as an administrator who may post messages."),
    )
    dialect = Dialect.INLINE_HTML
    settlement: ClassVar[Settlement] = Settlement.NONE
    reads_at_once: ClassVar[int] = PAGES_A_READING

    def __init__(self, config: TelegramConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Opened(self._opening, lambda line: line.http.close())
        self._chat: Mapping[str, Any] | None = None

    @classmethod
    def limits(cls, config: TelegramConfig) -> Limits:  # noqa: ARG003 -- the same for all
        return Limits(
            text_max=4_096,
            caption_max=1_024,
            images_max=10,
            image_formats=frozenset({"image/jpeg", "image/png", "image/webp"}),
            image_max_bytes=10 * 1024 * 1024,
            image_max_sides=10_000,
            image_ratio=(1 / 20, 20),
            videos_max=10,
            video_max_bytes=50 * 1024 * 1024,
            mixes_media=True,
            documents_max=10,
            document_max_bytes=50 * 1024 * 1024,
            min_gap_s=3.0,  # 20 messages a minute to one chat
        )

    # -- the verbs --------------------------------------------------------------------------------

    def identify(self) -> Account:
        """The channel, as the bot sees it; ``ForbiddenError`` where the bot may not post there."""
        bot = self._line().ask_object("getMe")
        chat = self._known_chat(fresh=True)
        member = self._line().ask_object("getChatMember", chat_id=chat["id"], user_id=bot.get("id"))
        status = str(member.get("status"))
        if chat.get("type") == "channel" and not (
            status == "administrator" and member.get("can_post_messages")
        ):
            raise ForbiddenError(f"{self._name(chat)}: {_NO_ADMINISTRATOR}: @{bot.get('username')}")
        if status in ("left", "kicked"):
            raise ForbiddenError(f"{self._name(chat)}: {_NOT_IN}: @{bot.get('username')}")
        return Account(
            id=str(chat["id"]),
            name=self._name(chat),
            url=f"https://t.me/{chat['username']}" if chat.get("username") else "",
            followers=self._followers(),
        )

    def send(self, message: Message, journal: Journal) -> Receipt:
        options = options_of(message, TelegramOptions)
        noted = journal.get("sent")
        if noted is None:
            silent = self._is_silent_now() if options.silent is None else options.silent
            sent = published(message, options, self._chat_id, self._line(), silent=silent)
            noted = json.dumps(sent)
            journal.put("sent", noted)
        sent = json.loads(noted)
        if options.pin:
            self._pin(sent["ids"][0])
        return self._receipt(sent)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt, where it was noted or the public preview shows the text; absence from the
        preview proves nothing, so ``None`` is never given."""
        noted = journal.get("sent")
        if noted is not None:
            return self._receipt(json.loads(noted))
        name = self._known_chat().get("username")
        if name and message.body.plain.strip():
            for seen in reversed(self._preview(str(name)).page()):
                if seen.at is None or seen.at < since - _CLOCKS_APART:
                    continue
                if same(message.body.plain, seen.text):
                    found = {"ids": seen.message_ids, "at": seen.at.timestamp(), "name": name}
                    journal.put("sent", json.dumps(found))
                    return self._receipt(found)
        raise CannotTellError("Telegram can't be asked what a channel holds")

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Views, for public channels; the Bot API tells nothing else."""
        name = self._known_chat().get("username")
        if not name:
            return {}
        return readings(self._preview(str(name)), receipts, self.context.clock())

    def delete(self, receipt: Receipt) -> bool:
        """True where the message is gone; false where Telegram keeps it (too old, or no right)."""
        for number in ids_of(receipt):
            try:
                self._line().ask("deleteMessage", chat_id=self._chat_id, message_id=number)
            except MissingError:
                continue
            except (InvalidContentError, ForbiddenError):
                return False
        return True

    def close(self) -> None:
        self._line.close()

    # -- publishing -------------------------------------------------------------------------------

    def _pin(self, number: int) -> None:
        # The post is out: a pin that fails must not put that in doubt, nor send it again.
        try:
            self._line().ask("pinChatMessage", chat_id=self._chat_id, message_id=number)
        except ChannelError as error:
            _log.warning("%s: %s is sent but not pinned: %s", self.context.name, number, error)

    def _is_silent_now(self) -> bool:
        start, end = self.config.silent_from, self.config.silent_to
        if start is None or end is None:
            return False
        now = self.context.clock().astimezone(ZoneInfo(self.config.timezone)).time()
        return start <= now < end if start <= end else now >= start or now < end

    def _receipt(self, sent: Mapping[str, Any]) -> Receipt:
        first, name = sent["ids"][0], sent["name"]
        inner = str(sent.get("chat", "")).removeprefix("-100")
        url = f"{self.config.preview_url}/{name}/{first}"
        if not name:
            url = f"https://t.me/c/{inner}/{first}"  # for members only
        remote_id = ",".join(str(number) for number in sent["ids"])
        return Receipt(remote_id, url, datetime.fromtimestamp(sent["at"], UTC))

    # -- asking -----------------------------------------------------------------------------------

    @property
    def _chat_id(self) -> str | int:
        """The channel that ``identify`` proved: its name may be given to another one since."""
        return self.config.chat if self._chat is None else int(self._chat["id"])

    def _known_chat(self, *, fresh: bool = False) -> Mapping[str, Any]:
        if self._chat is None or fresh:
            chat = self._line().ask_object("getChat", chat_id=self.config.chat)
            if not isinstance(chat.get("id"), int):
                raise TransientError("Telegram: getChat told of no chat")
            self._chat = chat
        return self._chat

    def _followers(self) -> int | None:
        found = self._line().ask("getChatMemberCount", chat_id=self.config.chat)
        return tally(found)

    @staticmethod
    def _name(chat: Mapping[str, Any]) -> str:
        return f"@{chat['username']}" if chat.get("username") else str(chat.get("title", ""))

    def _preview(self, name: str) -> Preview:
        return Preview(self._line().http, self.config.preview_url, name)

    def _opening(self) -> Line:
        token, keys = self.context.secret(self.config.token), self.config
        return Line(self.context.clock, keys.timeout_s, keys.base_url, token)
