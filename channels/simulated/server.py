"""Serves a stand-in that speaks HTTP, on a port of its own, with its faults.

A platform's stand-in says what it is asked (``answer``), which requests publish (``publishes``)
and how the platform words its refusals (``refusal``); listening, dropping and stalling are here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import socket
import struct
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qs, urlsplit

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, StandIn

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
REQUEST_MAX_BYTES = 64 * 1024 * 1024


def as_json(status: int, told: object, headers: Mapping[str, str] | None = None) -> Response:
    """An answer whose body is ``told``."""
    heads = dict(headers or {})
    return Response(json.dumps(told), status=status, mimetype="application/json", headers=heads)


def query_of(address: str) -> dict[str, str]:
    """What ``address`` asks, each name once: an address that a person opens."""
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


def challenge_of(verifier: str) -> str:
    """The challenge that a consent was asked for with, by the ``verifier`` that comes with its code
    (RFC 7636, S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class RefusedError(Exception):
    """What ``answer`` raises to refuse: ``response`` goes back to the adapter."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class Listener:
    """A WSGI application on loopback, at a port that stays its own while it is stopped."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._server: BaseWSGIServer | None = None
        self._stopping = threading.Event()
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        with _listening(self._port) as listener:
            self._port = listener.getsockname()[1]
            self._server = make_server(
                HOST,
                self._port,
                self._application,
                threaded=True,
                request_handler=_Quiet,
                fd=listener.fileno(),
            )
        # Where the close of a listening socket wakes nobody, it is looked at now and then.
        self._server.timeout = 0.2
        self._stopping.clear()
        self._thread = threading.Thread(
            target=self._listen, args=(self._server,), name=f"stand-in-{self._port}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None:
            self._stopping.set()
            with suppress(OSError):
                self._server.socket.shutdown(socket.SHUT_RDWR)
            self._thread.join()
            self._server.server_close()
            self._server = None

    def _listen(self, server: BaseWSGIServer) -> None:
        while not self._stopping.is_set():
            server.handle_request()


class HttpStandIn(StandIn):
    """A platform behind HTTP on loopback. Its state is touched by one request at a time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.guard = threading.RLock()
        self._listener = Listener(self._serve)

    @abstractmethod
    def publishes(self, request: Request) -> bool:
        """Whether ``request`` would put something before readers; by its method and path."""

    @abstractmethod
    def answer(self, request: Request) -> Response:
        """What the platform answers; raises ``RefusedError`` where it refuses."""

    @abstractmethod
    def refusal(self, fault: FaultName) -> Response:
        """How the platform words ``500``, ``429``, ``expired``, ``forbidden`` and ``invalid``."""

    # -- listening --------------------------------------------------------------------------------

    @property
    def url(self) -> str:  # type: ignore[override]  # here it is known once the port is
        return self._listener.url

    def start(self) -> None:
        self._listener.start()

    def stop(self) -> None:
        self._listener.stop()

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        self.stop()
        try:
            yield
        finally:
            self.start()

    # -- serving ----------------------------------------------------------------------------------

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = REQUEST_MAX_BYTES
        request.max_form_memory_size = REQUEST_MAX_BYTES
        fault = self.faults.meet(publishes=self.publishes(request))
        if fault == "refuse":
            _hang_up(environ, at_once=True)
        cleared = self.faults.cleared
        # The body is read in any case: whoever answers before that breaks the line.
        request.get_data(parse_form_data=True)
        if fault in (None, "drop", "stall"):
            response = self._answer(request)
        else:
            response = self.refusal(fault)
        if fault == "stall":
            cleared.wait()
        if fault in ("drop", "stall"):
            _hang_up(environ, at_once=False)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        with self.guard:
            try:
                return self.answer(request)
            except RefusedError as refused:
                return refused.response


class _Quiet(WSGIRequestHandler):
    """A handler that keeps no access log, for a token may stand in the address, and that gives on
    headers with "_" in their names, which werkzeug leaves out and Zalo's are called by."""

    def make_environ(self) -> WSGIEnvironment:
        environ = super().make_environ()
        named = {name: value for name, value in self.headers.items() if "_" in name}
        return environ | {f"HTTP_{name.upper()}": value for name, value in named.items()}

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _listening(port: int) -> socket.socket:
    """A listening socket on ``port``; 0 for any that is free, and stays so while closed."""
    for _ in range(100):
        # Systems lend higher ports to whoever asks for any, just when ours is closed for a while.
        # And each process keeps to a hundred of its own, or one would listen where another's is
        # closed for that while.
        free = 20_000 + 100 * (os.getpid() % 100) + secrets.randbelow(100)
        with suppress(OSError):
            return socket.create_server((HOST, port or free))
        if port:
            # Its last listener may be gone from our sight a moment before it is from the kernel's.
            time.sleep(0.02)
    raise OSError("no port is free for a stand-in")


def _hang_up(environ: WSGIEnvironment, *, at_once: bool) -> NoReturn:
    line: Any = environ["werkzeug.socket"]
    with suppress(OSError):
        if at_once:
            # Lingering for no time makes the close a reset, with what was sent left unread.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            line.shutdown(socket.SHUT_RDWR)
    # werkzeug takes this for a client that went away, and closes the connection.
    raise ConnectionResetError
