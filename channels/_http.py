"""The one place for HTTP: a ``requests.Session`` whose every exchange is bounded, and every failure
one of the contract's errors.

Guarantees, for each exchange: it ends by a deadline and with an answer of bounded size; nothing is
followed, repeated or sent twice by itself; no exception holds a secret, nor has one behind it. What
decides between ``TransientError`` and ``AmbiguousError`` is a fact, not an exception's class:
whether the first byte of the request had been handed to a connected (and, with TLS, trusted)
socket. Reads, and whatever runs inside ``harmless()``, publish nothing, so their failures are
never ambiguous. Adapters use it directly, or give it to a client library that takes a session.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidHeader, InvalidSchema, InvalidURL, MissingSchema
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, ProxyError

from channels.base import (
    AmbiguousError,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Media,
    RateLimitedError,
    TransientError,
)

CONNECT_TIMEOUT_S = 10.0
ANSWER_MAX_BYTES = 2_000_000
SLOWEST_UPLOAD_BYTES_PER_S = 128 * 1024
"""A request's deadline grows with its size as if the line were this slow."""

LONGEST_WAIT = timedelta(days=2)
_LONGEST_TEXT = 300
_BLOCK_BYTES = 64 * 1024
_HIDDEN = "•••"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_UNSENDABLE = (InvalidHeader, InvalidSchema, InvalidURL, MissingSchema, UnicodeError)


