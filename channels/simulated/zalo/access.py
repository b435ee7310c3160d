"""Gives tokens as Zalo does: renewed once each, each of them voiding the ones before."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from channels.simulated.planted import planted
from channels.simulated.server import as_json, challenge_of, query_of
from channels.simulated.zalo.answers import no, oauth_no

APP_ID, APP_SECRET = "3608465248940903967", "pl4ntedAppSecretOfNoValue"
REFRESH = "pl4ntedRefreshTokenOfNoValue"
OA_ID = "2491302944280861639"
ACCESS_LASTS = timedelta(hours=25)
REDIRECT = "https://sokhcn.example.vn/zalo"


class Access:
    """The tokens of one app and one account; ``good`` are those that are taken, and until when;
    ``refreshes`` how often one was renewed."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.good: dict[str, datetime] = {}
        self.refreshes = 0
        self._refresh = REFRESH
        self._codes: dict[str, str] = {}

    def consent(self, address: str, *, echoes: bool) -> dict[str, str]:
        """What an administrator of the account is sent back with, who opened ``address``."""
        asked = query_of(address)
        if urlsplit(address).path != "/v4/oa/permission" or asked.get("app_id") != APP_ID:
            return {"error": "-14002", "error_name": "Invalid appId"}
        if asked.get("redirect_uri") != REDIRECT:
            return {"error": "-14003", "error_name": "Invalid redirect uri"}
        code = planted(8)
        self._codes[code] = asked.get("code_challenge", "")
        state = {"state": asked["state"]} if echoes else {}
        return {"code": code, "oa_id": OA_ID, **state}

    def refusal(self, request: Request, *, wants_proof: bool) -> Response | None:
        """Why a request isn't taken: for its token, or for lack of proof of the app's secret."""
        token = request.headers.get("access_token", "")
        if self.good.get(token, datetime.min.replace(tzinfo=UTC)) <= self._clock():
            return no(-216, "Access token is invalid")
        if wants_proof and request.headers.get("appsecret_proof") != _proof(token):
            return no(-242, "Invalid appsecret_proof provided in the API argument")
        return None

    def revoke(self) -> None:
        """The account takes the app's access back: no token is good any more, nor to be had."""
        self.good.clear()
        self._refresh = ""

    def give(self, request: Request) -> Response:
        """Tokens for a code, or for a refresh token."""
        form = request.form
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            return oauth_no(-14004, "Invalid secret key")
        if form.get("grant_type") == "refresh_token":
            if not self._refresh or form.get("refresh_token") != self._refresh:
                return oauth_no(-14014, "Invalid refresh token")
            self.refreshes += 1
        else:
            challenge = self._codes.pop(form.get("code", ""), None)
            verifier = form.get("code_verifier", "")
            if challenge is None or (challenge and challenge != challenge_of(verifier)):
                return oauth_no(-14010, "Invalid code verifier")
        self._refresh = f"standInRotated{planted(8)}"
        access = f"standInAccess{planted(8)}"
        # The token that this one replaces is void at once.
        self.good = {access: self._clock() + ACCESS_LASTS}
        told = {
            "access_token": access,
            "refresh_token": self._refresh,
            "expires_in": str(int(ACCESS_LASTS.total_seconds())),
        }
        return as_json(200, told)


def _proof(token: str) -> str:
    return hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
