"""Speaks OpenID Connect with the province's log-in: where to send people, and who came back.

The code flow with PKCE, a state and a nonce, each used once. What the provider says of itself must
bear the issuer that schedule.toml names; its word on a person must be signed by one of its keys, by
an algorithm with two keys, for us, just now, and with our nonce. Clocks may differ by two minutes.
Every exchange is bounded, and none follows a redirect.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client.oauth2_session import OAuth2ClientAuth
from authlib.oauth2 import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from channels.web.hosts import is_protected
from channels.web.http import HttpSession
from publisher.settings.sign_on import SignOn
from publisher.site import Site

LEEWAY_S = 120
LOOKED_UP_FOR = timedelta(hours=1)
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""With a key that only the provider has: never "none", never one that the client knows, too."""

_TIMEOUT_S = 10.0
_ANSWER_BYTES = 200_000
_WELL_KNOWN = "/.well-known/openid-configuration"


class ProviderError(Exception):
    """The provider, or who comes from it, isn't believed; the text says why, for the log."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a provider says of itself, as it was at ``looked_up_at``."""

    authorization: str
    token: str
    keys_at: str
    basic: bool
    keys: KeySet
    looked_up_at: datetime


class Provider:
    """The provider of ``site``; what it says of itself is kept for an hour."""

    def __init__(self, site: Site, settings: SignOn, back: str) -> None:
        self._site = site
        self._settings = settings
        self._back = back
        self._known: Known | None = None
        self._guard = threading.Lock()

    def door(self, state: str, nonce: str, verifier: str) -> str:
        """Where to send somebody who wants to log in.

        Raises ``ProviderError``, ``ChannelError`` where it can't be asked.
        """
        known = self._look_up()
        with self._line() as line:
            address, _state = self._client(line, known, "").create_authorization_url(
                known.authorization, state=state, nonce=nonce, code_verifier=verifier
            )
        return str(address)

    def claims(self, code: str, nonce: str, verifier: str) -> Mapping[str, Any]:
        """What the provider says of who came back with ``code``. Raises as ``door`` does."""
        known = self._look_up()
        secret = self._site.secret(self._settings.client_secret)
        with self._line(secret, code, verifier) as line, line.harmless():
            try:
                given = self._client(line, known, secret).fetch_token(
                    known.token,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                )
            except (OAuthError, ValueError, OSError) as error:
                raise ProviderError(f"no token: {type(error).__name__}") from None
        token, access = given.get("id_token"), given.get("access_token")
        if not isinstance(token, str) or not isinstance(access, str):
            raise ProviderError("its answer has no id_token")
        try:
            told = self._told(token, known)
        except InvalidKeyIdError:
            # It has changed its keys since.
            try:
                told = self._told(token, self._look_up(afresh=True))
            except InvalidKeyIdError:
                raise ProviderError("its word is signed by none of its keys") from None
        return self._checked(told, nonce, access)

    def _told(self, token: str, known: Known) -> jwt.Token:
        try:
            registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
            return jwt.decode(token, known.keys, algorithms=ALGORITHMS, registry=registry)
        except InvalidKeyIdError:
            raise
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderError(f"its word is not believed: {type(error).__name__}") from None

    def _checked(self, told: jwt.Token, nonce: str, access: str) -> Mapping[str, Any]:
        own = self._settings
        claims = CodeIDToken(
            told.claims,
            told.header,
            {
                "iss": {"essential": True, "value": own.issuer},
                "aud": {"essential": True, "value": own.client_id},
            },
            {"nonce": nonce, "client_id": own.client_id, "access_token": access},
        )
        try:
            claims.validate(int(self._site.clock().timestamp()), LEEWAY_S)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderError(f"its word is not believed: {error}") from None
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise ProviderError("its word names nobody")
        found: Mapping[str, Any] = dict(claims)
        return found

    # -- what it says of itself -------------------------------------------------------------------

    def _look_up(self, *, afresh: bool = False) -> Known:
        with self._guard:
            now, known = self._site.clock(), self._known
            if known is None or afresh or not 0 <= _s(now - known.looked_up_at) < _s(LOOKED_UP_FOR):
                self._known = known = self._asked(now)
            return known

    def _asked(self, now: datetime) -> Known:
        issuer = self._settings.issuer
        with self._line() as line:
            told = _object(line, issuer.rstrip("/") + _WELL_KNOWN)
            if told.get("issuer") != issuer:
                raise ProviderError("it calls itself by another issuer than schedule.toml")
            ends = [_end(told, f"{name}_endpoint") for name in ("authorization", "token")]
            keys_at = _end(told, "jwks_uri")
            try:
                keys = KeySet.import_key_set(_object(line, keys_at))  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise ProviderError(f"its keys can't be read: {type(error).__name__}") from None
        ways = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Known(ends[0], ends[1], keys_at, "client_secret_basic" in ways, keys, now)

    def _client(self, line: HttpSession, known: Known, secret: str) -> _Client:
        way = "client_secret_basic" if known.basic else "client_secret_post"
        return _Client(
            line,
            client_id=self._settings.client_id,
            client_secret=secret,
            token_endpoint_auth_method=way,
            scope=self._settings.scope,
            redirect_uri=self._back,
            code_challenge_method="S256",
        )

    def _line(self, *secrets: str) -> HttpSession:
        return HttpSession(self._site.clock, _TIMEOUT_S, secrets, answer_max_bytes=_ANSWER_BYTES)


class _Client(OAuth2Client):  # type: ignore[misc]  # Authlib has no types
    client_auth_class = OAuth2ClientAuth
    oauth_error_class = OAuthError


def _object(line: HttpSession, address: str) -> dict[str, Any]:
    answer = line.get(address, headers={"Accept": "application/json"})
    if answer.status_code != 200:
        raise ProviderError(f"{urlsplit(address).hostname} answers {answer.status_code}")
    try:
        found = json.loads(answer.content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ProviderError(f"{urlsplit(address).hostname} answers no JSON object")
    return found


def _end(told: Mapping[str, Any], name: str) -> str:
    """An address that the provider names; only this machine's own may be without TLS."""
    address = told.get(name)
    if not isinstance(address, str) or not is_protected(address):
        raise ProviderError(f"its {name} is no safe address")
    return address


def _s(span: timedelta) -> float:
    return span.total_seconds()
