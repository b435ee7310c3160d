"""Bounds every HTTP exchange of a channel, whose failures are the contract's errors. The one place
for HTTP: a ``requests.Session``.

Guarantees, for each exchange: it ends by a deadline and with an answer of bounded size; nothing is
followed, repeated or sent twice by itself; no exception holds a secret, nor has one behind it. What
decides between ``TransientError`` and ``AmbiguousError`` is a fact, not an exception's class:
whether the first byte of the request had been handed to a connected (and, with TLS, trusted)
socket. Reads, and whatever runs inside ``harmless()``, publish nothing, so their failures are
never ambiguous. Adapters use it directly, or give it to a client library that takes a session.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import requests
import urllib3
from requests.exceptions import InvalidHeader, InvalidSchema, InvalidURL, MissingSchema

from channels.base import (
    N_,
    AmbiguousError,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    RateLimitedError,
    TransientError,
)
from channels.web.exchange import (
    BLOCK_BYTES,
    Exchange,
    ObservedAdapter,
    OversizedError,
    observed,
    reason,
)
from channels.web.hosts import is_loopback
from channels.web.public import OffTheWebError, PublicWeb
from channels.web.values import is_name

CONNECT_TIMEOUT_S = 10.0
ANSWER_MAX_BYTES = 2_000_000
SLOWEST_UPLOAD_BYTES_PER_S = 128 * 1024
"""A request's deadline grows with its size as if the line were this slow."""

