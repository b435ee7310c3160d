"""Gives sessions as a Bluesky server (PDS 0.4) does: tokens signed by it, and their renewal.

An access token lasts two hours; a refresh token lasts ninety days, or two hours from its use, and
however often it is used in them it gives the same successor. Used by
``channels.simulated.bluesky``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from channels.simulated.planted import planted

ACCESS_LASTS = timedelta(hours=2)
REFRESH_LASTS = timedelta(days=90)
GRACE = timedelta(hours=2)

_TYPES = {"access": "at+jwt", "refresh": "refresh+jwt"}


class WrongTokenError(Exception):
    """``name`` is what the server calls it."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(said)
        self.name = name


class Sessions:
    """Those of one account; ``made`` and ``renewed`` count them."""

    def __init__(self, clock: Callable[[], datetime], did: str) -> None:
        self._clock = clock
        self._did = did
        self._key = secrets.token_bytes(32)
        self._refreshable: dict[str, datetime] = {}
        self._successors: dict[str, str] = {}
        self.made = 0
        self.renewed = 0

    def make(self) -> dict[str, str]:
        self.made += 1
        return self._tokens(self._new_id())

    def renew(self, refresh: str) -> dict[str, str]:
        number = self.checked(refresh, "refresh")["jti"]
        ends = self._refreshable.get(number)
        if ends is None or ends <= self._clock():
            raise WrongTokenError("ExpiredToken", "Token has been revoked")
        if number not in self._successors:
            self._successors[number] = self._new_id()
            self._refreshable[number] = min(ends, self._clock() + GRACE)
        self.renewed += 1
        return self._tokens(self._successors[number])

    def revoke(self) -> None:
        """No session can be renewed any more."""
        self._refreshable.clear()

    def forget_key(self) -> None:
        """Have another key: no token is known any more."""
        self._key = secrets.token_bytes(32)

    def checked(self, token: str, kind: str) -> dict[str, Any]:
        """What ``token`` holds; raises ``WrongTokenError`` where it isn't one of ``kind``."""
        head, _, sign = token.rpartition(".")
        if not hmac.compare_digest(sign, self._signed(head)):
            raise WrongTokenError("InvalidToken", "Token could not be verified")
        typ, held = (json.loads(base64.urlsafe_b64decode(f"{each}==")) for each in head.split("."))
        if typ["typ"] != _TYPES[kind]:
            raise WrongTokenError("InvalidToken", "Invalid token type")
        if held["exp"] <= self._clock().timestamp():
            raise WrongTokenError("ExpiredToken", "Token has expired")
        found: dict[str, Any] = held
        return found

    def _new_id(self) -> str:
        number = planted(18)
        self._refreshable[number] = self._clock() + REFRESH_LASTS
        return number

    def _tokens(self, number: str) -> dict[str, str]:
        return {
            "accessJwt": self._token("access", ACCESS_LASTS, scope="com.atproto.appPass"),
            "refreshJwt": self._token(
                "refresh", REFRESH_LASTS, scope="com.atproto.refresh", jti=number
            ),
        }

    def _token(self, kind: str, lasts: timedelta, **held: str) -> str:
        now = self._clock()
        ends = {"iat": int(now.timestamp()), "exp": int((now + lasts).timestamp())}
        payload = {**held, "aud": "did:web:127.0.0.1", "sub": self._did, **ends}
        head = f"{_packed({'typ': _TYPES[kind], 'alg': 'HS256'})}.{_packed(payload)}"
        return f"{head}.{self._signed(head)}"

    def _signed(self, head: str) -> str:
        return _encoded(hmac.new(self._key, head.encode(), hashlib.sha256).digest())


def _packed(held: dict[str, Any]) -> str:
    return _encoded(json.dumps(held).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
