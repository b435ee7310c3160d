"""Publishes to one channel of a Discord server, by the office's bot, through its HTTP API.
(https://docs.discord.com/developers/resources/message)

By a bot and not by a webhook of the channel: a webhook can't list what it sent, knows no nonce and
no member count, so every lost answer would be a person's to settle.

Discord drops a repeat under ``nonce`` with ``enforce_nonce``, but only "in the past few minutes",
and doesn't keep the nonce with the message. So it is sent, and not relied upon: a doubt is settled
by a look through the channel, down to its last message from before the first attempt (which is
noted, so that no clock matters). Ours is what the bot wrote since then with the same words, or with
files of the delivery's own name.

UNVERIFIED: which characters Discord strips (letters and digits alone are compared); whether file
names of a-z, 0-9 and "-" are kept as they are; whether a missing right goes before "unknown
message"; how far boosts of a server lift the size of a request (``post_max_bytes``).
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar

from channels.base import (
    N_,
    Account,
    CannotTellError,
    Channel,
    ChannelError,
    Context,
    CredentialsExpiredError,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Message,
    Metric,
    RateLimitedError,
    Reading,
    Receipt,
    Settlement,
    TransientError,
    options_of,
)
from channels.discord.errors import MissingError
from channels.discord.line import Line
from channels.discord.options import DiscordConfig, DiscordOptions
from channels.discord.wording import digest, in_markdown, measure
from channels.doubts import or_cannot_tell
from channels.web.pace import Pace, number
from channels.web.uploads import content_of
from channels.web.values import held, lasting, moment, name_of, objects, whole

TEXT_MAX = 2_000  # code points: the API counts as Python does (discord-api-docs, issue 1315)
FILES_MAX = 10
NONCE_MAX = 25
PAGES = 20  # of a hundred messages each, when one is looked for
SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS = 1 << 2, 1 << 12
SHOWN = "https://discord.com/channels"
EPOCH_MS = 1_420_070_400_000  # snowflakes count from the first second of 2015
CLOCKS_APART = timedelta(minutes=2)


class Adapter(Channel[DiscordConfig]):
    """One channel of one server, and the bot that posts to it."""

    Config = DiscordConfig
    Options = DiscordOptions
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    metrics: ClassVar[frozenset[Metric]] = frozenset({"reactions", "comments"})
    reads_at_once: ClassVar[int] = 10
    look: ClassVar[Look] = Look("Discord", "#4752c4", "bubble")
    access: ClassVar[tuple[str, ...]] = (
        N_("In Discord's developer portal, make an application, and copy the token of its bot."),
        N_(
            "Let the bot into the server, with View Channel, Send Messages, Attach Files, Embed "
            "Links and Read Message History in the channel, and nothing else."
        ),
    )

    def __init__(self, config: DiscordConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Line(config, context)
        self._pace = Pace(context.clock, "Discord")

    @classmethod
    def limits(cls, config: DiscordConfig) -> Limits:
        return Limits(
            text_max=TEXT_MAX,
            measure=measure,
            images_max=FILES_MAX,  # together with films
            image_formats=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
            image_max_bytes=config.file_max_bytes,
            videos_max=FILES_MAX,
            video_formats=frozenset({"video/mp4", "video/webm"}),
            video_max_bytes=config.file_max_bytes,
            mixes_media=True,
            documents_max=FILES_MAX,
            document_max_bytes=config.file_max_bytes,
            alt_max=1_024,
        )

    def identify(self) -> Account:
        bot, place = self._line.bot(), self._line.place()
        guild = self._line.ask(
            "GET", f"/guilds/{place['guild_id']}", params={"with_counts": "true"}
        )
        if place.get("last_message_id"):
            # A bot without the right to read is shown no messages rather than told so.
            with suppress(MissingError):
                self._line.ask(
                    "GET", f"/channels/{self.config.channel}/messages/{place['last_message_id']}"
                )
        return Account(
            id=f"{bot}@{self.config.channel}",
            name=f"{guild.get('name') or ''} #{place.get('name') or ''}",
            url=f"{SHOWN}/{place['guild_id']}/{self.config.channel}",
            followers=whole(guild.get("approximate_member_count")),
        )

    def send(self, message: Message, journal: Journal) -> Receipt:
        if (known := _known(journal)) is not None:
            return known
        if sum(each.size_bytes for each in message.media) > self.config.post_max_bytes:
            raise InvalidContentError(N_("the files of this post are too large together"))
        body = self._body(message)
        self._pace.mind()
        place, begun = self._line.place(), _begun(journal)
        if begun.get("channel") != self.config.channel:
            begun = {"channel": self.config.channel}
            begun["after"] = str(place.get("last_message_id") or 0)
        journal.put("begun", json.dumps(begun | {"words": digest(body["content"])}))
        told = self._post(message, body)
        return self._noted(told, place, journal)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        known, begun = _known(journal), _begun(journal)
        if known is not None:
            return known
        if begun.get("channel", self.config.channel) != self.config.channel:
            raise CannotTellError(N_("it was begun in another channel of Discord"))
        after = int(begun.get("after") or _first_after(since - CLOCKS_APART))
        return or_cannot_tell(lambda: self._looked_for(message, after, begun, journal))

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        found: dict[str, Reading] = {}
        for receipt in receipts:
            now = self.context.clock()
            try:
                told = self._line.ask("GET", _path_of(receipt))
                found[receipt.remote_id] = Reading(now, _metrics(told))
            except MissingError:
                found[receipt.remote_id] = Reading(now, exists=False)
            except (RateLimitedError, CredentialsExpiredError):
                raise
            except ChannelError:
                continue
        return found

    def delete(self, receipt: Receipt) -> bool:
        with suppress(MissingError), self._line.harmless():
            self._line.answer("DELETE", _path_of(receipt))
        return True

    def close(self) -> None:
        self._line.close()

    # -- parts ------------------------------------------------------------------------------------

    def _body(self, message: Message) -> dict[str, Any]:
        wishes = options_of(message, DiscordOptions)
        preview = self.config.preview if wishes.preview is None else wishes.preview
        silent = self.config.silent if wishes.silent is None else wishes.silent
        return {
            "content": in_markdown(message.body.plain),
            "nonce": self._mark(message),
            "enforce_nonce": True,
            # Whatever stands in a post, nobody is rung by it.
            "allowed_mentions": {"parse": []},
            "flags": (not preview) * SUPPRESS_EMBEDS | silent * SUPPRESS_NOTIFICATIONS,
        }

    def _post(self, message: Message, body: dict[str, Any]) -> dict[str, Any]:
        files, said, mark = [], [], self._mark(message)
        for n, media in enumerate(message.media):
            name = f"{mark}-{n}{mimetypes.guess_extension(media.mime) or media.path.suffix}"
            files.append((f"files[{n}]", (name, content_of(media), media.mime)))
            title = {"title": media.alt} if media.kind == "application" else {}
            said.append({"id": n, "filename": name, "description": media.alt, **title})
        path = f"/channels/{self.config.channel}/messages"
        if not files:
            answer = self._line.answer("POST", path, json=body)
        else:
            payload = ("payload_json", (None, json.dumps(body | {"attachments": said})))
            answer = self._line.answer("POST", path, files=[payload, *files])
        left, reset = (
            answer.headers.get(f"X-RateLimit-{each}") for each in ("Remaining", "Reset-After")
        )
        wait = lasting(number((reset or "").partition(".")[0]))
        if wait is not None:
            self._pace.left(number(left), self.context.clock() + wait + timedelta(seconds=1))
        return self._line.object(answer, "id")

    def _looked_for(
        self, message: Message, after: int, begun: Mapping[str, str], journal: Journal
    ) -> Receipt | None:
        """The message among those with a higher number than ``after``."""
        words = {digest(in_markdown(message.body.plain)), begun.get("words", "")} - {""}
        bot, place = self._line.bot(), self._line.place()
        before = 0
        for _ in range(PAGES):
            page = self._line.page(before)
            for each in page:
                if after < _number(each) and self._is_ours(each, bot, words, message):
                    return self._noted(each, place, journal)
            if not page and not before and place.get("last_message_id"):
                raise CannotTellError(N_("the bot may not read this channel's history"))
            before = min((_number(each) for each in page), default=0)
            if before <= after:
                return None
        raise CannotTellError(N_("too much was written in this channel since"))

    def _is_ours(self, told: dict[str, Any], bot: str, words: set[str], message: Message) -> bool:
        if name_of(held(told.get("author")), "Discord") != bot:
            return False
        files = objects(told.get("attachments"))
        mark = self._mark(message)
        return any(mark in str(each.get("filename")) for each in files) or (
            len(files) == len(message.media) and digest(str(told.get("content"))) in words
        )

    def _noted(self, told: dict[str, Any], place: dict[str, Any], journal: Journal) -> Receipt:
        at = moment(told.get("timestamp")) or self.context.clock()
        url = f"{SHOWN}/{place['guild_id']}/{self.config.channel}/{told['id']}"
        receipt = Receipt(f"{self.config.channel}-{told['id']}", url, at)
        journal.put("sent", json.dumps([receipt.remote_id, url, at.isoformat()]))
        return receipt

    def _mark(self, message: Message) -> str:
        """What names the delivery at Discord: its nonce, and how its files' names begin."""
        named = f"{self.config.channel}\n{message.key}"
        return hashlib.sha256(named.encode()).hexdigest()[:NONCE_MAX]


