"""The WSGI application that follows short links.

A known code is answered with its page's address, all else with 404. It leads only to addresses that
stand in the store, so nobody can lend our name to a page of theirs. Counting can neither stop a
redirect nor delay it (``Clicks``). An address that was looked up is remembered, so that links go on
working while the store can't be read.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import structlog
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Request, Response

from publisher.redirect.clicks import Clicks
from publisher.redirect.pages import POLICY, gone, later
from publisher.redirect.readers import is_a_reader
from publisher.rendering.links import CODE_LETTERS
from publisher.settings.office import Office
from publisher.store import short_links
from publisher.store.database import Database

log = structlog.get_logger("links")

MARK = "X-Short-Links"
"""A header of every answer of ours: by it the doctor knows that a public address leads here."""

NO_CODE = "0"
"""What no link's code will ever be."""

_CODE = re.compile(rf"/([{CODE_LETTERS}]{{1,64}})/?", re.IGNORECASE)
_REMEMBERED = 4096
_AT_ONCE = 4
"""So many requests at once may wait for a store that doesn't answer; the rest of the server's
threads are for links that are remembered."""

_PATIENCE_S = 1.0


class Redirect:
    """Answers for the links below ``base``; ``office`` is whose they are.

    A web server may pass the whole path on, or what follows ``base`` alone.
    """

    def __init__(self, database: Database, clicks: Clicks, base: str, office: Office) -> None:
        self._targets = _Targets(database)
        self._clicks = clicks
        self._prefix = urlsplit(base).path.rstrip("/")
        self._office = office

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            response = self._answer(Request(environ))
        except Exception as error:  # noqa: BLE001 -- its text may hold what the reader sent
            log.error("a short link could not be answered", why=type(error).__name__)
            response = self._later()
        for name, text in _HEADERS.items():
            response.headers.setdefault(name, text)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response(status=405, headers={"Allow": "GET, HEAD"})
        match = _CODE.fullmatch(request.path.removeprefix(self._prefix))
        if match is None:
            return self._gone()
        code = match[1].lower()
        try:
            target = self._targets.of(code)
        except KeyError:
            return self._gone()
        except (SQLAlchemyError, TimeoutError):
            return self._later()
        if request.method == "GET" and is_a_reader(request.environ):
            self._clicks.count(code)
        # 302 and no-store: a browser that kept the answer would not come by here again, and a
        # reader's second visit would go uncounted.
        return Response(status=302, headers={"Location": iri_to_uri(target)})

    def _later(self) -> Response:
        page = later(self._office)
        return Response(page, status=503, mimetype="text/html", headers={"Retry-After": "30"})

    def _gone(self) -> Response:
        return Response(gone(self._office), status=404, mimetype="text/html")


_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # The page itself is to be found by search engines, not the way to it.
    "X-Robots-Tag": "noindex",
    MARK: "publisher",
}


class _Targets:
    """What codes lead to: looked up in the store once, then remembered, since it never changes.

    ``of`` raises ``KeyError`` where there is no such code, ``TimeoutError`` where too many wait for
    the store already, and what the store raises.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gate = threading.BoundedSemaphore(_AT_ONCE)
        self._in_trouble = False
        self.of = lru_cache(maxsize=_REMEMBERED)(self._look_up)

    def _look_up(self, code: str) -> str:
        if not self._gate.acquire(timeout=_PATIENCE_S):
            raise TimeoutError
        try:
            with self._database.reading() as session:
                found = short_links.target_of(session, code)
        except SQLAlchemyError as error:
            if not self._in_trouble:
                log.error("short links can't be looked up", why=type(error).__name__)
            self._in_trouble = True
            raise
        finally:
            self._gate.release()
        self._in_trouble = False
        if found is None:
            raise KeyError(code)
        return found
