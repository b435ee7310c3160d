"""Speaks LinkedIn's versioned API for ``channels.linkedin``: headers, tokens, addresses.

Tokens:
https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (an access
token is good for sixty days; only approved apps get a refresh token, which stays the same).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

import requests

from channels.base import (
    ChannelError,
    CredentialsExpiredError,
    RateLimitedError,
    TransientError,
)
from channels.linkedin.errors import ERRORS, OAUTH_ERRORS, REVOKED, DuplicateError
from channels.state import SealedState
from channels.tokens import TokenKeeper, Tokens
from channels.web.http import HttpSession, parsed, retry_after
from channels.web.values import lasting, unix

_DUPLICATE = re.compile(r"duplicate", re.IGNORECASE)
_POST = re.compile(r"urn:li:(?:share|ugcPost):\d+")
_A_DAYS_QUOTA = re.compile(r"\bday\b", re.IGNORECASE)

_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class App:
    """The app at LinkedIn that speaks for the page, and where it gets tokens."""

    id: str
    secret: str
    oauth_url: str


class Line:
    """The endpoints under ``base_url``; ``token`` is good until LinkedIn says otherwise, or there
    is a keeper that renews it."""

    def __init__(self, http: HttpSession, base_url: str, version: str) -> None:
        self.http = http
        self._base = base_url.rstrip("/")
        self._version = version
        self._token = ""
        self._keeper: TokenKeeper | None = None

    def hold(self, token: str) -> None:
        """Use ``token``, which nothing renews."""
        self.http.hide(token)
        self._token = token

    def keep(self, state: SealedState, app: App, refresh: str) -> None:
        """Use what ``refresh`` is exchanged for."""
        self.http.hide(refresh)
        self._keeper = TokenKeeper(
            state, self.http.clock, refresh, lambda it: self._refreshed(app, it), ahead=_AHEAD
        )

    # -- asking -----------------------------------------------------------------------------------

    def get(self, path: str, kind: str = "") -> dict[str, Any]:
        """What LinkedIn tells; ``kind`` is the Rest.li method, where the path alone isn't clear."""
        with self.http.harmless():
            answer = self.exchange("GET", path, kind=kind)
            return self.http.json(answer)

    def act(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What an action gives that publishes nothing (an upload)."""
        with self.http.harmless():
            answer = self.exchange("POST", path, body)
            return self.http.json(answer) if answer.content else {}

    def exchange(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, kind: str = ""
    ) -> requests.Response:
        """The answer, if it is a good one. A token that LinkedIn says has ended is renewed once,
        where it can be, and the request made again: it surely wasn't taken."""
        token = self._access()
        answer = self._asked(method, path, body, kind, token)
        if answer.status_code == 401 and self._keeper and _code(answer) != REVOKED:
            token = self._known(self._keeper.renewed(token))
            answer = self._asked(method, path, body, kind, token)
        if not 200 <= answer.status_code < 300:
            raise self.error_of(answer)
        return answer

    def put(self, address: str, content: bytes, *, signed: bool) -> requests.Response:
        """Bring ``content`` to an ``address`` of LinkedIn's; ``signed`` with the token."""
        headers = {"Content-Type": "application/octet-stream"}
        if signed:
            headers["Authorization"] = f"Bearer {self._access()}"
        with self.http.harmless():
            answer: requests.Response = self.http.put(address, data=content, headers=headers)
            if not 200 <= answer.status_code < 300:
                raise self.error_of(answer)
            return answer

    def error_of(self, answer: requests.Response) -> ChannelError:
        told, status = parsed(answer) or {}, answer.status_code
        said = str(told.get("message") or "")
        text = self.http.clean(f"LinkedIn: {status} {said or answer.reason or ''}")
        if status == 429:
            return RateLimitedError(text, self._free_at(answer, said))
        if status in (400, 409, 422) and _DUPLICATE.search(said):
            named = _POST.search(said)
            return DuplicateError(text, named[0] if named else "")
        found = ERRORS.get(_code(answer)) or ERRORS.get(status)
        if found is None:
            return self.http.refusal(answer, said)
        kind, literal = found
        return kind(literal or text)

    def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None, kind: str, token: str
    ) -> requests.Response:
        headers = {
            "Authorization": f"Bearer {token}",
            "Linkedin-Version": self._version,
            "X-Restli-Protocol-Version": "2.0.0",
            **({"X-RestLi-Method": kind} if kind else {}),
        }
        answer: requests.Response = self.http.request(
            method, self._base + path, json=body, headers=headers
        )
        return answer

    def _free_at(self, answer: requests.Response, said: str) -> datetime:
        """LinkedIn's quotas are of a day, which ends at midnight UTC."""
        now = self.http.clock()
        if "Retry-After" not in answer.headers and _A_DAYS_QUOTA.search(said):
            return _next_midnight(now)
        return retry_after(answer, now)

    # -- tokens -----------------------------------------------------------------------------------

    def exchanged(self, app: App, code: str, redirect_uri: str) -> dict[str, Any]:
        """What LinkedIn gives for the code of a consent."""
        return self._tokens(
            app, {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        )

    def ends_at(self, app: App) -> datetime | None:
        """When the token that nothing renews ends, by LinkedIn's own word; ``None`` where it
        doesn't say. (https://learn.microsoft.com/linkedin/shared/authentication/token-introspection)
        """
        form = {"client_id": app.id, "client_secret": app.secret, "token": self._token}
        self.http.hide(app.secret)
        with self.http.harmless():
            answer = self.http.post(f"{app.oauth_url.rstrip('/')}/introspectToken", data=form)
        expires_at = (parsed(answer) or {}).get("expires_at") if answer.ok else None
        return unix(expires_at)

    def _access(self) -> str:
        return self._known(self._keeper.access()) if self._keeper else self._token

    def _known(self, token: str) -> str:
        self.http.hide(token)
        return token

    def _refreshed(self, app: App, refresh: str) -> Tokens:
        told = self._tokens(app, {"grant_type": "refresh_token", "refresh_token": refresh})
        until = self.http.clock() + (lasting(told.get("expires_in")) or timedelta())
        return Tokens(str(told["access_token"]), str(told.get("refresh_token") or refresh), until)

    def _tokens(self, app: App, asked: Mapping[str, str]) -> dict[str, Any]:
        form = {**asked, "client_id": app.id, "client_secret": app.secret}
        with self.http.harmless():
            answer = self.http.post(f"{app.oauth_url.rstrip('/')}/accessToken", data=form)
            told = parsed(answer) or {}
            for name in ("access_token", "refresh_token"):
                if isinstance(told.get(name), str):
                    self.http.hide(told[name])
            if 200 <= answer.status_code < 300 and told.get("access_token"):
                return told
            error = str(told.get("error") or "")
            if error in OAUTH_ERRORS:
                raise CredentialsExpiredError(OAUTH_ERRORS[error])
            if 200 <= answer.status_code < 300:
                raise TransientError("LinkedIn: an answer about tokens that can't be read")
            raise self.http.refusal(answer, error)


def listed(urns: Iterable[str]) -> str:
    """``urns`` as Rest.li 2.0 wants a list in a query."""
    return f"List({','.join(encoded(urn) for urn in urns)})"


def encoded(urn: str) -> str:
    """``urn`` as a part of an address."""
    return quote(urn, safe="")


def _next_midnight(now: datetime) -> datetime:
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC)


def _code(answer: requests.Response) -> str:
    return str((parsed(answer) or {}).get("serviceErrorCode") or "")
