"""Observes what Apprise's plugins ask over HTTP, for their True or False alone decides nothing.

Apprise (https://github.com/caronc/apprise) answers whether all went well; why it didn't stands in
its log, in words. But each of its plugins asks by ``requests.post`` and its like, looked up in its
own module as it asks: there they find a ``requests`` whose verbs, while a message of ours is being
sent in the same thread, go through our bounded session. It sees every answer, knows what had begun,
and its errors end the plugin's work at once. Outside of that, plugins ask as they always did.
Used by ``channels.apprise``.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import requests

from channels.base import (
    N_,
    AmbiguousError,
    ChannelError,
    ForbiddenError,
    RateLimitedError,
    TransientError,
)
from channels.web.http import HttpSession

LONGEST_S = 120.0
"""How long one message may take in all; a service with many recipients is asked many times."""

_PARTLY = N_("Apprise: some of its requests were taken, and then one was not")

# It writes addresses down, and with them secrets.
logging.getLogger("apprise").setLevel(logging.CRITICAL)

_VERBS = frozenset({"request", "get", "post", "put", "patch", "delete", "head", "options"})
_watcher: ContextVar[Watched | None] = ContextVar("watcher", default=None)


class Watched(HttpSession):
    """A session that remembers what came of each exchange since ``watching`` began."""

    def __init__(
        self, clock: Callable[[], datetime], timeout_s: float, secrets: Iterable[str]
    ) -> None:
        super().__init__(clock, timeout_s, secrets)
        self._ends = 0.0
        self._taken = 0
        self._errors: list[ChannelError] = []

    @property
    def asked(self) -> int:
        """How many requests were made."""
        return self._taken + len(self._errors)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Inside, plugins in this thread ask through this session."""
        _let_plugins_see_us()
        self._ends = time.monotonic() + LONGEST_S
        self._taken, self._errors = 0, []
        token = _watcher.set(self)
        try:
            yield
        finally:
            _watcher.reset(token)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        try:
            answer = self._bounded(request, **kwargs)
        except ChannelError as error:
            self._errors.append(error)
            raise
        if 200 <= answer.status_code < 300:
            self._taken += 1
        else:
            self._errors.append(self.refusal(answer))
        return answer

    def _bounded(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        if time.monotonic() > self._ends:
            raise TransientError("Apprise: the service's recipients take too long")
        _make_sendable(request, str(self.headers["User-Agent"]))
        return super().send(request, **kwargs)

    def _is_harmless(self, request: requests.PreparedRequest) -> bool:
        # There are services that publish by GET; nobody tells which request of a plugin does.
        return False

    def failure(self) -> ChannelError:
        """What the plugin's "no" means, by what it asked for and what came of it.

        Certain is only what every request's answer says: where one was taken (a recipient of
        several, or perhaps a log-in) or may have been, the message may be out.
        """
        doubts = [error for error in self._errors if isinstance(error, AmbiguousError)]
        if doubts:
            return doubts[0]
        if self._errors and not self._taken:
            limits = [error for error in self._errors if isinstance(error, RateLimitedError)]
            return limits[0] if limits else self._errors[0]
        if self._errors:
            return AmbiguousError(f"{_PARTLY}: {self._errors[0]}")
        if self._taken:
            return AmbiguousError("Apprise: the service's answer is not taken for a yes")
        return ForbiddenError("Apprise: the service refused before anything was asked of it")


def _make_sendable(request: requests.PreparedRequest, agent: str) -> None:
    """Plugins put the office's name, and some a title, into headers, and know no Vietnamese."""
    request.headers["User-Agent"] = agent
    for name, value in request.headers.items():
        if isinstance(value, str) and not value.isascii():
            request.headers[name] = value.encode()  # type: ignore[assignment]  # bytes will do


class _Requests:
    """The module ``requests`` as plugins see it."""

    def __getattr__(self, name: str) -> Any:
        watched = _watcher.get() if name in _VERBS else None
        return getattr(requests if watched is None else watched, name)


_seen = _Requests()


def _let_plugins_see_us() -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("apprise.plugins.") and vars(module).get("requests") is requests:
            vars(module)["requests"] = _seen


def asks_by_http(plugin: type) -> bool:
    """Whether all that ``plugin`` asks is asked through ``requests``, as far as that is known."""
    modules = [vars(sys.modules[each.__module__]) for each in plugin.__mro__]
    return any(module.get("requests") in (requests, _seen) for module in modules)
