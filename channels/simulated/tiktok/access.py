"""Gives tokens as TikTok does: consent, codes, refresh tokens that are good for one use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from werkzeug.wrappers import Request, Response

from channels.simulated.planted import planted
from channels.simulated.server import as_json, query_of
from channels.simulated.tiktok.answers import oauth_no, refuse

CLIENT_KEY, CLIENT_SECRET = "awstandinclientkey", "pl4ntedClientSecretOfNoValue"
REFRESH = "rft.pl4ntedRefreshTokenOfNoValue"
OPEN_ID = "723f24d7-e717-40f8-a2b6-cb8464cd23b4"
ACCESS_LASTS = timedelta(hours=2)
REDIRECTS = ("http://127.0.0.1:8738/", "https://sokhcn.example.vn/tiktok")


class Access:
    """The tokens of one app and one account, which has granted ``scopes``; ``good`` are those that
    are taken, and until when."""

    def __init__(self, clock: Callable[[], datetime], scopes: Sequence[str]) -> None:
        self._clock = clock
        self._scopes = scopes
        self.good: dict[str, datetime] = {}
        self._refresh = REFRESH
        self._codes: dict[str, tuple[str, str]] = {}
        self._given = 0

    def consent(self, address: str) -> dict[str, str]:
        """What the account's owner is sent back with, who opened ``address`` and agreed."""
        asked = query_of(address)
        if asked.get("client_key") != CLIENT_KEY or asked.get("redirect_uri") not in REDIRECTS:
            return {"error": "invalid_request", "state": asked.get("state", "")}
        code = planted(8)
        self._codes[code] = (asked["redirect_uri"], asked.get("code_challenge", ""))
        return {"code": code, "scopes": ",".join(self._scopes), "state": asked["state"]}

    def check(self, request: Request) -> None:
        """Refuse a request without a good token."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.good.get(token, datetime.min.replace(tzinfo=UTC)) <= self._clock():
            refuse(401, "access_token_invalid")

    def revoke(self) -> None:
        """The owner takes the app's access back: no token is good any more, nor to be had."""
        self.good.clear()
        self._refresh = ""

    def give(self, request: Request) -> Response:
        """Tokens for a code, or for a refresh token."""
        form = request.form
        if form.get("client_key") != CLIENT_KEY or form.get("client_secret") != CLIENT_SECRET:
            return oauth_no("invalid_client")
        match form.get("grant_type"):
            case "refresh_token":
                if not self._refresh or form.get("refresh_token") != self._refresh:
                    return oauth_no("invalid_grant")
            case "authorization_code":
                redirect, challenge = self._codes.pop(form.get("code", ""), ("", ""))
                if not redirect or redirect != form.get("redirect_uri"):
                    return oauth_no("invalid_grant")
                verifier = form.get("code_verifier", "")
                # For desktop apps TikTok wants the challenge in hexadecimal, and always.
                made = hashlib.sha256(verifier.encode()).hexdigest()
                if redirect.startswith("http://127.0.0.1") and made != challenge:
                    return oauth_no("invalid_request")
            case _:
                return oauth_no("unsupported_grant_type")
        self._given += 1
        self._refresh = f"rft.standInRotated{self._given}{planted(6)}"
        access = f"act.standInAccess{self._given}{planted(6)}"
        self.good[access] = self._clock() + ACCESS_LASTS
        told = {
            "open_id": OPEN_ID,
            "scope": ",".join(self._scopes),
            "access_token": access,
            "expires_in": int(ACCESS_LASTS.total_seconds()),
            "refresh_token": self._refresh,
            "refresh_expires_in": 15_552_000,
            "token_type": "Bearer",
        }
        return as_json(200, told)
