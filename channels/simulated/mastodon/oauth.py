"""Gives tokens as a Mastodon server does: apps, consent, codes (RFC 6749, RFC 7636)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from channels.simulated.planted import planted
from channels.simulated.server import challenge_of, query_of

_SCOPES = {"read:accounts", "read:statuses", "write:media", "write:statuses", "read", "write"}


@dataclass(frozen=True, slots=True)
class _App:
    secret: str
    redirect_uri: str
    scopes: str


class Grants:
    """Apps and the codes that people gave them; each code is good for one use."""

    def __init__(self) -> None:
        self._apps: dict[str, _App] = {}
        self._codes: dict[str, Mapping[str, str]] = {}

    def register(self, form: Mapping[str, str]) -> dict[str, Any]:
        """An app; raises ``ValueError`` with what is wrong."""
        uri, scopes = form.get("redirect_uris", ""), form.get("scopes", "")
        if not form.get("client_name") or not urlsplit(uri).scheme:
            raise ValueError("Validation failed: Redirect URI must be an absolute URI.")
        if not set(scopes.split()) <= _SCOPES:
            raise ValueError("Validation failed: Scopes doesn't match configured on the server.")
        client_id = secrets.token_urlsafe(32)
        self._apps[client_id] = app = _App(planted(20), uri, scopes)
        return {
            "id": str(len(self._apps)),
            "name": form["client_name"],
            "client_id": client_id,
            "client_secret": app.secret,
            "redirect_uris": [uri],
        }

    def consented(self, address: str) -> dict[str, str]:
        """What a browser is sent back with once the person at ``address`` says yes."""
        asked = query_of(address)
        app = self._apps[asked["client_id"]]
        wrong = asked["redirect_uri"] != app.redirect_uri or asked["response_type"] != "code"
        if wrong or not set(asked["scope"].split()) <= set(app.scopes.split()):
            return {"error": "invalid_request", "state": asked.get("state", "")}
        code = planted(20)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def exchanged(self, form: Mapping[str, str]) -> str:
        """The scopes granted; raises ``LookupError`` for another app, ``ValueError`` for a code."""
        app = self._apps[form.get("client_id", "")]
        if form.get("client_secret") != app.secret:
            raise LookupError("client_secret")
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = challenge_of(form.get("code_verifier", ""))
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or form.get("client_id") != asked["client_id"]
            or ("code_challenge" in asked and asked["code_challenge"] != challenge)
        ):
            raise ValueError("code")
        return asked["scope"]