class HttpSession(requests.Session):
    """A channel's line to its platform: ``http.get(url)``, ``http.post(url, json=…)`` and so on
    give a ``requests.Response`` that has been read to its end, whatever its status.

    ``timeout_s`` bounds one exchange from its first byte to its last, plus the time that its body
    takes on a slow line; a call's own ``timeout=`` goes before it. ``secrets`` are hidden in every
    text that leaves here. ``hosts`` sends what a client library addresses to one base address to
    another. One thread at a time, as channels are.

    Raises ``TransientError`` (surely not taken), ``AmbiguousError`` (the request had begun) and
    ``ForbiddenError`` (an address that can't be one).
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        timeout_s: float,
        secrets: Iterable[str] = (),
        hosts: Mapping[str, str] | None = None,
        answer_max_bytes: int = ANSWER_MAX_BYTES,
    ) -> None:
        super().__init__()
        self.clock = clock
        self.timeout_s = timeout_s
        self._hosts = dict(hosts or {})
        self._answer_max_bytes = answer_max_bytes
        self._hidden = _forms(secrets)
        self._harmless = False
        self.headers["User-Agent"] = f"Publisher/{_version()}"
        # A kept connection may be closed by the other side just as the next post goes out, and
        # such a post is in doubt. A new connection a request costs milliseconds and no doubts.
        self.headers["Connection"] = "close"
        self.auth = _no_netrc
        self.mount("http://", _ObservedAdapter())
        self.mount("https://", _ObservedAdapter())

    # -- asking -----------------------------------------------------------------------------------

    @contextmanager
    def harmless(self) -> Iterator[None]:
        """Inside, requests publish nothing (an upload, a token): no failure is ambiguous."""
        before, self._harmless = self._harmless, True
        try:
            yield
        finally:
            self._harmless = before

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> Any:
        """One exchange; arguments as in ``requests``. Redirects are given back, not followed."""
        address = url.decode() if isinstance(url, bytes) else url
        for old, new in self._hosts.items():
            if address.startswith(old):
                address = new.rstrip("/") + address[len(old) :]
        try:
            return super().request(method, address, *args, **kwargs)
        except _UNSENDABLE:
            pass  # raised below, so that nothing stands behind the error
        raise ForbiddenError(f"{_host(address)}: not an address, or not a header, that can be sent")

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """The bounded exchange itself, for ``request`` and for libraries that prepare their own."""
        given = kwargs.get("timeout")
        total_s = float(given) if isinstance(given, int | float) else self.timeout_s
        total_s += _size_of(request.body) / SLOWEST_UPLOAD_BYTES_PER_S
        kwargs |= {
            "timeout": (min(CONNECT_TIMEOUT_S, total_s), total_s),
            "stream": True,
            "allow_redirects": False,
        }
        with _observed(total_s) as exchange:
            try:
                answer = super().send(request, **kwargs)
                self._read(answer, exchange)
                return answer
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                why = _why(error, exchange, total_s)
        text = f"{_host(request.url)}: {self.clean(why)}"
        if exchange.begun and not self._is_harmless(request):
            raise AmbiguousError(text)
        raise TransientError(text)

    def merge_environment_settings(self, url: Any, *args: Any) -> Any:
        settings = super().merge_environment_settings(url, *args)
        if is_loopback(_host(url)):
            settings["proxies"] = {}
        return settings

    def _read(self, answer: requests.Response, exchange: _Exchange) -> None:
        content = bytearray()
        for piece in answer.iter_content(_BLOCK_BYTES):
            content += piece
            if len(content) > self._answer_max_bytes:
                raise _OversizedError
        if exchange.expired:
            # Our own cut looks like an end where the answer has no length.
            raise requests.ReadTimeout
        answer._content = bytes(content)

    def _is_harmless(self, request: requests.PreparedRequest) -> bool:
        return self._harmless or request.method in _READS

    # -- understanding ----------------------------------------------------------------------------

    def json(self, answer: requests.Response) -> dict[str, Any]:
        """The JSON object that a successful answer holds; an answer that can't be read doesn't
        tell whether the request was taken: ``AmbiguousError`` (harmless: ``TransientError``)."""
        found = parsed(answer)
        if found is None:
            text = f"{_host(answer.url)}: the answer ({answer.status_code}) is not a JSON object"
            raise (TransientError if self._is_harmless(answer.request) else AmbiguousError)(text)
        return found

    def refusal(self, answer: requests.Response, said: str = "") -> ChannelError:
        """The error for an answer that isn't 2xx, by its status alone; ``said`` is the platform's
        own word on it. For platforms, or statuses, without a table of their own."""
        status = answer.status_code
        text = self.clean(f"{_host(answer.url)}: {status} {said or answer.reason or ''}")
        if status == 429:
            return RateLimitedError(text, retry_after(answer, self.clock()))
        if status == 401:
            return CredentialsExpiredError(text)
        if status in (403, 404, 405, 410) or 300 <= status < 400:
            return ForbiddenError(text)
        if status in (408, 421, 425):
            return TransientError(text)
        if 400 <= status < 500:
            return InvalidContentError(text)
        return TransientError(text) if self._is_harmless(answer.request) else AmbiguousError(text)

    def doubt(self, text: str) -> ChannelError:
        """``AmbiguousError``; inside ``harmless()``, where nothing can be in doubt, transient."""
        return (TransientError if self._harmless else AmbiguousError)(self.clean(text))

    def clean(self, text: str) -> str:
        """``text`` from outside, fit for an error: secrets hidden, one line, bounded."""
        for secret in self._hidden:
            text = text.replace(secret, _HIDDEN)
        text = " ".join(re.sub(r"[\x00-\x20\x7f]+", " ", text).split())
        return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def content_of(media: Media) -> bytes:
    """The bytes of ``media``, for an upload; ``TransientError`` where they can't be read."""
    with suppress(OSError):
        return media.path.read_bytes()
    raise TransientError(f"the file of a {media.kind} ({media.sha256[:12]}) can't be read")


def parsed(answer: requests.Response) -> dict[str, Any] | None:
    """The JSON object that ``answer`` holds; ``None`` where it holds anything else."""
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


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
    except ValueError:
        return now + otherwise
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until.astimezone(UTC), now), now + LONGEST_WAIT)


# -- one exchange, observed -----------------------------------------------------------------------


class _OversizedError(OSError):
    """The answer is larger than we take."""


@dataclass(slots=True)
class _Exchange:
    """How far one request got; ``connection`` is what the watchdog cuts."""

    begun: bool = False
    expired: bool = False
    connection: HTTPConnection | None = None

    def cut(self) -> None:
        self.expired = True
        line = getattr(self.connection, "sock", None)
        if isinstance(line, socket.socket):
            with suppress(OSError):
                # Not SSLSocket.shutdown: that one pulls the TLS state from under the reader.
                socket.socket.shutdown(line, socket.SHUT_RDWR)


