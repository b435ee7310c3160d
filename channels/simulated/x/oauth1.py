"""Verifies requests signed by OAuth 1.0a (RFC 5849, 3.4), as X does. HMAC-SHA1, each nonce once."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from urllib.parse import quote, unquote

from werkzeug.wrappers import Request


class Signatures:
    """What one app may sign in one account's name."""

    def __init__(
        self, consumer_key: str, consumer_secret: str, token: str, token_secret: str
    ) -> None:
        self._public = (consumer_key, token)
        self._key = f"{_quoted(consumer_secret)}&{_quoted(token_secret)}".encode()
        self._nonces: set[str] = set()

    def verify(self, request: Request) -> bool:
        """Whether ``request`` is signed over its method, address and parameters, for once."""
        header = request.headers.get("Authorization", "")
        given = dict(re.findall(r'(\w+)="([^"]*)"', header))
        given = {name: unquote(value) for name, value in given.items()}
        theirs = given.pop("oauth_signature", "")
        parameters = [*given.items(), *request.args.items(multi=True)]
        if request.mimetype == "application/x-www-form-urlencoded":
            parameters += request.form.items(multi=True)
        pairs = sorted((_quoted(name), _quoted(value)) for name, value in parameters)
        listed = "&".join(f"{name}={value}" for name, value in pairs)
        base = "&".join(_quoted(part) for part in (request.method, request.base_url, listed))
        ours = b64encode(hmac.digest(self._key, base.encode(), hashlib.sha1)).decode()
        known = (given.get("oauth_consumer_key"), given.get("oauth_token")) == self._public
        nonce = given.get("oauth_nonce", "")
        if not (known and hmac.compare_digest(ours, theirs)) or nonce in self._nonces:
            return False
        self._nonces.add(nonce)
        return True


def _quoted(text: str) -> str:
    return quote(text, safe="-._~")