def _known(journal: Journal) -> Receipt | None:
    noted = journal.get("sent")
    if noted is None:
        return None
    remote_id, url, at = json.loads(noted)
    return Receipt(remote_id, url, datetime.fromisoformat(at))


def _begun(journal: Journal) -> dict[str, str]:
    begun: dict[str, str] = json.loads(journal.get("begun") or "{}")
    return begun


def _first_after(at: datetime) -> int:
    return max(int(at.timestamp() * 1000) - EPOCH_MS, 0) << 22


def _number(told: Mapping[str, Any]) -> int:
    """A message's id as the number that it is; likewise raises ``TransientError``."""
    name = name_of(told, "Discord")
    if not name.isdecimal():
        raise TransientError(N_("Discord: it shows a message without its id"))
    return int(name)


def _path_of(receipt: Receipt) -> str:
    channel, _, message = receipt.remote_id.partition("-")
    return f"/channels/{channel}/messages/{message}"


def _metrics(told: Mapping[str, Any]) -> dict[Metric, int]:
    """Each person's each sign once; the messages of the thread that was opened under it."""
    found: dict[Metric, int] = {}
    signs = [whole(each.get("count")) for each in objects(told.get("reactions") or [])]
    if None not in signs:
        found["reactions"] = sum(each for each in signs if each is not None)
    comments = whole(held(told.get("thread")).get("message_count"))
    return found if comments is None else found | {"comments": comments}