_present: ContextVar[_Exchange] = ContextVar("exchange")


@contextmanager
def _observed(total_s: float) -> Iterator[_Exchange]:
    """An exchange that is cut off after ``total_s``, however slowly the other side drips."""
    exchange = _Exchange()
    token = _present.set(exchange)
    watchdog = threading.Timer(total_s, exchange.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield exchange
    finally:
        watchdog.cancel()
        _present.reset(token)


class _Observed(HTTPConnection):
    """A connection that tells the present exchange when its request begins."""

    _opening = False

    def connect(self) -> None:
        _present.get().connection = self
        self._opening = True
        try:
            super().connect()
        finally:
            self._opening = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        # While the connection opens, what is sent is a CONNECT to a proxy: not yet our request.
        if not self._opening:
            _present.get().connection = self
            _present.get().begun = True
        if not isinstance(data, bytes):
            super().send(data)
            return
        # A socket's time-out bounds one call: a large body in one call would have to leave in it.
        view = memoryview(data)
        for start in range(0, len(view), _BLOCK_BYTES):
            super().send(view[start : start + _BLOCK_BYTES])


class _ObservedTls(_Observed, HTTPSConnection):
    pass


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Observed


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _ObservedTls


class _ObservedAdapter(HTTPAdapter):
    """requests' own transport, over connections that are observed."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        if not proxy.lower().startswith("http"):
            raise InvalidURL("only HTTP proxies are observed")
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        return manager


# -- saying why -----------------------------------------------------------------------------------


def _why(error: Exception, exchange: _Exchange, total_s: float) -> str:
    """In words of ours alone: a library's own text holds the address, and with it secrets."""
    causes = tuple(_causes(error))
    if isinstance(error, _OversizedError):
        return "the answer is larger than is taken"
    if exchange.expired or isinstance(error, requests.ReadTimeout):
        return f"no whole answer within {total_s:.0f} s"
    if exchange.begun:
        return "the connection broke before the whole answer was there"
    for cause in causes:
        match cause:
            case NameResolutionError():
                return "its name can't be resolved"
            case requests.exceptions.ProxyError() | ProxyError():
                return "the proxy can't be reached or doesn't let us through"
            case ssl.SSLCertVerificationError():
                return f"its certificate can't be trusted ({cause.verify_message})"
            case ssl.SSLError() | requests.exceptions.SSLError():
                return "no TLS connection came about"
            case ConnectionRefusedError():
                return "the connection was refused"
            case ConnectTimeoutError() | TimeoutError():
                # urllib3 calls every failed connection by this name: the cause goes before.
                refused = any(isinstance(each, ConnectionRefusedError) for each in causes)
                return "the connection was refused" if refused else "it can't be connected to"
    return "it can't be connected to"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what stands behind it, in the several ways libraries keep that."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        present = waiting.pop(0)
        if not isinstance(present, BaseException) or id(present) in seen:
            continue
        seen.add(id(present))
        yield present
        behind = (getattr(present, "reason", None), present.__cause__, present.__context__)
        waiting.extend((*behind, *present.args))


def _forms(secrets: Iterable[str]) -> tuple[str, ...]:
    """Each secret as it may stand in a text or an address; the longest first."""
    forms = {form for each in secrets for form in (each, quote(each, safe=""), quote_plus(each))}
    return tuple(sorted((form for form in forms if len(form) >= 4), key=len, reverse=True))


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    # Without some ``auth`` requests would take credentials from ~/.netrc, whoever put them there.
    return request


def _size_of(body: Any) -> int:
    return len(body) if isinstance(body, bytes | str) else 0


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or "the address"
    except ValueError:
        return "the address"


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, by its address or as ``localhost``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _version() -> str:
    try:
        return version("publisher")
    except PackageNotFoundError:
        return "0"
