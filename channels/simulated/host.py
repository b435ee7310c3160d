"""Stands in for a media host, from which platforms fetch by address.

``fetched`` is the other side: how a stand-in fetches as its platform would, from an address that
has to be one.
"""

from __future__ import annotations

import secrets
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import requests
from werkzeug.wrappers import Request, Response

from channels.base import Media
from channels.simulated.server import Listener
from channels.web.hosts import is_loopback
from channels.web.uploads import content_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FETCH_S = 5.0


class LoopbackHost:
    """A ``MediaHost``: every medium under an address of its own, as long as it runs."""

    def __init__(self) -> None:
        self._media: dict[str, Media] = {}
        self._listener = Listener(self._serve)

    def address(self, media: Media) -> str:
        known = (name for name, each in self._media.items() if each.sha256 == media.sha256)
        name = next(known, None) or f"{secrets.token_urlsafe(18)}{media.path.suffix}"
        self._media[name] = media
        return f"{self._listener.url}/{name}"

    def sweep(self) -> int:
        """Nothing is taken away while it runs."""
        return 0

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        media = self._media.get(Request(environ).path.removeprefix("/"))
        answer = Response(content_of(media), mimetype=media.mime) if media else Response(status=404)
        return answer(environ, start_response)

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.stop()


def fetched(address: object) -> tuple[bytes, str]:
    """The bytes that ``address`` gives, and their MIME type, as a platform fetches them; raises
    ``ValueError`` where it is no ASCII address or gives nothing. On loopback alone."""
    if not isinstance(address, str) or not address.isascii() or " " in address:
        raise ValueError("no address that can be fetched")
    if not is_loopback(urlsplit(address).hostname or ""):
        raise ValueError("the stand-in fetches from this machine alone")
    answer = requests.get(
        address, timeout=FETCH_S, allow_redirects=False, proxies={"http": "", "https": ""}
    )
    if answer.status_code != 200:
        raise ValueError(f"it answers {answer.status_code}")
    return answer.content, answer.headers.get("Content-Type", "")
