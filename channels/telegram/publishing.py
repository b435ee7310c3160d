"""Sends a message to a Telegram channel: a text, a medium or an album. Used by
``channels.telegram``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from channels.base import AmbiguousError, Media, Message
from channels.reasons import NOT_TO_WHAT
from channels.telegram.line import Line
from channels.telegram.options import TelegramOptions

_METHODS = {"image": "sendPhoto", "video": "sendVideo"}
_FIELDS = {"image": "photo", "video": "video"}


def published(
    message: Message, options: TelegramOptions, chat_id: str | int, line: Line, *, silent: bool
) -> dict[str, Any]:
    """Send it; gives the numbers, the time and the public name: what a receipt needs."""
    keys: dict[str, Any] = {
        "chat_id": chat_id,
        "disable_notification": silent,
    }
    match message.media:
        case ():
            text: dict[str, Any] = {"text": message.body.written, "parse_mode": "HTML"}
            text["link_preview_options"] = _link_preview(message, options)
            result = line.call("sendMessage", keys | text)
        case (media,):
            method = _METHODS.get(media.kind, "sendDocument")
            part = _FIELDS.get(media.kind, "document")
            caption = {"caption": message.body.written, "parse_mode": "HTML"}
            result = line.call(method, keys | caption, {part: media})
        case album:
            described = [_in_album(media, index) for index, media in enumerate(album)]
            described[0] |= {"caption": message.body.written, "parse_mode": "HTML"}
            files = {f"file{index}": media for index, media in enumerate(album)}
            result = line.call("sendMediaGroup", keys | {"media": described}, files)
    return _noted(result)


def _link_preview(message: Message, options: TelegramOptions) -> dict[str, Any]:
    if not options.preview:
        return {"is_disabled": True}
    return {"url": message.link} if message.link else {}


def _in_album(media: Media, index: int) -> dict[str, Any]:
    kind = {"image": "photo", "video": "video"}.get(media.kind, "document")
    return {"type": kind, "media": f"attach://file{index}"}


def _noted(result: Any) -> dict[str, Any]:
    """What a receipt needs, out of a message or an album's messages."""
    sent = result if isinstance(result, list) else [result]
    try:
        chat = sent[0]["chat"]
        datetime.fromtimestamp(sent[0]["date"], UTC)
        return {
            "ids": [int(each["message_id"]) for each in sent],
            "at": int(sent[0]["date"]),
            "name": str(chat.get("username") or ""),
            "chat": str(chat["id"]),
        }
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        pass  # raised below, so that nothing stands behind the error
    raise AmbiguousError(f"Telegram: {NOT_TO_WHAT}")
