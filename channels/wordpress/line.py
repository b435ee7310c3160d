"""Speaks WordPress's REST API for ``channels.wordpress``, wherever a portal has it.

Every WordPress answers at ``/?rest_route=/…``; most also at ``/wp-json/…``, which the home page
tells in a ``Link`` header. Credentials go to the configured site alone, and never over plain http
beyond this machine.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from channels.base import (
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    RateLimitedError,
)
from channels.web.http import HttpSession, listed, parsed, retry_after
from channels.web.values import held, looked_through, whole
from channels.wordpress.errors import ERRORS, FIREWALL, MOVED

_MAINTENANCE = timedelta(minutes=10)
_MAINTENANCE_PAGE = "wp-die-message"
_API = "https://api.w.org/"


class Line:
    """One user's line to one site. ``password`` is an application password; ``None``: nobody's."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        timeout_s: float,
        site: str,
        rest_url: str,
        username: str,
        password: str | None,
    ) -> None:
        self._clock = clock
        self._site = site.rstrip("/")
        self._root = rest_url.rstrip("/")
        hidden: list[str] = []
        if password is not None:
            pair = base64.b64encode(f"{username}:{password}".encode()).decode()
            hidden = [password, password.replace(" ", ""), pair]
        self.http = HttpSession(clock, timeout_s, hidden)
        self.http.headers["Accept"] = "application/json"
        if password is not None:
            self.http.headers["Authorization"] = f"Basic {pair}"

    # -- asking -----------------------------------------------------------------------------------

    def ask(self, method: str, route: str, **more: Any) -> requests.Response:
        """The answer, whatever it is; ``route`` is from the API's root, as ``/wp/v2/posts``."""
        return self.http.request(method, f"{self._api()}{route}", **more)

    def object(self, method: str, route: str, **more: Any) -> dict[str, Any]:
        """The object it answers with; raises what its refusal means."""
        answer = self.ask(method, route, **more)
        if not 200 <= answer.status_code < 300:
            raise self.error_of(answer)
        return self.http.json(answer)

    def rows(self, route: str, **query: Any) -> list[dict[str, Any]]:
        """The objects of the list at ``route``."""
        answer = self.ask("GET", route, params=query)
        if answer.status_code != 200:
            raise self.error_of(answer)
        return rows_of(answer)

    def _api(self) -> str:
        if not self._root:
            with self.http.harmless():
                answer = self.http.head(f"{self._site}/")
            told = urlsplit(answer.links.get(_API, {}).get("url", ""))
            here = urlsplit(self._site)
            # A site may think that it is elsewhere (behind a proxy, at http): it is where we found
            # it, and the password goes nowhere else.
            root = told._replace(scheme=here.scheme, netloc=here.netloc).geturl().rstrip("/")
            if not told.netloc:
                root = f"{self._site}/?rest_route="
            self._root = root
        return self._root

    # -- understanding ----------------------------------------------------------------------------

    def error_of(self, answer: requests.Response) -> ChannelError:
        told, status = parsed(answer), answer.status_code
        if _is_maintained(answer, told):
            text = self.http.clean("WordPress: 503 it is being maintained")
            return RateLimitedError(text, retry_after(answer, self._clock(), _MAINTENANCE))
        if told is None and status == 403:
            return ForbiddenError(FIREWALL)
        if 300 <= status < 400:
            return ForbiddenError(MOVED)
        told = told or {}
        code, said = str(told.get("code", "")), str(told.get("message", ""))
        text = self.http.clean(f"WordPress: {status} {code}: {said}")
        whose = _within(told) | {status}
        if 401 in whose:
            return CredentialsExpiredError(text)
        if 403 in whose:
            return ForbiddenError(text)
        kind = ERRORS.get(code)
        if kind is None or status == 429:
            return self.http.refusal(answer, f"{code} {said}".strip())
        return kind(text)


def rows_of(answer: requests.Response) -> list[dict[str, Any]]:
    """The objects of the list that ``answer`` holds; ``TransientError`` where it holds none."""
    return looked_through(listed(answer), "WordPress")


def code_of(answer: requests.Response) -> str:
    """WordPress's own code for a refusal; empty where it gives none."""
    return str((parsed(answer) or {}).get("code", ""))


def _is_maintained(answer: requests.Response, told: Mapping[str, Any] | None) -> bool:
    """Whether WordPress is updating itself: it then says so before it looks at any request."""
    if answer.status_code != 503 or "Retry-After" not in answer.headers:
        return False
    return told.get("code") == "wp_die" if told else _MAINTENANCE_PAGE in answer.text


def _within(told: Mapping[str, Any]) -> set[int]:
    """The statuses inside a refusal of parameters: who isn't logged in is told that the parameter
    is invalid for them."""
    details = held(held(told.get("data")).get("details"))
    statuses = (whole(held(held(each).get("data")).get("status")) for each in details.values())
    return {status for status in statuses if status is not None}
