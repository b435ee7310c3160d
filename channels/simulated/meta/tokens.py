"""Gives tokens as Instagram and Threads do: short ones, long ones, and their renewal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from channels.simulated.meta.graph import expired, invalid, yes
from channels.simulated.planted import planted
from channels.simulated.server import query_of

APP_ID, APP_SECRET = "990602627938098", "stand-in-pl4nted-app-secret"
REDIRECT = "https://sokhcn.example.vn/dang-nhap"
TOKEN = "THAAstandInpl4ntedLongToken"  # noqa: S105 -- opens nothing
TOKEN_LASTS, TOKEN_RESTS = timedelta(days=60), timedelta(days=1)

_SHORT_LASTS = timedelta(hours=1)


@dataclass(slots=True)
class _Token:
    at: datetime
    ends: datetime


class Access:
    """The tokens of one app and one account. ``grants`` are the platform's two grant types,
    ``needed`` the scope without which nobody agrees, and ``granted`` gives a short token in its
    form; ``good`` are the long ones that are taken."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        grants: tuple[str, str],
        needed: str,
        granted: Callable[[str], dict[str, Any]],
    ) -> None:
        self._clock = clock
        self.grants = grants
        self._needed = needed
        self._granted = granted
        self.renewals = 0
        self.good = {TOKEN: _Token(clock(), clock() + TOKEN_LASTS)}
        self._short: dict[str, datetime] = {}
        self._codes: set[str] = set()

    def takes(self, token: str) -> bool:
        """Whether it is a long token that hasn't ended."""
        known = self.good.get(token)
        return known is not None and known.ends > self._clock()

    def consent(self, address: str) -> dict[str, str]:
        """What the account's owner is sent back with, who opened ``address`` and agreed."""
        asked = query_of(address)
        right = urlsplit(address).path == "/oauth/authorize" and asked["client_id"] == APP_ID
        if not right or asked["redirect_uri"] != REDIRECT:
            return {"error": "invalid_request", "state": asked["state"]}
        if self._needed not in asked["scope"].split(","):
            return {"error": "access_denied", "state": asked["state"]}
        code = planted(8)
        self._codes.add(code)
        return {"code": f"{code}#_", "state": asked["state"]}

    def short(self, request: Request) -> Response:
        """The short token for the code of a consent."""
        form = request.form
        wrong = (form.get("client_id"), form.get("client_secret")) != (APP_ID, APP_SECRET)
        if wrong or form.get("grant_type") != "authorization_code":
            return _oauth_no("Error validating client secret.")
        if form.get("code") not in self._codes or form.get("redirect_uri") != REDIRECT:
            return _oauth_no("Matching code was not found or was already used.")
        self._codes.remove(form["code"])
        token = f"THAAshort{planted(8)}"
        self._short[token] = self._clock() + _SHORT_LASTS
        return yes(self._granted(token))

    def long(self, request: Request) -> Response:
        """The long token for a short one."""
        asked = request.args
        if asked.get("grant_type") != self.grants[0] or asked.get("client_secret") != APP_SECRET:
            return invalid("Error validating client secret.")
        if self._short.get(asked.get("access_token", ""), self._clock()) <= self._clock():
            return expired()
        return self._given()

    def renew(self, request: Request) -> Response:
        """A fresh long token for a long one that is a day old."""
        asked = request.args
        if asked.get("grant_type") != self.grants[1]:
            return invalid("(#100) Invalid grant_type")
        known = self.good.get(asked.get("access_token", ""))
        if known is None or known.ends <= self._clock():
            return expired()
        if self._clock() - known.at < TOKEN_RESTS:
            return invalid("The token is less than 24 hours old")
        self.renewals += 1
        return self._given()

    def _given(self) -> Response:
        token = f"THAAlong{planted(12)}"
        self.good[token] = _Token(self._clock(), self._clock() + TOKEN_LASTS)
        lasts = int(TOKEN_LASTS.total_seconds())
        return yes({"access_token": token, "token_type": "bearer", "expires_in": lasts})


def _oauth_no(said: str) -> Response:
    told = {"error_type": "OAuthException", "code": 400, "error_message": said}
    response = yes(told)
    response.status_code = 400
    return response
