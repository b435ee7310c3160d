"""TikTok's API as ``channels.tiktok`` uses it: its tokens, its envelope, and what its errors mean.

Every answer is ``{"data": …, "error": {"code", "message", "log_id"}}``, and ``error.code`` decides,
whatever the HTTP status. A user's access token lives for hours and its refresh token is good for
one use (https://developers.tiktok.com/docs/en/oauth-refresh-a-user-access-token). Codes:
https://developers.tiktok.com/doc/tiktok-api-v2-error-handling and the pages of each endpoint.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests

from channels.base import (
    N_,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    RateLimitedError,
    TransientError,
)
from channels.state import SealedState
from channels.tokens import TokenKeeper, Tokens
from channels.web.http import HttpSession, parsed, retry_after
from channels.web.values import lasting


class ScopeMissingError(CredentialsExpiredError):
    """The account hasn't granted what this request needs."""


class UnknownJobError(ForbiddenError):
    """TikTok doesn't know the ``publish_id``, or not as ours."""


_EXPIRED = N_("TikTok no longer takes the access it gave: log in again")
_UNSCOPED = N_("the TikTok account hasn't allowed this: log in again and allow all that is asked")
_BANNED = N_("TikTok doesn't let this account post")
_MOMENT, _ROLLING_DAY = timedelta(minutes=1), timedelta(hours=1)
# A cap over 24 hours gets free bit by bit, and being asked in vain costs nothing: hourly.

_ERRORS: Mapping[str, tuple[type[ChannelError], str | timedelta]] = {
    # the access
    "access_token_invalid": (CredentialsExpiredError, _EXPIRED),
    "auth_removed": (CredentialsExpiredError, _EXPIRED),
    "scope_not_authorized": (ScopeMissingError, _UNSCOPED),
    "scope_permission_missed": (
        ForbiddenError,
        N_("TikTok hasn't approved the app for this: apply for the scope at developers.tiktok.com"),
    ),
    # the pace
    "rate_limit_exceeded": (RateLimitedError, _MOMENT),
    "spam_risk_too_many_posts": (RateLimitedError, _ROLLING_DAY),
    "spam_risk_too_many_pending_share": (RateLimitedError, _ROLLING_DAY),
    "reached_active_user_cap": (RateLimitedError, _ROLLING_DAY),
    # what the account or the app may not do
    "spam_risk_user_banned_from_posting": (ForbiddenError, _BANNED),
    "spam_risk": (ForbiddenError, N_("TikTok blocks the post as a risk: look at the account")),
    "publish_cancelled": (ForbiddenError, N_("the post was cancelled at TikTok")),
    "unaudited_client_can_only_post_to_private_accounts": (
        ForbiddenError,
        N_(
            "TikTok hasn't audited the app: until then the account must be private, "
            'and privacy "SELF_ONLY"'
        ),
    ),
    "url_ownership_unverified": (
        ForbiddenError,
        N_("TikTok fetches only from addresses proved to be yours: verify the media host's"),
    ),
    "privacy_level_option_mismatch": (
        ForbiddenError,
        N_("this TikTok account doesn't offer that privacy"),
    ),
    "invalid_publish_id": (UnknownJobError, N_("TikTok doesn't know the post it was asked for")),
    "token_not_authorized_for_specified_publish_id": (
        UnknownJobError,
        N_("TikTok doesn't know the post it was asked for"),
    ),
    # what is in the post
    "invalid_params": (InvalidContentError, ""),
    "invalid_param": (InvalidContentError, ""),
    "invalid_file_upload": (InvalidContentError, ""),
    "file_format_check_failed": (InvalidContentError, ""),
    "duration_check_failed": (InvalidContentError, ""),
    "frame_rate_check_failed": (InvalidContentError, ""),
    "picture_size_check_failed": (InvalidContentError, ""),
    "spam_risk_text": (InvalidContentError, ""),
    # TikTok's own side, or the way to the media; only as why a job failed, which is no doubt
    "video_pull_failed": (TransientError, ""),
    "photo_pull_failed": (TransientError, ""),
    "internal": (TransientError, ""),
}
"""Codes of answers, and reasons of jobs that failed. ``internal_error`` isn't here: it is a doubt,
as every 5xx is. A text is for whoever has to act; a span is how long to rest."""

_OAUTH_ERRORS: Mapping[str, str] = {
    "invalid_grant": _EXPIRED,
    "access_denied": _EXPIRED,
    "invalid_client": N_("TikTok doesn't take the client key or the client secret"),
    "unauthorized_client": N_("TikTok doesn't take the client key or the client secret"),
    "invalid_request": N_("TikTok refuses the log-in: see that the redirect address is registered"),
    "invalid_scope": N_("TikTok hasn't approved the app for all that is asked"),
}
_TOKEN_PATH = "/v2/oauth/token/"  # noqa: S105 -- an address, no secret


@dataclass(frozen=True, slots=True)
class App:
    """The app at TikTok that speaks for the account."""

    key: str
    secret: str


class Api:
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
        if code in _ERRORS:
            until = retry_after(answer, self.http.clock(), _span(code))
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
            if isinstance(error, str) and error in _OAUTH_ERRORS:
                raise CredentialsExpiredError(_OAUTH_ERRORS[error])
            if 200 <= answer.status_code < 300:
                raise TransientError("TikTok: an answer about tokens that can't be read")
            raise self.http.refusal(answer, str(error or ""))


def error_for(code: str, said: str, until: datetime) -> ChannelError:
    """The error that ``code`` means, of an answer or of a job that failed; a code that isn't known
    is about what is in the post."""
    kind, more = _ERRORS.get(code, (InvalidContentError, ""))
    if issubclass(kind, RateLimitedError):
        return kind(f"TikTok: {code} {said}".rstrip(), until)
    return kind(more if isinstance(more, str) and more else f"TikTok: {code} {said}".rstrip())


def rest_for(code: str, now: datetime) -> datetime:
    """Until when to rest after a job failed by ``code``."""
    return now + _span(code)


def code_of(answer: requests.Response) -> str:
    """``error.code``; empty where the answer has none."""
    error = (parsed(answer) or {}).get("error")
    return str(error.get("code") or "") if isinstance(error, dict) else ""


def _said(answer: requests.Response) -> str:
    error = (parsed(answer) or {}).get("error")
    return str(error.get("message") or "") if isinstance(error, dict) else ""


def _span(code: str) -> timedelta:
    more = _ERRORS.get(code, (TransientError, ""))[1]
    return more if isinstance(more, timedelta) else _MOMENT