LONGEST_WAIT = timedelta(days=2)
_LONGEST_TEXT = 300
_HIDDEN = "•••"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# What JSON can say and no store can keep: halves of a pair of surrogates, and NUL.
_UNWRITABLE = re.compile(
    rb"\\u0000|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_UNSENDABLE = (InvalidHeader, InvalidSchema, InvalidURL, MissingSchema, UnicodeError)
_NO_ADDRESS = N_("not an address, or not a header, that can be sent")
_NO_OBJECT = N_("its answer is no JSON object")
_LACKING = N_("its answer lacks what was asked for")


class HttpSession(requests.Session):
    """A channel's line to its platform: ``http.get(url)``, ``http.post(url, json=…)`` and so on
    give a ``requests.Response`` that has been read to its end, whatever its status.

    ``timeout_s`` bounds one exchange from its first byte to its last, plus the time that its body
    takes on a slow line; a call's own ``timeout=`` goes before it. ``secrets`` are hidden in every
    text that leaves here. ``hosts`` sends what a client library addresses to one base address to
    another. With ``web`` it goes nowhere but there: for addresses that came from outside. One
    thread at a time, as channels are.

    Raises ``TransientError`` (surely not taken), ``AmbiguousError`` (the request had begun) and
    ``ForbiddenError`` (an address that can't be one; ``OffTheWebError`` for one outside ``web``).
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        timeout_s: float,
        secrets: Iterable[str] = (),
        hosts: Mapping[str, str] | None = None,
        answer_max_bytes: int = ANSWER_MAX_BYTES,
        web: PublicWeb | None = None,
    ) -> None:
        super().__init__()
        self.clock = clock
        self.timeout_s = timeout_s
        self._hosts = dict(hosts or {})
        self._answer_max_bytes = answer_max_bytes
        self._hidden = _forms(secrets)
        self._harmless = False
        self._web = web
        self.headers["User-Agent"] = f"Publisher/{_version()}"
        self.headers["Connection"] = "close"
        self.auth = _no_netrc
        self.mount("http://", ObservedAdapter())
        self.mount("https://", ObservedAdapter())

    # -- asking -----------------------------------------------------------------------------------

    @contextmanager
    def harmless(self) -> Iterator[None]:
        """Inside, requests publish nothing (an upload, a token): no failure is ambiguous."""
        before, self._harmless = self._harmless, True
        try:
            yield
        finally:
            self._harmless = before

    def request(
        self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """One exchange; arguments as in ``requests``. Redirects are given back, not followed."""
        address = url.decode() if isinstance(url, bytes) else url
        for old, new in self._hosts.items():
            if address.startswith(old):
                address = new.rstrip("/") + address[len(old) :]
        try:
            return super().request(method, address, *args, **kwargs)
        except _UNSENDABLE:
            pass  # raised below, so that nothing stands behind the error
        raise _unsendable(address)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """The bounded exchange itself, for ``request`` and for libraries that prepare their own."""
        given = kwargs.get("timeout")
        total_s = float(given) if isinstance(given, int | float) else self.timeout_s
        total_s += _size_of(request) / SLOWEST_UPLOAD_BYTES_PER_S
        kwargs |= {
            "timeout": (min(CONNECT_TIMEOUT_S, total_s), total_s),
            "stream": True,
            "allow_redirects": False,
        }
        if self._web is not None and not self._web.trusts_address(request.url or ""):
            # A proxy resolves names for us, so nobody here could say where it leads.
            kwargs["proxies"] = {}
        with observed(total_s, self._web) as exchange:
            done = False
            try:
                answer = super().send(request, **kwargs)
                self._read(answer, exchange)
                done = True
                return answer
            except _UNSENDABLE:
                why = ""
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                why = reason(error, exchange)
            finally:
                if not done:
                    # Of an answer that wasn't read to its end the connection is still open.
                    self.close()
        if not why:
            raise _unsendable(request.url)
        text = f"{_host(request.url)}: {self.clean(why)}"
        if exchange.off_the_web:
            raise OffTheWebError(text)
        if exchange.begun and not self._is_harmless(request):
            raise AmbiguousError(text)
        raise TransientError(text)

    def resolve_redirects(self, *_args: Any, **_kwargs: Any) -> Any:
        # requests looks where a redirect would lead even where it is told not to follow: what it
        # raises over a crooked address would hide that the request went out.
        return iter(())

    def merge_environment_settings(self, url: Any, *args: Any) -> Any:
        if not is_loopback(_host(url)):
            return super().merge_environment_settings(url, *args)
        if url.startswith("https:"):
            return super().merge_environment_settings(url, *args) | {"proxies": {}}
        # Asking the environment takes as long as the exchange, and holds nothing for this machine.
        return {"proxies": {}, "stream": True, "verify": True, "cert": None}

    def _read(self, answer: requests.Response, exchange: Exchange) -> None:
        content = bytearray()
        for piece in answer.iter_content(BLOCK_BYTES):
            content += piece
            if len(content) > self._answer_max_bytes:
                raise OversizedError
        if exchange.expired:
            # Our own cut looks like an end where the answer has no length.
            raise requests.ReadTimeout
        answer.close()
        answer._content = _UNWRITABLE.sub(rb"\\ufffd", bytes(content))

    def _is_harmless(self, request: requests.PreparedRequest) -> bool:
        return self._harmless or request.method in _READS

    # -- understanding ----------------------------------------------------------------------------

    def json(self, answer: requests.Response, *names: str) -> dict[str, Any]:
        """The JSON object that a successful answer holds, in which ``names`` are keys whose values
        name something (an id).

        An answer that can't be read, or lacks them, doesn't tell whether the request was taken:
        ``AmbiguousError`` (harmless: ``TransientError``).
        """
        found = parsed(answer)
        lacking = [key for key in names if not is_name((found or {}).get(key))]
        if found is not None and not lacking:
            return found
        why = _NO_OBJECT if found is None else _LACKING
        text = f"{_host(answer.url)}: {why}: {answer.status_code} {', '.join(lacking)}".rstrip()
        raise (TransientError if self._is_harmless(answer.request) else AmbiguousError)(text)

    def refusal(self, answer: requests.Response, said: str = "") -> ChannelError:
        """The error for an answer that isn't 2xx, by its status alone; ``said`` is the platform's
        own word on it. For platforms, or statuses, without a table of their own."""
        status = answer.status_code
        text = self.clean(f"{_host(answer.url)}: {status} {said or answer.reason or ''}")
        if status == 429:
            return RateLimitedError(text, retry_after(answer, self.clock()))
        if status == 401:
            return CredentialsExpiredError(text)
        if status in (402, 403, 404, 405, 410, 451) or 300 <= status < 400:
            return ForbiddenError(text)
        if status in (407, 408, 421, 425):
            return TransientError(text)
        if 400 <= status < 500:
            return InvalidContentError(text)
        return TransientError(text) if self._is_harmless(answer.request) else AmbiguousError(text)

    def hide(self, secret: str) -> None:
        """Hide ``secret`` too in every text from now on: one that was exchanged for another."""
        self._hidden = tuple(sorted({*self._hidden, *_forms([secret])}, key=len, reverse=True))

    def doubt(self, text: str) -> ChannelError:
        """``AmbiguousError``; inside ``harmless()``, where nothing can be in doubt, transient."""
        return (TransientError if self._harmless else AmbiguousError)(self.clean(text))

    def clean(self, text: str) -> str:
        """``text`` from outside, fit for an error: secrets hidden, one line, bounded."""
        for secret in self._hidden:
            text = text.replace(secret, _HIDDEN)
        text = " ".join(re.sub(r"[\x00-\x20\x7f]+", " ", text).split())
        return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def parsed(answer: requests.Response) -> dict[str, Any] | None:
    """The JSON object that ``answer`` holds; ``None`` where it holds anything else."""
    found = _decoded(answer)
    return found if isinstance(found, dict) else None


def listed(answer: requests.Response) -> list[Any] | None:
    """The JSON list that ``answer`` holds; ``None`` where it holds anything else."""
    found = _decoded(answer)
    return found if isinstance(found, list) else None


def _decoded(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def retry_after(
    answer: requests.Response, now: datetime, otherwise: timedelta = timedelta(minutes=1)
) -> datetime:
    """When to try again, by ``Retry-After`` (RFC 9110, 10.2.3: seconds, or a date).

    Never in the past nor more than ``LONGEST_WAIT`` away; ``otherwise`` from now without one.
    """
    value = answer.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
        return now + min(timedelta(seconds=float(value)), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return now + otherwise
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    # Bounded first: the last day of 9999 in a zone west of here is none that UTC has.
    return min(max(until, now), now + LONGEST_WAIT).astimezone(UTC)


def _unsendable(url: str | None) -> ForbiddenError:
    return ForbiddenError(f"{_host(url)}: {_NO_ADDRESS}")


def _forms(secrets: Iterable[str]) -> tuple[str, ...]:
    """Each secret as it may stand in a text or an address; the longest first."""
    forms = {form for each in secrets for form in (each, quote(each, safe=""), quote_plus(each))}
    return tuple(sorted((form for form in forms if len(form) >= 4), key=len, reverse=True))


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    # Without some ``auth`` requests would take credentials from ~/.netrc, whoever put them there.
    return request


def _size_of(request: requests.PreparedRequest) -> int:
    """The bytes of its body, whatever it is read from."""
    size = str(request.headers.get("Content-Length", ""))
    return int(size) if size.isdecimal() else 0


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or "the address"
    except ValueError:
        return "the address"


@cache
def _version() -> str:
    try:
        return version("publisher")
    except PackageNotFoundError:
        return "0"
