"""The line to a homeserver: the Client-Server API's requests, and what its refusals mean.

Five kinds of request in plain HTTP need no client library: matrix-nio is asyncio, and has time-outs
and repeats of its own. Source: Client-Server API 1.18, "Standard error response", "Rate limiting".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests

from channels.base import (
    N_,
    ChannelError,
    RateLimitedError,
    TransientError,
)
from channels.matrix.errors import ERRORS
from channels.web.http import LONGEST_WAIT, HttpSession, parsed, retry_after
from channels.web.values import objects, whole

# By code, as the specification wants it; what isn't here goes by its status.
API = "/_matrix/client"
PLATFORM = "Matrix"
PAGES, A_PAGE = 20, 100
"""How many pages of a list are looked through, and how many events are on each."""

_ANSWER_MAX_BYTES = 20_000_000
"""The members of a large room are told in one answer."""
_NAME_MAX = 255
_NAMELESS = N_("its answer lacks the name of what it is about")


class Line(HttpSession):
    """Asks the homeserver at ``server``, with ``token`` where there is one."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        timeout_s: float,
        server: str,
        token: str = "",
        secrets: tuple[str, ...] = (),
    ) -> None:
        hidden = (*secrets, token) if token else secrets
        super().__init__(clock, timeout_s, hidden, answer_max_bytes=_ANSWER_MAX_BYTES)
        self._server = server.rstrip("/")
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, *, absent: bool = False, **more: Any) -> dict[str, Any]:
        """What the homeserver tells; with ``absent`` nothing where it says that there is none.

        Raises what the contract has for each refusal.
        """
        answer = self.request(method, f"{self._server}{path}", **more)
        if absent and answer.status_code == 404:
            return {}
        if not 200 <= answer.status_code < 300:
            raise self._refused(answer)
        return self.json(answer)

    def related(self, room: str, name: str) -> list[dict[str, Any]] | None:
        """All events that refer to ``name``; ``None`` where not all of them are told."""
        path = f"{API}/v1/rooms/{in_path(room)}/relations/{in_path(name)}"
        query, found = {"limit": str(A_PAGE)}, list[dict[str, Any]]()
        for _ in range(PAGES):
            told = self.ask("GET", path, params=query, absent=True)
            if not isinstance(told.get("chunk"), list):
                return None
            found += objects(told["chunk"])
            if not told.get("next_batch"):
                return found
            query["from"] = str(told["next_batch"])
        return None

    def _refused(self, answer: requests.Response) -> ChannelError:
        told = parsed(answer) or {}
        code = str(told.get("errcode") or "")
        said = f"{code} {told.get('error') or ''}".strip()
        text = self.clean(f"{PLATFORM}: {answer.status_code} {said}")
        if code == "M_LIMIT_EXCEEDED" or answer.status_code == 429:
            return RateLimitedError(text, retry_after(answer, self.clock(), _wait(told)))
        if code in ERRORS and answer.status_code < 500:
            return ERRORS[code](text)
        return self.refusal(answer, said)


def name_or_none(told: Mapping[str, Any], key: str) -> str | None:
    """The id under ``key``: a text of up to 255 characters, as the specification bounds them."""
    name = told.get(key)
    return name if isinstance(name, str) and 0 < len(name) <= _NAME_MAX else None


def name_in(told: Mapping[str, Any], key: str) -> str:
    """Likewise; ``TransientError`` where there is none."""
    name = name_or_none(told, key)
    if name is None:
        raise TransientError(f"{PLATFORM}: {_NAMELESS}: {key}")
    return name


def in_path(name: str) -> str:
    """``name`` as one step of a path."""
    return quote(name, safe="")


def path_of(room: str) -> str:
    """Where all that belongs to ``room`` is asked for."""
    return f"{API}/v3/rooms/{in_path(room)}"


def _wait(told: Mapping[str, Any]) -> timedelta:
    """By the body, as it was before 1.10; a header goes before it."""
    wait_ms = whole(told.get("retry_after_ms"))
    if wait_ms is None:
        return timedelta(minutes=1)
    return min(timedelta(milliseconds=min(max(wait_ms, 0), 10**12)), LONGEST_WAIT)
