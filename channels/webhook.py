"""A webhook: each post as one signed JSON request to an address of the office's own choosing.

Signed as Standard Webhooks says (https://www.standardwebhooks.com): ``webhook-id`` is the same in
every attempt at a post, so that a receiver that remembers it drops the repeat;
``webhook-timestamp`` is fresh; ``webhook-signature`` is HMAC-SHA256 over both and the body.
``docs/channels/webhook.md`` is its page, with the body for those who write a receiver.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import UTC, timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from channels._hosts import is_loopback
from channels._http import HttpSession, content_of, parsed
from channels.base import (
    Account,
    AmbiguousError,
    Channel,
    ChannelConfig,
    Context,
    CredentialsExpiredError,
    InvalidContentError,
    Journal,
    Limits,
    Media,
    Message,
    Receipt,
    SecretRef,
    Settlement,
)

SECRET_PREFIX = "whsec_"  # noqa: S105 -- what every such secret begins with

_FORMATS = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
_LONGEST_ID, _LONGEST_URL = 200, 2_000


class WebhookConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "webhook"``.

    ``url`` is the receiver, by ``https://``. ``secret`` is ``whsec_`` and base64, the same at the
    receiver, which drops a repeat for ``remembers_s`` seconds: by default the least that Standard
    Webhooks ask for. With ``inline_media`` the files go along in base64, together at most
    ``inline_max_bytes``; without, only what they are.
    """

    adapter: Literal["webhook"] = "webhook"
    url: str
    secret: SecretRef
    inline_media: bool = False
    inline_max_bytes: int = Field(10_000_000, ge=1, le=50_000_000)
    remembers_s: float = Field(300.0, ge=0)

    @field_validator("url")
    @classmethod
    def _is_protected(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            raise ValueError("url must begin with https://, without a user name in it") from None
        if not host or parts.scheme not in ("https", "http") or "@" in parts.netloc:
            raise ValueError("url must begin with https://, without a user name in it")
        if parts.scheme == "http" and not is_loopback(host):
            raise ValueError("url must begin with https:// (http:// only for this machine itself)")
        return url


class Adapter(Channel[WebhookConfig]):
    """One receiver."""

    Config = WebhookConfig
    settlement: ClassVar[Settlement] = Settlement.NATIVE_KEY

    def __init__(self, config: WebhookConfig, context: Context) -> None:
        super().__init__(config, context)
        self.key_lifetime = timedelta(seconds=config.remembers_s)
        self._opened: tuple[bytes, HttpSession] | None = None

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
        self._line()
        parts = urlsplit(self.config.url)
        host = parts.hostname or ""
        return Account(id=host, name=host, url=f"{parts.scheme}://{parts.netloc}/")

    def send(self, message: Message, journal: Journal) -> Receipt:
        key, http = self._line()
        name = webhook_id(message.key)
        body = json.dumps(self._body(name, message), ensure_ascii=False).encode()
        now = self.context.clock()
        moment = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": name,
            "webhook-id": name,
            "webhook-timestamp": moment,
            "webhook-signature": signature(key, name, moment, body),
        }
        answer = http.post(self.config.url, data=body, headers=headers)
        if answer.status_code == 409:
            # An earlier attempt of the same key is being worked on (the Idempotency-Key draft).
            raise AmbiguousError(
                f"{urlsplit(self.config.url).hostname}: 409, it may have it already"
            )
        if not 200 <= answer.status_code < 300:
            said = (parsed(answer) or {}).get("error", "")
            raise http.refusal(answer, said if isinstance(said, str) else "")
        told = parsed(answer) or {}
        remote_id = told.get("id")
        if not (isinstance(remote_id, str | int) and 0 < len(str(remote_id)) <= _LONGEST_ID):
            remote_id = name
        return Receipt(str(remote_id), _address(told.get("url")), now)

    def close(self) -> None:
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None

    def _body(self, name: str, message: Message) -> dict[str, Any]:
        if self.config.inline_media:
            size = sum(media.size_bytes for media in message.media)
            if size > self.config.inline_max_bytes:
                most = self.config.inline_max_bytes
                raise InvalidContentError(f"the files have {size} bytes together, over {most}")
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

    def _line(self) -> tuple[bytes, HttpSession]:
        if self._opened is None:
            secret = self.context.secret(self.config.secret)
            encoded = secret.removeprefix(SECRET_PREFIX)
            hidden = [secret, encoded]
            http = HttpSession(self.context.clock, self.config.timeout_s, secrets=hidden)
            self._opened = (_key(secret), http)
        return self._opened


def webhook_id(key: str) -> str:
    """The id of a post at the receiver: for ever the same, and it gives nothing away."""
    return f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def signature(key: bytes, name: str, moment: str, body: bytes) -> str:
    """The ``webhook-signature`` of a body; ``moment`` is ``webhook-timestamp`` as it is sent."""
    signed = b".".join((name.encode(), moment.encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def _key(secret: str) -> bytes:
    key = b""
    if secret.startswith(SECRET_PREFIX):
        try:
            key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            key = b""
    if not key:
        raise CredentialsExpiredError(f"a webhook's secret is {SECRET_PREFIX} and base64")
    return key


def _address(url: object) -> str:
    """``url``, where it is an address that a page may link to."""
    if not isinstance(url, str) or len(url) > _LONGEST_URL:
        return ""
    return url if url.startswith(("https://", "http://")) else ""
