"""Speaks YouTube's Data API for ``channels.youtube``, with tokens that are renewed.

Errors are ``{"error": {"code", "message", "errors": [{"domain", "reason", "message"}]}}``, and the
``reason`` decides (https://developers.google.com/youtube/v3/docs/errors). Tokens are Google's:
an access token lasts about an hour, the refresh token until it is taken back
(https://developers.google.com/identity/protocols/oauth2/native-app).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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
from channels.web.values import held, lasting, objects
from channels.youtube.errors import ERRORS, Rest

_NOT_MENDED_BY_A_TOKEN = frozenset({"youtubeSignupRequired"})
_REVOKED = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "deleted_client"})

_PACIFIC = ZoneInfo("America/Los_Angeles")
_LOGGED_OUT = N_(
    "Google no longer takes the refresh token (it was taken back, or it is a test project's, "
    "which last a week): log in again"
)


@dataclass(frozen=True, slots=True)
class Client:
    """The office's own program at Google, and where its tokens are exchanged."""

    id: str
    secret: str
    token_url: str

    def __repr__(self) -> str:
        return f"Client({self.id})"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the API is, where files are brought to, and where people watch."""

    api: str
    upload: str
    web: str


class Line:
    """One account's line; every request carries a token that is good."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        timeout_s: float,
        client: Client,
        refresh_token: str,
        state: SealedState,
        at: Addresses,
    ) -> None:
        self.at = at
        self._clock = clock
        self._client = client
        self.http = HttpSession(clock, timeout_s, secrets=[client.secret, refresh_token])
        self._keeper = TokenKeeper(state, clock, refresh_token, self._refreshed)

    def call(self, method: str, url: str, **request: Any) -> requests.Response:
        """The answer, whatever its status. A token that YouTube calls stale is renewed, once: with
        such a token nothing was taken."""
        token = self._keeper.access()
        answer = self._with(token, method, url, request)
        if answer.status_code == 401 and not _NOT_MENDED_BY_A_TOKEN & set(reasons(answer)):
            answer = self._with(self._keeper.renewed(token), method, url, request)
        return answer

    def ask(self, method: str, url: str, **request: Any) -> dict[str, Any]:
        """The object that a request gives which publishes nothing; raises what its error means."""
        with self.http.harmless():
            answer = self.call(method, url, **request)
            if not 200 <= answer.status_code < 300:
                raise self.error_of(answer)
            return self.http.json(answer) if answer.content else {}

    def error_of(self, answer: requests.Response) -> ChannelError:
        """What an answer that isn't 2xx means."""
        said = _said(answer)
        named = reasons(answer)
        meaning = next((ERRORS[reason] for reason in named if reason in ERRORS), None)
        if meaning is None:
            return self.http.refusal(answer, said)
        why = f"{named[0]}: {said}" if said else named[0]
        text = self.http.clean(f"YouTube: {answer.status_code} {why}")
        if isinstance(meaning, Rest):
            return RateLimitedError(text, self._free_at(meaning, answer))
        return meaning(text)

    def _with(
        self, token: str, method: str, url: str, request: Mapping[str, Any]
    ) -> requests.Response:
        self.http.hide(token)
        headers = {**request.get("headers", {}), "Authorization": f"Bearer {token}"}
        answer: requests.Response = self.http.request(
            method, url, **{**request, "headers": headers}
        )
        return answer

    def _refreshed(self, refresh_token: str) -> Tokens:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return exchanged(self.http, self._client, form)

    def _free_at(self, rest: Rest, answer: requests.Response) -> datetime:
        now = self._clock()
        if rest is Rest.TO_MIDNIGHT:
            return midnight_after(now)
        if rest is Rest.A_DAY:
            return now + timedelta(days=1)
        return retry_after(answer, now)


def exchanged(http: HttpSession, client: Client, form: Mapping[str, str]) -> Tokens:
    """What Google gives for a refresh token, or for the code of a consent.

    Raises ``CredentialsExpiredError`` where Google no longer takes it, and other errors where it
    can't be had now.
    """
    whole = {**form, "client_id": client.id, "client_secret": client.secret}
    with http.harmless():
        answer = http.post(client.token_url, data=whole)
        if not 200 <= answer.status_code < 300:
            told = parsed(answer) or {}
            if str(told.get("error")) in _REVOKED:
                raise CredentialsExpiredError(_LOGGED_OUT)
            raise http.refusal(answer, str(told.get("error_description", "")))
        told = http.json(answer)
    access, refresh = told.get("access_token"), told.get("refresh_token", "")
    if not (isinstance(access, str) and access and isinstance(refresh, str)):
        raise TransientError("Google: it gave no token")
    for secret in (access, refresh):
        http.hide(secret)
    lasts = lasting(told.get("expires_in"))
    return Tokens(access, refresh, None if lasts is None else http.clock() + lasts)


def reasons(answer: requests.Response) -> list[str]:
    """The reasons that an error gives, the first one first; none where it gives none."""
    error = _error(answer)
    each = [*objects(error.get("errors")), *objects(error.get("details"))]
    return [str(part["reason"]) for part in each if part.get("reason")]


def midnight_after(now: datetime) -> datetime:
    """The next midnight in California, whose offset changes twice a year."""
    tomorrow = now.astimezone(_PACIFIC).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=_PACIFIC).astimezone(
        now.tzinfo
    )


def _said(answer: requests.Response) -> str:
    """Its message; YouTube puts links into some."""
    return re.sub(r"<[^<>]*>", "", str(_error(answer).get("message") or ""))


def _error(answer: requests.Response) -> dict[str, Any]:
    return held((parsed(answer) or {}).get("error"))
