"""Sends each post as one signed JSON request to an address of the office's own choosing.

Signed as Standard Webhooks says (``channels.web.webhooks``), so a receiver drops a repeat.
``docs/channels/webhook.md`` is its page, with the body for those who write a receiver.
"""

from __future__ import annotations

import base64
from datetime import UTC, timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field

from channels.base import (
    N_,
    Account,
    Address,
    Channel,
    ChannelConfig,
    Context,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Media,
    Message,
    Receipt,
    SecretRef,
    Settlement,
)
from channels.web.http import HttpSession
from channels.web.opened import Opened
from channels.web.uploads import content_of
from channels.web.webhooks import Receiver, webhook_id

_FORMATS = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})

_FILES_BIG = N_("the files are too large together: leave some out")


class WebhookConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "webhook"``.

    ``url`` is the receiver, by ``https://``. ``secret`` is ``whsec_`` and base64, the same at the
    receiver, which drops a repeat for ``remembers_s`` seconds: by default the least that Standard
    Webhooks ask for. With ``inline_media`` the files go along in base64, together at most
    ``inline_max_bytes``; without, only what they are.
    """

    adapter: Literal["webhook"] = "webhook"
    url: Address
    secret: SecretRef
    inline_media: bool = False
    inline_max_bytes: int = Field(10_000_000, ge=1, le=50_000_000)
    remembers_s: float = Field(300.0, ge=0)


class Adapter(Channel[WebhookConfig]):
    """One receiver."""

    Config = WebhookConfig
    look: ClassVar[Look] = Look("Webhook", "#52525b", "data", headed=True)
    settlement: ClassVar[Settlement] = Settlement.NATIVE_KEY

    def __init__(self, config: WebhookConfig, context: Context) -> None:
        super().__init__(config, context)
        self.key_lifetime = timedelta(seconds=config.remembers_s)
        self._receiver = Opened(self._opening, Receiver.close)

    @classmethod
    def limits(cls, config: WebhookConfig) -> Limits:
        """None but ours: files that go along are bounded."""
        most = config.inline_max_bytes if config.inline_media else None
        return Limits(
            text_required=False,
            images_max=20,
            image_formats=_FORMATS,
            image_max_bytes=most,
            videos_max=20,
            video_max_bytes=most,
            mixes_media=True,
            documents_max=20,
            document_max_bytes=most,
        )

    def identify(self) -> Account:
        """The receiver's host. A receiver can't be asked anything without being sent a post, so
        only the secret's form is proved."""
        self._receiver()
        parts = urlsplit(self.config.url)
        host = parts.hostname or ""
        return Account(id=host, name=host, url=f"{parts.scheme}://{parts.netloc}/")

    def send(self, message: Message, journal: Journal) -> Receipt:
        name, now = webhook_id(message.key), self.context.clock()
        remote_id, url = self._receiver().give(name, self._body(name, message), now)
        return Receipt(remote_id, url, now)

    def close(self) -> None:
        self._receiver.close()

    def _body(self, name: str, message: Message) -> dict[str, Any]:
        if self.config.inline_media:
            size = sum(media.size_bytes for media in message.media)
            if size > self.config.inline_max_bytes:
                most = self.config.inline_max_bytes
                raise InvalidContentError(f"{_FILES_BIG}: {size}/{most}")
        return {
            "id": name,
            "due_at": message.due_at.astimezone(UTC).isoformat(),
            "title": message.title,
            "summary": message.summary,
            "text": message.body.plain,
            "link": message.link,
            "language": message.language,
            "hashtags": list(message.hashtags),
            "media": [self._described(media) for media in message.media],
        }

    def _described(self, media: Media) -> dict[str, Any]:
        described: dict[str, Any] = {
            "name": media.path.name,
            "mime": media.mime,
            "sha256": media.sha256,
            "alt": media.alt,
            "credit": media.credit,
            "size_bytes": media.size_bytes,
        }
        if self.config.inline_media:
            described["content"] = base64.b64encode(content_of(media)).decode()
        return described

    def _opening(self) -> Receiver:
        secret = self.context.secret(self.config.secret)
        http = HttpSession(self.context.clock, self.config.timeout_s, secrets=[secret])
        return Receiver(http, self.config.url, secret)
