"""An adapter and its platform's stand-in in one process: the real session, the real stand-in, no
socket between them, so that an exchange takes a fraction of a millisecond.

What lies between them does what a line does: the request goes there, an answer comes back, and on
the way it may be exchanged for another. ``requests`` itself and ``urllib3``'s reading of the answer
(lengths, compression) are the real ones.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from werkzeug.wrappers import Request

import channels.web.http
from channels.simulated.server import HttpStandIn
from channels.web.exchange import Exchange, _present

URL = "http://127.0.0.1:9"
"""Where nobody listens: what leaves this process by mistake is refused."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: ``headers`` as pairs, in their order."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


Change = Callable[[int, Answer], Answer]
"""What becomes of the ``n``-th answer since the last ``begin``."""


@dataclass(slots=True)
class Line:
    """Carries requests to ``stand_in``; ``change`` has each answer in its hands."""

    stand_in: HttpStandIn
    change: Change = lambda _number, answer: answer
    count: int = 0
    answers: list[Answer] = field(default_factory=list)
    took: bool = False
    """Whether the request whose answer was changed had put something before readers."""

    def begin(self, change: Change) -> None:
        """From now on answers are counted from 0, and changed."""
        self.count, self.change, self.answers, self.took = 0, change, [], False

    def carry(self, request: requests.PreparedRequest) -> Answer:
        before = len(self.stand_in.published())
        told = self.stand_in._answer(Request(_environ(request)))
        body = b"" if request.method == "HEAD" else told.get_data()
        answer = Answer(told.status_code, tuple(told.headers.items()), body)
        self.answers.append(answer)
        changed = self.change(self.count, answer)
        self.count += 1
        if changed is not answer and len(self.stand_in.published()) > before:
            self.took = True
        return changed


class _InProcess(HTTPAdapter):
    """What a session finds in place of its own transport."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> Any:
        _present.get().begun = True
        answer = self._line.carry(request)
        told = HTTPResponse(
            io.BytesIO(answer.body),
            HTTPHeaderDict(list(answer.headers)),
            answer.status,
            reason=None,
            preload_content=False,
            decode_content=False,
            request_method=request.method,
        )
        return self.build_response(request, told)


@contextmanager
def between(line: Line) -> Iterator[None]:
    """Inside, every session that is made speaks over ``line``, and no exchange has a watchdog: it
    would have nothing to cut, and its thread takes longer than all the rest."""
    http: Any = channels.web.http
    adapter, observed = http.ObservedAdapter, http.observed
    http.ObservedAdapter, http.observed = lambda: _InProcess(line), _unwatched
    try:
        yield
    finally:
        http.ObservedAdapter, http.observed = adapter, observed


@contextmanager
def _unwatched(*_arguments: Any) -> Iterator[Exchange]:
    exchange = Exchange()
    token = _present.set(exchange)
    try:
        yield exchange
    finally:
        _present.reset(token)


class Seat:
    """Where a stand-in would listen; it listens nowhere."""

    def __init__(self, url: str = URL) -> None:
        self.url = url

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    parts = urlsplit(request.url or "")
    body = _body(request.body)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path, "latin-1") or "/",
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc.rpartition("@")[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
        "RAW_URI": request.path_url,
        "REQUEST_URI": request.path_url,
    }
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        key = _text(name).upper()
        if key == "CONTENT-TYPE":
            environ["CONTENT_TYPE"] = text
        elif key != "CONTENT-LENGTH":
            environ[f"HTTP_{key.replace('-', '_')}"] = text
    return environ


def _text(name: str | bytes) -> str:
    return name.decode("latin-1") if isinstance(name, bytes) else name


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    return body.read() if hasattr(body, "read") else b"".join(body)
