"""Speaks Mastodon's API for ``channels.mastodon``, by Mastodon.py over one bounded session.

Mastodon.py knows the endpoints; its errors tell neither whether a request had begun nor what stood
in the answer's headers, and a strange header makes it fail after the server said yes. So what
counts here is the answer itself. Source: https://docs.joinmastodon.org/api/rate-limits/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import requests

from channels.base import (
    ChannelError,
    ForbiddenError,
    InvalidContentError,
    RateLimitedError,
)
from channels.mastodon.errors import ERRORS, OTHERWISE
from channels.web.http import LONGEST_WAIT, HttpSession, listed, parsed, retry_after
from channels.web.pace import Pace, number
from channels.web.values import looked_through, moment, unix

# Mastodon.py would ask each server for its version first, once a process; what it says is used for
# nothing but to choose among endpoints that have been the same for years.
_VERSION = "4.5.0"
_ODD = (AttributeError, LookupError, OSError, OverflowError, RecursionError)


class Line(HttpSession):
    """Mastodon.py's client (``api``) over a session that keeps each answer, and each allowance."""

    def __init__(
        self, clock: Callable[[], datetime], timeout_s: float, server: str, token: str
    ) -> None:
        # Imported late, as below: whoever only looks at schedule.toml speaks to nobody.
        from mastodon import Mastodon

        super().__init__(clock, timeout_s, secrets=[token])
        self.api = Mastodon(
            api_base_url=server,
            session=self,
            request_timeout=timeout_s,
            ratelimit_method="throw",
            mastodon_version=_VERSION,
            version_check_mode="created",
            user_agent=str(self.headers["User-Agent"]),
        )
        # Not by its constructor, which would read a file of that name.
        self.api.access_token = token
        self._answer: requests.Response | None = None
        # Posts, uploads and deletions have allowances of their own besides that of all requests.
        kinds = ("posts", "uploads", "deletions", "requests")
        self._paces = {kind: Pace(clock, f"Mastodon ({kind})") for kind in kinds}

    def ask(self, verb: Callable[[], Any]) -> requests.Response:
        """``call``, for what publishes nothing."""
        with self.harmless():
            return self.call(verb)

    def call(self, verb: Callable[[], Any]) -> requests.Response:
        """The answer (2xx) to the one request that ``verb`` makes; raises what its error means."""
        from mastodon.errors import MastodonError

        self._answer = None
        error: ChannelError | None = None
        try:
            verb()
        except (MastodonError, *_ODD, TypeError, ValueError) as odd:
            error = next(_ours_behind(odd), None)
        if self._answer is not None and 200 <= self._answer.status_code < 300:
            return self._answer
        if self._answer is not None:
            raise self.error_of(self._answer)
        raise error or InvalidContentError("Mastodon: what it is asked for can't be put in a form")

    def there(self, verb: Callable[[], Any]) -> dict[str, Any] | None:
        """The post that ``verb`` asks for, or deletes, where there is one."""
        try:
            with self.harmless():
                return self.json(self.call(verb))
        except ForbiddenError:
            if self.refused_with in (404, 410):
                return None
            raise

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        pace = self._paces[_kind(request)]
        for each in (pace, self._paces["requests"]):
            each.mind()
        answer = super().send(request, **kwargs)
        self._answer = answer
        if answer.status_code != 429:  # that one says itself until when
            pace.left(number(answer.headers.get("X-RateLimit-Remaining")), _reset(answer))
        return answer

    @property
    def refused_with(self) -> int:
        """The status of the last answer; 0 where there was none."""
        return self._answer.status_code if self._answer is not None else 0

    def list_in(self, answer: requests.Response) -> list[dict[str, Any]]:
        """The objects of the list that a look-up gave; raises ``TransientError``."""
        return looked_through(listed(answer), "Mastodon")

    def error_of(self, answer: requests.Response) -> ChannelError:
        status, said = answer.status_code, str((parsed(answer) or {}).get("error") or "")
        text = self.clean(f"Mastodon: {status} {said or answer.reason}")
        if status == 429:
            now = self.clock()
            until = max(_reset(answer) or retry_after(answer, now), now)
            return RateLimitedError(text, min(until, now + LONGEST_WAIT))
        kind = ERRORS.get(status)
        if kind is None:
            return self.refusal(answer, said)
        if status == 422:
            kind = next((other for words, other in OTHERWISE.items() if words in said), kind)
        return kind(text)


def _ours_behind(error: BaseException | None) -> Iterator[ChannelError]:
    """The contract's error that Mastodon.py wrapped into one of its own."""
    while error is not None:
        if isinstance(error, ChannelError):
            yield error
        error = error.__cause__ or error.__context__


def _kind(request: requests.PreparedRequest) -> str:
    if request.method == "DELETE":
        return "deletions"
    if request.method != "POST":
        return "requests"
    path = (request.url or "").partition("?")[0]
    kinds = {"/media": "uploads", "/statuses": "posts"}
    return next((kind for end, kind in kinds.items() if path.endswith(end)), "requests")


def _reset(answer: requests.Response) -> datetime | None:
    """When the allowance is whole again: a time (ISO 8601), or at GoToSocial's a Unix time."""
    written = answer.headers.get("X-RateLimit-Reset", "").strip()
    seconds = number(written)
    return moment(written, UTC) if seconds is None else unix(seconds)
