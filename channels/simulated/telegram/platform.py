"""Stands in for Telegram: the part of the Bot API that posts to a channel, and its preview.

It parses HTML as Telegram does, counts what is left of it, wants uploads to be what they claim, and
refuses unknown tokens, methods and fields. One bot (``TOKEN``) administers one channel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.server import HttpStandIn, RefusedError
from channels.simulated.telegram.answers import (
    attached,
    bad,
    caption_in,
    check_upload,
    fields_of,
    no,
    plain,
    yes,
)
from channels.simulated.telegram.html import bubble

TOKEN = "7000000001:AApl4ntedTokenOfNoValueAtAll-000000"  # noqa: S105 -- opens nothing
USERNAME = "sokhcn_vidu"
CHAT_ID = -1001234567890
MEMBERS = 2_048
_BOT_ID = 7_000_000_001
_A_PAGE = 20

_COMMON = {"chat_id", "disable_notification", "parse_mode"}
_FIELDS: dict[str, set[str]] = {
    "getMe": set(),
    "getChat": {"chat_id"},
    "getChatMember": {"chat_id", "user_id"},
    "getChatMemberCount": {"chat_id"},
    "sendMessage": {*_COMMON, "text", "link_preview_options"},
    "sendPhoto": {*_COMMON, "photo", "caption"},
    "sendVideo": {*_COMMON, "video", "caption"},
    "sendDocument": {*_COMMON, "document", "caption"},
    "sendMediaGroup": {"chat_id", "disable_notification", "media"},
    "pinChatMessage": {"chat_id", "message_id"},
    "deleteMessage": {"chat_id", "message_id"},
}


@dataclass(frozen=True, slots=True)
class _Post:
    published: Published
    ids: tuple[int, ...]
    silent: bool
    views: int | None = None


class Platform(HttpStandIn):
    """One bot, one channel. ``public = False`` takes the channel's name and preview away;
    ``username`` is its name, which may change hands."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.public = True
        self.username = USERNAME
        self.may_post = True
        self.may_pin = True
        self._posts: list[_Post] = []
        self._last_id = 40

    # -- for those who use it ---------------------------------------------------------------------

    def config(self) -> dict[str, Any]:
        return {
            "account": str(CHAT_ID),
            "token": "env:STAND_IN_TELEGRAM_TOKEN",
            "chat": f"@{self.username}" if self.public else str(CHAT_ID),
            "base_url": self.url,
            "preview_url": self.url,
        }

    def secrets(self) -> dict[str, str]:
        return {"env:STAND_IN_TELEGRAM_TOKEN": TOKEN}

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(post.published for post in self._posts)

    def silent(self) -> tuple[bool, ...]:
        """For each of ``published``, whether it arrived without a sound."""
        with self.guard:
            return tuple(post.silent for post in self._posts)

    def readers(self, remote_id: str, **counts: int) -> None:
        """Only ``views`` are shown to anybody."""
        first = int(remote_id.split(",")[0])
        with self.guard:
            index = self._place(first)
            if index is not None:
                self._posts[index] = replace(self._posts[index], views=counts.get("views"))

    # -- the platform -----------------------------------------------------------------------------

    def publishes(self, request: Request) -> bool:
        return request.path.rpartition("/")[2].startswith("send")

    def refusal(self, fault: FaultName) -> Response:
        match fault:
            case "429":
                wait = {"retry_after": 35}
                return no(429, "Too Many Requests: retry after 35", wait)
            case "expired":
                return no(401, "Unauthorized")
            case "forbidden":
                return no(403, "Forbidden: bot was kicked from the channel chat")
            case "invalid":
                return no(400, "Bad Request: can't parse entities: Unclosed start tag")
        return no(500, "Internal Server Error: restart")

    def answer(self, request: Request) -> Response:
        if request.path.startswith("/s/"):
            return self._preview(request)
        token, _, method = request.path.removeprefix("/bot").partition("/")
        if token != TOKEN:
            raise RefusedError(no(401, "Unauthorized"))
        if method not in _FIELDS or request.method not in ("GET", "POST"):
            raise RefusedError(no(404, "Not Found: method not found"))
        keys = fields_of(request)
        fields = {*_FIELDS[method], *attached(keys)}
        for unknown in sorted({*keys, *request.files} - fields):
            bad(f"{unknown} is no field of {method}")
        if "chat_id" in _FIELDS[method]:
            self._check_chat(keys.get("chat_id"))
        return yes(getattr(self, f"_{method}")(keys, request))

    def _check_chat(self, chat_id: Any) -> None:
        known = {str(CHAT_ID), f"@{self.username}" if self.public else ""}
        if str(chat_id) not in known:
            bad("chat not found")

    def _chat(self) -> dict[str, Any]:
        chat = {"id": CHAT_ID, "type": "channel", "title": "Sở Khoa học và Công nghệ"}
        return chat | ({"username": self.username} if self.public else {})

    def _place(self, number: int) -> int | None:
        places = (index for index, post in enumerate(self._posts) if number in post.ids)
        return next(places, None)

    # -- its methods, by their names --------------------------------------------------------------

    def _getMe(self, *_: Any) -> dict[str, Any]:  # noqa: N802
        return {"id": _BOT_ID, "is_bot": True, "first_name": "Publisher", "username": "vidu_bot"}

    def _getChat(self, *_: Any) -> dict[str, Any]:  # noqa: N802
        return self._chat()

    def _getChatMember(self, *_: Any) -> dict[str, Any]:  # noqa: N802
        return {
            "status": "administrator" if self.may_post else "member",
            "can_post_messages": self.may_post,
        }

    def _getChatMemberCount(self, *_: Any) -> int:  # noqa: N802
        return MEMBERS

    def _sendMessage(self, keys: dict[str, Any], _request: Request) -> dict[str, Any]:  # noqa: N802
        text = plain(keys.get("text"), keys.get("parse_mode"))
        if not text:
            bad("message text is empty")
        if len(text) > 4_096:
            bad("message is too long")
        return self._publish(keys, text, 0)[0]

    def _sendPhoto(self, keys: dict[str, Any], request: Request) -> dict[str, Any]:  # noqa: N802
        return self._send_one("photo", keys, request)

    def _sendVideo(self, keys: dict[str, Any], request: Request) -> dict[str, Any]:  # noqa: N802
        return self._send_one("video", keys, request)

    def _sendDocument(self, keys: dict[str, Any], request: Request) -> dict[str, Any]:  # noqa: N802
        return self._send_one("document", keys, request)

    def _send_one(self, kind: str, keys: dict[str, Any], request: Request) -> dict[str, Any]:
        check_upload(kind, kind, request)
        return self._publish(keys, caption_in(keys), 1)[0]

    def _sendMediaGroup(self, keys: dict[str, Any], request: Request) -> list[dict[str, Any]]:  # noqa: N802
        album = keys.get("media")
        if not isinstance(album, list) or not 2 <= len(album) <= 10:
            bad("an album has 2 to 10 items")
        if len({item["type"] == "document" for item in album}) > 1:
            bad("documents can't be mixed with other media")
        for item in album:
            check_upload(item["type"], item["media"].removeprefix("attach://"), request)
        return self._publish(keys, caption_in(album[0]), len(album))

    def _pinChatMessage(self, keys: dict[str, Any], _request: Request) -> bool:  # noqa: N802
        index = self._place(int(keys["message_id"]))
        if not self.may_pin:
            bad("not enough rights to manage pinned messages in the chat")
        if index is None:
            bad("message to pin not found")
        post = self._posts[index]
        self._posts[index] = replace(post, published=replace(post.published, pinned=True))
        return True

    def _deleteMessage(self, keys: dict[str, Any], _request: Request) -> bool:  # noqa: N802
        number = int(keys["message_id"])
        index = self._place(number)
        if index is None:
            bad("message to delete not found")
        post = self._posts[index]
        left = tuple(each for each in post.ids if each != number)
        self._posts[index : index + 1] = [replace(post, ids=left)] if left else []
        return True

    def _publish(self, keys: dict[str, Any], text: str, media: int) -> list[dict[str, Any]]:
        if not self.may_post:
            bad("need administrator rights in the channel chat")
        ids = tuple(range(self._last_id + 1, self._last_id + 1 + max(media, 1)))
        self._last_id = ids[-1]
        at = self.clock().replace(microsecond=0)
        where = self.username if self.public else f"c/{str(CHAT_ID).removeprefix('-100')}"
        published = Published(
            remote_id=",".join(map(str, ids)),
            text=text,
            at=at,
            url=f"{self.url if self.public else 'https://t.me'}/{where}/{ids[0]}",
            media=media,
        )
        self._posts.append(_Post(published, ids, bool(keys.get("disable_notification"))))
        when = int(at.timestamp())
        return [{"message_id": each, "date": when, "chat": self._chat()} for each in ids]

    # -- its preview ------------------------------------------------------------------------------

    def _preview(self, request: Request) -> Response:
        if not self.public or request.path != f"/s/{self.username}":
            return Response(status=302, headers={"Location": "/"})
        before = request.args.get("before", default=self._last_id + 1, type=int)
        shown = [post for post in self._posts if post.ids[0] < before][-_A_PAGE:]
        page = "".join(
            bubble(self.username, post.ids, post.published.text, post.published.at, post.views)
            for post in shown
        )
        return Response(f"<!DOCTYPE html><html><body>{page}</body></html>", mimetype="text/html")
