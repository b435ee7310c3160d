"""Gives tokens as LinkedIn does: consent, codes, a refresh token that stays the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated.linkedin.answers import refuse
from channels.simulated.planted import planted
from channels.simulated.server import as_json, query_of

CLIENT_ID, CLIENT_SECRET = "77standinclientid", "WPL_AP1.pl4ntedClientSecret"
REFRESH = "AQXpl4ntedRefreshTokenOfNoValue"
ACCESS_LASTS = timedelta(days=60)
REDIRECTS = ("http://127.0.0.1:8738/", "https://sokhcn.example.vn/linkedin")


class Access:
    """The tokens of one app and one member; ``good`` are those that are taken, and until when."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.refresh = REFRESH
        self.good: dict[str, datetime] = {}
        self._codes: dict[str, str] = {}

    def consent(self, address: str) -> dict[str, str]:
        """What the member is sent back with, who opened ``address`` and agreed."""
        asked = query_of(address)
        known = asked.get("client_id") == CLIENT_ID and asked.get("redirect_uri") in REDIRECTS
        if not known or "code_challenge" in asked:
            return {"error": "unauthorized_client", "state": asked.get("state", "")}
        code = planted(8)
        self._codes[code] = asked["redirect_uri"]
        return {"code": code, "state": asked["state"]}

    def access_token(self) -> str:
        """A new one."""
        token = f"AQUstandInAccess{planted(8)}"
        self.good[token] = self._clock() + ACCESS_LASTS
        return token

    def check(self, request: Request) -> None:
        """Refuse a request without a good token."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        until = self.good.get(token)
        if until is None:
            refuse(401, "Invalid access token", 65600)
        if until <= self._clock():
            refuse(401, "The token used in the request has expired", 65602)

    def give(self, request: Request, *, refresh: bool) -> Response:
        """Tokens for a code, or for a refresh token; with ``refresh`` one of those, too."""
        form = request.form
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return as_json(401, {"error": "invalid_client", "error_description": "no such app"})
        told: dict[str, Any] = {"expires_in": int(ACCESS_LASTS.total_seconds())}
        match form.get("grant_type"):
            case "authorization_code":
                redirect = self._codes.pop(form.get("code", ""), "")
                if not redirect or redirect != form.get("redirect_uri"):
                    return as_json(400, {"error": "invalid_redirect_uri"})
            case "refresh_token":
                if form.get("refresh_token") != self.refresh:
                    return as_json(400, {"error": "invalid_grant"})
            case _:
                return as_json(400, {"error": "invalid_request"})
        if refresh:
            told |= {"refresh_token": self.refresh, "refresh_token_expires_in": 31_536_000}
        return as_json(200, {"access_token": self.access_token(), **told})

    def introspected(self, request: Request) -> Response:
        """Until when a token is good."""
        form = request.form
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return as_json(401, {"error": "invalid_client", "error_description": "no such app"})
        until = self.good.get(form.get("token", ""))
        if until is None or until <= self._clock():
            return as_json(200, {"active": False, "status": "expired"})
        told = {"active": True, "status": "active", "expires_at": int(until.timestamp())}
        return as_json(200, told)
