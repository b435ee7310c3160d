"""Gives consent and tokens as Google does, for YouTube's stand-in.

One desktop client, one account. A code is good once and with the verifier whose challenge was
shown; an access token lasts an hour; a refresh token lasts until it is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from werkzeug.wrappers import Request, Response

from channels.simulated.planted import planted
from channels.simulated.server import as_json, challenge_of, query_of

CLIENT_ID = "700000000000-standin.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-pl4ntedClientSecret"  # noqa: S105 -- opens nothing
REFRESH_TOKEN = "1//pl4ntedRefreshTokenOfNoValue"  # noqa: S105 -- likewise
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
_LASTS = timedelta(seconds=3599)
_CONSENT = {
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "access_type",
    "prompt",
    "code_challenge",
    "code_challenge_method",
}


class Google:
    """Its tokens. ``exchanges`` counts the renewals that were granted; without
    ``gives_refresh_tokens`` a consent gives an access token alone."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.exchanges = 0
        self.gives_refresh_tokens = True
        self._refresh = {REFRESH_TOKEN}
        self._access: dict[str, datetime] = {}
        self._codes: dict[str, Mapping[str, str]] = {}

    def takes(self, request: Request) -> bool:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self._access.get(token, self._clock()) > self._clock()

    def end_access(self) -> None:
        """Have every access token ended."""
        self._access.clear()

    def take_back(self) -> None:
        """As when the owner removes the program's access."""
        self._refresh.clear()
        self.end_access()

    def consent(self, address: str) -> dict[str, str]:
        """What comes back where the account's owner consents at ``address``; ``ValueError`` where
        Google would show an error instead."""
        asked = query_of(address)
        if set(asked) != _CONSENT or asked["client_id"] != CLIENT_ID:
            raise ValueError("Error 400: invalid_request")
        if (asked["scope"], asked["access_type"], asked["prompt"]) != (SCOPE, "offline", "consent"):
            raise ValueError("Error 400: invalid_scope")
        if not asked["redirect_uri"].startswith("http://127.0.0.1:"):
            raise ValueError("Error 400: redirect_uri_mismatch")
        code = f"4/{planted(20)}"
        self._codes[code] = asked
        return {"state": asked["state"], "code": code, "scope": SCOPE}

    def exchange(self, request: Request) -> Response:
        """The token endpoint."""
        form = request.form
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return as_json(401, {"error": "invalid_client", "error_description": "Unauthorized"})
        kind = form.get("grant_type")
        if kind == "refresh_token" and form.get("refresh_token") in self._refresh:
            self.exchanges += 1
            return as_json(200, self._issued())
        if kind == "authorization_code" and self._is_good(form):
            issued = self._issued()
            if self.gives_refresh_tokens:
                refresh = f"1//{planted(20)}"
                self._refresh.add(refresh)
                issued["refresh_token"] = refresh
            return as_json(200, issued)
        said = "Token has been expired or revoked."
        return as_json(400, {"error": "invalid_grant", "error_description": said})

    def _is_good(self, form: Mapping[str, str]) -> bool:
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = challenge_of(form.get("code_verifier", ""))
        return asked is not None and (challenge, form.get("redirect_uri")) == (
            asked["code_challenge"],
            asked["redirect_uri"],
        )

    def _issued(self) -> dict[str, object]:
        token = f"ya29.{planted(20)}"
        self._access[token] = self._clock() + _LASTS
        lasts_s = int(_LASTS.total_seconds())
        return {"access_token": token, "expires_in": lasts_s, "token_type": "Bearer"}
