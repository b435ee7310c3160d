"""Signs requests as Standard Webhooks wants them, so that a repeat is known.
(https://www.standardwebhooks.com)

``webhook-id`` is the same in every attempt at a post, so that a receiver that remembers it drops
the repeat; ``webhook-timestamp`` is fresh; ``webhook-signature`` is HMAC-SHA256 over both and the
body.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from channels.base import N_, AmbiguousError, CredentialsExpiredError
from channels.web.hosts import is_web
from channels.web.http import HttpSession, parsed

SECRET_PREFIX = "whsec_"  # noqa: S105 -- what every such secret begins with

_LONGEST_ID, _LONGEST_URL = 200, 2_000
_UNDER_WAY = N_("it may have the post from an attempt before")


class Receiver:
    """Whoever is sent the posts; ``secret`` is ``whsec_`` and base64, the same at the receiver.

    Raises ``CredentialsExpiredError`` where the secret hasn't that form.
    """

    def __init__(self, http: HttpSession, url: str, secret: str) -> None:
        self._http = http
        self._url = url
        self._key = _key(secret)
        http.hide(secret)
        http.hide(secret.removeprefix(SECRET_PREFIX))

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def give(self, name: str, body: Mapping[str, Any], now: datetime) -> tuple[str, str]:
        """Send ``body`` under the id ``name``; gives the receiver's own id and address for it, or
        ``name`` and nothing. Raises as the contract says."""
        content = json.dumps(body, ensure_ascii=False).encode()
        moment = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": name,
            "webhook-id": name,
            "webhook-timestamp": moment,
            "webhook-signature": signature(self._key, name, moment, content),
        }
        answer = self._http.post(self._url, data=content, headers=headers)
        if answer.status_code == 409:
            # An earlier attempt of the same key is being worked on (the Idempotency-Key draft).
            host = urlsplit(self._url).hostname
            raise AmbiguousError(f"{host}: {_UNDER_WAY}: 409")
        told = parsed(answer) or {}
        if not 200 <= answer.status_code < 300:
            said = told.get("error", "")
            raise self._http.refusal(answer, said if isinstance(said, str) else "")
        remote_id = told.get("id")
        if not (isinstance(remote_id, str | int) and 0 < len(str(remote_id)) <= _LONGEST_ID):
            remote_id = name
        return str(remote_id), _address(told.get("url"))


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
        raise CredentialsExpiredError("a webhook's secret is whsec_ and base64")
    return key


def _address(url: object) -> str:
    """``url``, where it is an address that a page may link to."""
    if not isinstance(url, str) or len(url) > _LONGEST_URL:
        return ""
    return url if is_web(url) else ""
