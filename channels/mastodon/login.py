"""Gets a token from a Mastodon server by a person's consent. An app is registered for it.

Source: https://docs.joinmastodon.org/client/authorized/ and
https://docs.joinmastodon.org/spec/oauth/. Tokens don't expire; each login registers an app of its
own, which the account's settings show as "Publisher". Used by ``channels.mastodon``.
"""

from __future__ import annotations

from typing import Any

from channels.base import ChannelError, ForbiddenError, Person, TransientError
from channels.oauth import Challenge, consented
from channels.web.http import HttpSession, parsed

SCOPES = "read:accounts read:statuses write:media write:statuses"
"""What is asked for: to see whose account it is and its posts, to upload, to post and delete."""


def token_by_consent(http: HttpSession, server: str, person: Person, redirect_uri: str) -> str:
    """A token of the account that ``person`` logs in with; raises a ``ChannelError``."""
    with http.harmless():
        app = _told(
            http,
            f"{server}/api/v1/apps",
            client_name="Publisher",
            redirect_uris=redirect_uri,
            scopes=SCOPES,
        )
        client_id, client_secret = _text(app, "client_id"), _text(app, "client_secret")
        http.hide(client_secret)
        pkce = _challenge(http, server)
    asked = {"client_id": client_id, "scope": SCOPES}
    consent = consented(
        person, f"{server}/oauth/authorize", asked, redirect_uri=redirect_uri, pkce=pkce
    )
    form = {
        "grant_type": "authorization_code",
        "code": consent.code,
        "client_id": client_id,
        "client_secret": client_secret,
        "redirect_uri": consent.redirect_uri,
        "scope": SCOPES,
    }
    form |= {"code_verifier": consent.verifier} if consent.verifier else {}
    http.hide(consent.code)
    with http.harmless():
        token = _text(_told(http, f"{server}/oauth/token", **form), "access_token")
    http.hide(token)
    return token


def _challenge(http: HttpSession, server: str) -> Challenge:
    """PKCE, where the server says that it knows it (Mastodon since 4.3)."""
    answer = http.get(f"{server}/.well-known/oauth-authorization-server")
    told = parsed(answer) or {}
    methods = told.get("code_challenge_methods_supported") if answer.status_code == 200 else None
    return "S256" if isinstance(methods, list) and "S256" in methods else ""


def _told(http: HttpSession, url: str, **form: str) -> dict[str, Any]:
    answer = http.post(url, data=form)
    if answer.status_code == 200:
        return http.json(answer)
    raise _error_of(http, answer)


def _error_of(http: HttpSession, answer: Any) -> ChannelError:
    told = parsed(answer) or {}
    said = str(told.get("error_description") or told.get("error") or "")
    error = http.refusal(answer, said)
    if isinstance(error, TransientError) or answer.status_code == 401:
        return error
    return ForbiddenError(str(error))


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise TransientError("Mastodon: the server answered without what it was asked for")
    return value
