"""A portal on loopback that answers as the test says, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from html import escape

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

HEAD = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Cổng</title>'


def rss(items: Sequence[str]) -> str:
    """A feed of ``items``, each the inside of an ``<item>``."""
    return HEAD + "".join(f"<item>{item}</item>" for item in items) + "</channel></rss>"


def item(name: str, more: str = "") -> str:
    """An item called ``name``, with an id, a title and a link."""
    link = f"https://portal.example.vn/{name}"
    return f"<guid>{name}</guid><title>{escape(name)}</title><link>{link}</link>{more}"


class Portal:
    """A web server; ``answer`` is what it says next and may be put in its place at any time."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.answer: Callable[[Request], Response] = lambda _request: Response(rss([]))
        self._server = make_server(
            "127.0.0.1", 0, self._serve, threaded=True, request_handler=_Quiet
        )
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def host(self) -> str:
        """Where it stands, for who trusts it."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/rss"

    def shows(self, *names: str) -> None:
        """From now on the feed has items of these names."""
        self.says(rss([item(name) for name in names]))

    def says(self, body: str | bytes, status: int = 200, **headers: str) -> None:
        """From now on every answer is this one."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda _request: Response(body, status, named, mimetype="application/xml")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, environ: dict[str, object], start_response: Callable[..., object]) -> object:
        request = Request(environ)  # type: ignore[arg-type]
        self.asked.append(request)
        return self.answer(request)(environ, start_response)  # type: ignore[arg-type]


class _Quiet(WSGIRequestHandler):
    def log(self, *_args: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[Portal]:
    """The province's portal, with an empty feed."""
    running = Portal()
    yield running
    running.close()
