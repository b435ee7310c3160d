"""Speaks a Bluesky server's API for ``channels.bluesky``, by atproto's client over our session.

atproto knows the endpoints. Its own HTTP follows redirects and can't say whether a request had
begun, and its models refuse an answer that has grown since: so its requests go over ours, and what
counts is the answer itself. It is imported where it is used, here and in the modules beside: that
takes half a second, and whoever only looks at schedule.toml speaks to nobody. Source:
https://atproto.com/specs/xrpc and https://docs.bsky.app/docs/advanced-guides/rate-limits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import requests

from channels.base import (
    ChannelError,
    InvalidContentError,
    RateLimitedError,
)
from channels.bluesky.errors import ERRORS
from channels.web.http import LONGEST_WAIT, HttpSession, parsed, retry_after
from channels.web.pace import Pace, number

if TYPE_CHECKING:
    from atproto_client.client.raw import ClientRaw
    from atproto_client.request import Response

_PACES = {
    "com.atproto.server.createSession": "log-ins",  # 30 in five minutes, 300 a day
    "com.atproto.repo.putRecord": "posts",  # 5,000 points an hour, of which each takes 1 to 3
    "com.atproto.repo.deleteRecord": "posts",
}
_ODD = (AttributeError, LookupError, RecursionError, TypeError, ValueError)

Verb = Callable[["ClientRaw"], Any]


class Line(HttpSession):
    """atproto's client over a session that keeps each answer, and each allowance."""

    def __init__(self, clock: Callable[[], datetime], timeout_s: float) -> None:
        super().__init__(clock, timeout_s)
        self._answer: requests.Response | None = None
        kinds = (*_PACES.values(), "requests")
        self._paces = {kind: Pace(clock, f"Bluesky ({kind})") for kind in kinds}

    def ask(self, base: str, verb: Verb) -> dict[str, Any]:
        """``call``, for what publishes nothing."""
        with self.harmless():
            return self.call(base, verb)

    def call(self, base: str, verb: Verb) -> dict[str, Any]:
        """What the server at ``base`` answers (2xx) to the one request that ``verb`` makes of
        atproto's client; raises what its error means."""
        from atproto_client.client.raw import ClientRaw
        from atproto_core.exceptions import AtProtocolError

        self._answer = None
        # What its models don't know of the answer, where there is one.
        with suppress(AtProtocolError, *_ODD):
            verb(ClientRaw(base, _OverOurs(self)))
        if self._answer is None:
            raise InvalidContentError("Bluesky: what it is asked for can't be put into words")
        return self.json(self._answer)

    def exchanged(self, method: str, url: str, **more: Any) -> Response:
        """One request of atproto's, over ours."""
        from atproto_client.request import Response

        kind = _PACES.get(url.rpartition("/")[2], "requests")
        pace = self._paces[kind]
        pace.mind()
        answer = self.request(method, url, **more)
        if answer.status_code != 429:  # that one says itself until when
            pace.left(number(answer.headers.get("RateLimit-Remaining")), _reset(answer))
        if not 200 <= answer.status_code < 300:
            raise self.error_of(answer)
        self._answer = answer
        return Response(True, answer.status_code, parsed(answer), dict(answer.headers))

    def error_of(self, answer: requests.Response) -> ChannelError:
        status, told = answer.status_code, parsed(answer) or {}
        name, said = str(told.get("error") or ""), str(told.get("message") or "")
        text = self.clean(f"Bluesky: {status} {name or answer.reason} {said}")
        if status == 429:
            now = self.clock()
            until = max(_reset(answer) or retry_after(answer, now), now)
            return RateLimitedError(text, min(until, now + LONGEST_WAIT))
        kind = ERRORS.get(name) if 400 <= status < 500 else None
        return kind(text) if kind else self.refusal(answer, f"{name} {said}")


class _OverOurs:
    """What atproto's client does its HTTP by, in place of its own ``Request``."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def get(self, url: str, **more: Any) -> Response:
        params, heads = more.get("params"), more.get("headers")
        return self._line.exchanged("GET", url, params=params, headers=heads)

    def post(self, url: str, **more: Any) -> Response:
        content = more.get("content")
        body = content.encode() if isinstance(content, str) else more.get("data")
        return self._line.exchanged("POST", url, data=body, headers=more.get("headers"))


def _reset(answer: requests.Response) -> datetime | None:
    """When the allowance is whole again, as a Unix time."""
    written = answer.headers.get("RateLimit-Reset", "").strip()
    if not re.fullmatch(r"\d{1,11}", written):
        return None
    return datetime.fromtimestamp(int(written), UTC)
