"""Observes one HTTP exchange: whether the request had begun, and that it ends in time.

requests and urllib3 tell how an exchange failed, but not whether a byte of the request had left by
then, and their time-outs bound one read, not the whole. Connections here tell the present exchange
when their request begins, and a watchdog cuts the line when its time is up
(``channels.web.watchdog``). Used by ``channels.web.http`` alone.
"""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, ProxyError
from urllib3.util.connection import create_connection

from channels.base import N_
from channels.web import watchdog
from channels.web.public import NotPublicError, PublicWeb

BLOCK_BYTES = 64 * 1024

# At debug level urllib3 writes every address down, and some hold a token.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class OversizedError(OSError):
    """The answer is larger than we take."""


@dataclass(slots=True)
class Exchange:
    """How far one request got, and where it may go; ``line`` is what the watchdog cuts: a second
    handle on the socket, since TLS and an answer without a length take the first one over."""

    web: PublicWeb | None = None
    off_the_web: bool = False
    begun: bool = False
    expired: bool = False
    line: socket.socket | None = None

    def cut(self) -> None:
        self.expired = True
        if self.line is not None:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)

    def hold(self, line: socket.socket) -> None:
        """``line`` is what is cut from now on; raises ``TimeoutError`` where time is up by now."""
        self.let_go()
        self.line = line.dup()
        if self.expired:
            raise TimeoutError

    def let_go(self) -> None:
        if self.line is not None:
            self.line.close()


_present: ContextVar[Exchange] = ContextVar("exchange")


@contextmanager
def observed(total_s: float, web: PublicWeb | None = None) -> Iterator[Exchange]:
    """An exchange that is cut off after ``total_s``, however slowly the other side drips, and
    that goes nowhere but to ``web``, where that is given."""
    exchange = Exchange(web)
    token = _present.set(exchange)
    try:
        with watchdog.after(total_s, exchange.cut):
            yield exchange
    finally:
        exchange.let_go()
        _present.reset(token)


class _Observed(HTTPConnection):
    """A connection that tells the present exchange when its request begins."""

    _opening = False

    def connect(self) -> None:
        self._opening = True
        try:
            super().connect()
        finally:
            self._opening = False

    def _new_conn(self) -> socket.socket:
        exchange = _present.get()
        web = exchange.web
        # A proxy is only there where the session trusts the host that is asked for through it.
        if web is None or self.proxy is not None or web.trusts(self.host, self.port):
            line = super()._new_conn()
        else:
            line = self._to_public(web, exchange)
        try:
            exchange.hold(line)
        except OSError:
            line.close()
            raise
        return line

    def _to_public(self, web: PublicWeb, exchange: Exchange) -> socket.socket:
        """Connected to the very address that was found public; the name is resolved no more."""
        try:
            places = web.places(self.host, self.port)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except NotPublicError:
            exchange.off_the_web = True
            raise
        failed: OSError = OSError("no address")
        for place in places:
            if exchange.expired:
                raise TimeoutError
            try:
                return create_connection(
                    (place, self.port), self.timeout, socket_options=self.socket_options
                )
            except OSError as error:
                failed = error
        raise failed

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        # While the connection opens, what is sent is a CONNECT to a proxy: not yet our request.
        if not self._opening:
            _present.get().begun = True
        if not isinstance(data, bytes):
            super().send(data)
            return
        # A socket's time-out bounds one call: a large body in one call would have to leave in it.
        view = memoryview(data)
        for start in range(0, len(view), BLOCK_BYTES):
            super().send(view[start : start + BLOCK_BYTES])


class _ObservedTls(_Observed, HTTPSConnection):
    pass


class _Closing(urllib3.HTTPConnectionPool):
    """Keeps no connection open. A kept one may be closed by the other side just as the next post
    goes out, and leave it in doubt; a new one a request costs milliseconds, no doubts."""

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.close()
        super()._put_conn(conn)


class _Pool(_Closing):
    ConnectionCls = _Observed


class _TlsPool(_Closing, urllib3.HTTPSConnectionPool):
    ConnectionCls = _ObservedTls


class ObservedAdapter(HTTPAdapter):
    """requests' own transport, over connections that are observed and closed after each answer;
    one at a time."""

    def __init__(self) -> None:
        super().__init__(pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        if not proxy.lower().startswith("http"):
            raise requests.exceptions.ProxyError("only HTTP proxies are observed")
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        return manager


_BEFORE_IT_BEGAN: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((NameResolutionError,), N_("its name can't be resolved")),
    (
        (ProxyError, requests.exceptions.ProxyError),
        N_("the proxy can't be reached or doesn't let us through"),
    ),
    ((ssl.SSLError, requests.exceptions.SSLError), N_("no protected connection came about")),
    ((ConnectionRefusedError,), N_("the connection was refused")),
)


def reason(error: Exception, exchange: Exchange) -> str:
    """In words of ours alone: a library's own text holds the address, and with it secrets."""
    causes = tuple(_causes(error))
    if isinstance(error, OversizedError):
        return N_("the answer is larger than is taken")
    if exchange.off_the_web:
        return N_("its address is not on the public web")
    if exchange.expired or isinstance(error, requests.ReadTimeout):
        return N_("no whole answer came in time")
    if exchange.begun:
        return N_("the connection broke before the whole answer was there")
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return N_("its certificate can't be trusted")
    for kinds, words in _BEFORE_IT_BEGAN:
        if any(isinstance(cause, kinds) for cause in causes):
            return words
    return N_("it can't be connected to")


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
