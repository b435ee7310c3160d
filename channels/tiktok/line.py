"""Speaks TikTok's API for ``channels.tiktok``: its tokens, its envelope.

Every answer is ``{"data": …, "error": {"code", "message", "log_id"}}``, and ``error.code`` decides,
whatever the HTTP status. A user's access token lives for hours and its refresh token is good for
one use (https://developers.tiktok.com/docs/en/oauth-refresh-a-user-access-token).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests

from channels.base import ChannelError, CredentialsExpiredError, TransientError
from channels.state import SealedState
from channels.tiktok.errors import ERRORS, OAUTH_ERRORS, error_for, span_of
from channels.tokens import TokenKeeper, Tokens
from channels.web.http import HttpSession, parsed, retry_after
from channels.web.values import held, lasting

_TOKEN_PATH = "/v2/oauth/token/"  # noqa: S105 -- an address, no secret


@dataclass(frozen=True, slots=True)
class App:
    """The app at TikTok that speaks for the account."""

    key: str
    secret: str


class Line:
    """The endpoints, with a token that is good."""

    def __init__(self, http: HttpSession, base_url: str, app: App) -> None:
        self.http = http
        self._base = base_url.rstrip("/")
        self.app = app
        self._keeper: TokenKeeper | None = None

    def keep(self, state: SealedState, clock: Callable[[], datetime], refresh: str) -> None:
        """Begin with the refresh token that a person put; must be called before ``ask``."""
        self.http.hide(refresh)
        self._keeper = TokenKeeper(state, clock, refresh, self._refreshed, single_use=True)

    # -- asking -----------------------------------------------------------------------------------

    def ask(self, path: str, body: Mapping[str, Any] | None = None, **query: str) -> dict[str, Any]:
        """The ``data`` of an answer to what publishes nothing."""
        with self.http.harmless():
            return self.publish(path, body, **query)

    def publish(
        self, path: str, body: Mapping[str, Any] | None = None, **query: str
    ) -> dict[str, Any]:
        """The ``data`` of an answer to what may publish; ``body`` is JSON, ``None`` a GET."""
        keeper = self._keeper
        assert keeper is not None  # noqa: S101 -- the adapter's own order of calls
        token = self._known(keeper.access)
        answer = self._exchange(path, body, query, token)
        if code_of(answer) == "access_token_invalid":
            token = self._known(lambda: keeper.renewed(token))
            answer = self._exchange(path, body, query, token)
        if not 200 <= answer.status_code < 300 or code_of(answer) not in ("ok", ""):
            raise self.error_of(answer)
        data = self.http.json(answer).get("data")
        return data if isinstance(data, dict) else {}

    def error_of(self, answer: requests.Response) -> ChannelError:
        code, said = code_of(answer), _said(answer)
        if code in ERRORS:
            until = retry_after(answer, self.http.clock(), span_of(code))
            return error_for(code, self.http.clean(said), until)
        if 200 <= answer.status_code < 300 or code == "internal_error":
            return self.http.doubt(f"TikTok: {code} {said}")
        return self.http.refusal(answer, f"{code} {said}")

    def _exchange(
        self, path: str, body: Mapping[str, Any] | None, query: Mapping[str, str], token: str
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json; charset=UTF-8"
            content = json.dumps(body).encode()
        method = "GET" if body is None else "POST"
        answer: requests.Response = self.http.request(
            method, self._base + path, params=query, data=content, headers=headers
        )
        return answer

    def _known(self, token: Callable[[], str]) -> str:
        access = token()
        self.http.hide(access)
        return access

    # -- tokens -----------------------------------------------------------------------------------

    def exchanged(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        """What TikTok gives for the code of a consent: ``refresh_token`` and ``scope``."""
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._tokens(asked | ({"code_verifier": verifier} if verifier else {}))

    def _refreshed(self, refresh: str) -> Tokens:
        told = self._tokens({"grant_type": "refresh_token", "refresh_token": refresh})
        return Tokens(
            str(told["access_token"]),
            str(told.get("refresh_token") or refresh),
            self.http.clock() + (lasting(told.get("expires_in")) or timedelta()),
        )

    def _tokens(self, asked: Mapping[str, str]) -> dict[str, Any]:
        form = {"client_key": self.app.key, "client_secret": self.app.secret, **asked}
        with self.http.harmless():
            answer = self.http.post(self._base + _TOKEN_PATH, data=form)
            told = parsed(answer) or {}
            for name in ("access_token", "refresh_token"):
                if isinstance(told.get(name), str):
                    self.http.hide(told[name])
            if 200 <= answer.status_code < 300 and told.get("access_token"):
                return told
            error = told.get("error")
            if isinstance(error, str) and error in OAUTH_ERRORS:
                raise CredentialsExpiredError(OAUTH_ERRORS[error])
            if 200 <= answer.status_code < 300:
                raise TransientError("TikTok: an answer about tokens that can't be read")
            raise self.http.refusal(answer, str(error or ""))


def code_of(answer: requests.Response) -> str:
    """``error.code``; empty where the answer has none."""
    return str(_error(answer).get("code") or "")


def _said(answer: requests.Response) -> str:
    return str(_error(answer).get("message") or "")


def _error(answer: requests.Response) -> dict[str, Any]:
    return held((parsed(answer) or {}).get("error"))
