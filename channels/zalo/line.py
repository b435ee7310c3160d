"""Speaks Zalo's API for ``channels.zalo``: its tokens, its envelope.

Every answer is ``{"error": int, "message": …, "data": …}``, mostly with HTTP 200: ``error``
decides. The access token goes bare in a header of that name. It lives about a day; its refresh
token is good for one use and three months, and once it was used the old access token is void, too.
Tokens: https://docs.zaloplatforms.com/docs/OA/bat-dau/xac-thuc-va-uy-quyen-cho-ung-dung-new.

UNVERIFIED: whether this part of the API wants ``appsecret_proof`` (the key ``proof``); which codes
tell a refresh token that is void (whatever isn't a rate limit is taken for it).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests

from channels.base import (
    N_,
    ChannelError,
    CredentialsExpiredError,
    RateLimitedError,
    TransientError,
)
from channels.state import SealedState
from channels.tokens import TokenKeeper, Tokens
from channels.web.http import HttpSession, parsed, retry_after
from channels.web.pace import Pace, number
from channels.web.values import lasting
from channels.zalo.errors import ERRORS, EXPIRED, HOUR, MINUTE, QuotaError

_STALE = frozenset({-216, -220, -124})
_SECOND_MEANING, _QUOTA = -223, "quota"
_TOKEN_PATH = "/v4/oa/access_token"  # noqa: S105 -- an address, no secret
_RATE_LIMIT = -32


@dataclass(frozen=True, slots=True)
class App:
    """The app that speaks for the account; ``proof``: sign each access token with its secret."""

    app_id: str
    secret: str
    proof: bool = False


class Line:
    """The endpoints, with a token that is good."""

    def __init__(self, http: HttpSession, base_url: str, oauth_url: str, app: App) -> None:
        self.http = http
        self._base = base_url.rstrip("/")
        self._oauth = oauth_url.rstrip("/")
        self.app = app
        self._pace = Pace(http.clock, "Zalo")
        self._keeper: TokenKeeper | None = None

    def keep(self, state: SealedState, refresh: str) -> None:
        """Begin with the refresh token that a person put; must be called before the rest."""
        self.http.hide(refresh)
        self._keeper = TokenKeeper(
            state, self.http.clock, refresh, self._refreshed, single_use=True
        )

    # -- asking -----------------------------------------------------------------------------------

    def get(self, path: str, headers: Mapping[str, str] | None = None, **query: str) -> Any:
        """The ``data`` of an answer to a question."""
        return self._asked("GET", path, params=query, headers=dict(headers or {}))

    def ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The ``data`` of an answer to what publishes nothing."""
        with self.http.harmless():
            return self._asked("POST", path, json=body)

    def upload(self, path: str, name: str, content: bytes, mime: str) -> dict[str, Any]:
        with self.http.harmless():
            return self._asked("POST", path, files={"file": (name, content, mime)})

    def publish(
        self, path: str, body: Mapping[str, Any], doubtful: frozenset[int] = frozenset()
    ) -> dict[str, Any]:
        """The ``data`` of an answer to what publishes; ``doubtful`` codes don't surely say no."""
        self._pace.mind()
        return self._asked("POST", path, doubtful, json=body)

    def _asked(
        self,
        method: str,
        path: str,
        doubtful: frozenset[int] = frozenset(),
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> dict[str, Any]:
        keeper = self._keeper
        assert keeper is not None  # noqa: S101 -- the adapter's own order of calls
        token = self._known(keeper.access)
        answer = self._exchange(method, path, token, headers, request)
        if _code(answer) in _STALE:
            # A request with a stale token was surely not taken.
            token = self._known(lambda: keeper.renewed(token))
            answer = self._exchange(method, path, token, headers, request)
        if not 200 <= answer.status_code < 300 or _code(answer) != 0:
            raise self._error_of(answer, doubtful)
        data = self.http.json(answer).get("data")
        return data if isinstance(data, dict) else {}

    def _exchange(
        self,
        method: str,
        path: str,
        token: str,
        headers: Mapping[str, str] | None,
        request: Mapping[str, Any],
    ) -> requests.Response:
        signed = {"access_token": token, **(headers or {})}
        if self.app.proof:
            proof = hmac.new(self.app.secret.encode(), token.encode(), hashlib.sha256)
            signed["appsecret_proof"] = proof.hexdigest()
        answer: requests.Response = self.http.request(
            method, self._base + path, headers=signed, **request
        )
        left = number(answer.headers.get("X-RateLimit-Remain"))
        self._pace.left(left, self.http.clock() + MINUTE)
        return answer

    def _error_of(self, answer: requests.Response, doubtful: frozenset[int]) -> ChannelError:
        code, said, now = _code(answer), self.http.clean(_said(answer)), self.http.clock()
        text = f"Zalo: {code} {said}".rstrip()
        if code is not None and code not in doubtful:
            if code == _SECOND_MEANING and _QUOTA in said.lower():
                return QuotaError(text, now + HOUR)
            if code in ERRORS:
                kind, more = ERRORS[code]
                if issubclass(kind, RateLimitedError):
                    span = more if isinstance(more, timedelta) else MINUTE
                    return kind(text, retry_after(answer, now, span))
                return kind(str(more) or text)
        if 200 <= answer.status_code < 300:
            self.http.json(answer)  # an answer that can't be read says so in better words
            return self.http.doubt(text)
        return self.http.refusal(answer, said)

    def _known(self, token: Callable[[], str]) -> str:
        access = token()
        self.http.hide(access)
        return access

    # -- tokens -----------------------------------------------------------------------------------

    def exchanged(self, code: str, verifier: str) -> str:
        """The refresh token that Zalo gives for the code of a consent."""
        asked = {"grant_type": "authorization_code", "code": code}
        told = self._tokens(
            asked | ({"code_verifier": verifier} if verifier else {}),
            N_(
                "Zalo refuses the log-in: look at the app's secret key, callback address and "
                "code challenge at developers.zalo.me, and begin again"
            ),
        )
        if not told.get("refresh_token"):
            raise CredentialsExpiredError(N_("Zalo gave no token that can be renewed: begin again"))
        return str(told["refresh_token"])

    def _refreshed(self, refresh: str) -> Tokens:
        asked = {"grant_type": "refresh_token", "refresh_token": refresh}
        told = self._tokens(asked, EXPIRED)
        # Zalo writes the seconds as a text.
        lasts = lasting(number(str(told.get("expires_in", "")))) or timedelta()
        return Tokens(
            str(told["access_token"]),
            str(told.get("refresh_token") or refresh),
            self.http.clock() + lasts,
        )

    def _tokens(self, asked: Mapping[str, str], refused: str) -> dict[str, Any]:
        form = {"app_id": self.app.app_id, **asked}
        headers = {"secret_key": self.app.secret}
        with self.http.harmless():
            answer = self.http.post(self._oauth + _TOKEN_PATH, data=form, headers=headers)
            told = parsed(answer) or {}
            for name in ("access_token", "refresh_token"):
                if isinstance(told.get(name), str):
                    self.http.hide(told[name])
            if 200 <= answer.status_code < 300 and told.get("access_token"):
                return told
            code = _code(answer)
            if code == _RATE_LIMIT:
                until = retry_after(answer, self.http.clock(), MINUTE)
                raise RateLimitedError("Zalo: too many requests for tokens", until)
            if code and answer.status_code < 500:
                raise CredentialsExpiredError(refused)
            if 200 <= answer.status_code < 300:
                raise TransientError("Zalo: an answer about tokens that can't be read")
            raise self.http.refusal(answer)


def _code(answer: requests.Response) -> int | None:
    """``error``; ``None`` where the answer has none."""
    error = (parsed(answer) or {}).get("error")
    return error if isinstance(error, int) else None


def _said(answer: requests.Response) -> str:
    return str((parsed(answer) or {}).get("message") or "")
