"""Shows an outbox's folder in a browser, where it counts how often each post was shown.

Three kinds of address are known (the timeline, one post, one medium), each matched whole, so that
no address leads out of the folder. Called by ``publisher outbox`` through ``channels.outbox``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.utils import send_from_directory
from werkzeug.wrappers import Request, Response

from channels.outbox.folder import Views

_POST: Final = re.compile(r"/post/([0-9a-f]{24})")
_MEDIUM: Final = re.compile(r"/media/([0-9a-f]{64}\.[a-z0-9]{2,4})")
# What a page shows, the page itself says; posts can't say it, their attributes are stripped.
_SHOWN: Final = re.compile(r'<div class="post"[^>]* id="post-([0-9a-f]{24})">')
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; media-src 'self'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_LOOK_S: Final = 0.05
"""How often the server looks whether it is to stop."""


def serve(
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 8790,
    stop_event: threading.Event | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve ``folder`` until ``stop_event`` is set (for ever without one).

    ``ready`` is told the address once it answers, which matters with port 0. Raises ``OSError``
    where the port is taken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    Views(folder).begin()
    server = make_server(host, port, _Site(folder), threaded=True, request_handler=_Quiet)
    stop = stop_event or threading.Event()
    thread = threading.Thread(
        target=server.serve_forever, args=(_LOOK_S,), name="outbox", daemon=True
    )
    thread.start()
    try:
        if ready is not None:
            ready(f"http://{host}:{server.server_port}/")
        stop.wait()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    """Who looked at what isn't written down."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 -- werkzeug's name
        pass


class _Site:
    """The WSGI application."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._views = Views(folder)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self._answer(request)
        except HTTPException as error:
            response = Response(f"{error.code} {error.name}\n", error.code)
        response.headers.update(_HEADERS)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        if request.path == "/":
            return self._page("index.html", request)
        if found := _POST.fullmatch(request.path):
            return self._page(f"post/{found[1]}.html", request)
        if found := _MEDIUM.fullmatch(request.path):
            return send_from_directory(
                self._folder / "media", found[1], request.environ, max_age=86_400
            )
        raise NotFound

    def _page(self, name: str, request: Request) -> Response:
        try:
            text = (self._folder / name).read_text("utf-8")
        except FileNotFoundError:
            raise NotFound from None
        if request.method == "GET":
            self._views.add(_SHOWN.findall(text))
        return Response(text, mimetype="text/html", headers={"Cache-Control": "no-store"})
