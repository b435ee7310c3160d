"""Stands in for a service behind Apprise: a receiver of ``json://``. It takes what Apprise
documents for it (https://appriseit.com/services/json/) and nothing else.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.server import HOST, HttpStandIn, RefusedError, as_json

USER, PASSWORD = "publisher", "a-pl4nted-password-of-no-value"
PATH = "/hook/nhom-van-phong"

_KEYS = {"version", "title", "message", "attachments", "type"}
_FILE_KEYS = {"filename", "base64", "mimetype"}
_TYPES = {"info", "success", "warning", "failure"}


class Platform(HttpStandIn):
    """One receiver. It is told the key of a message, and calls it by that."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self._taken: list[Published] = []
        self._bodies: list[dict[str, Any]] = []

    def config(self) -> dict[str, Any]:
        where = self.url.removeprefix("http://")
        return {
            "account": f"JSON (json://{where})",
            "service": "json",
            "url": "env:STAND_IN_APPRISE_URL",
        }

    def secrets(self) -> dict[str, str]:
        port = self.url.rpartition(":")[2]
        return {"env:STAND_IN_APPRISE_URL": f"json://{USER}:{PASSWORD}@{HOST}:{port}{PATH}"}

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(self._taken)

    def bodies(self) -> tuple[dict[str, Any], ...]:
        """The bodies behind ``published``, as they came."""
        with self.guard:
            return tuple(self._bodies)

    def readers(self, remote_id: str, **counts: int) -> None:
        """A receiver tells nothing of readers."""

    def publishes(self, request: Request) -> bool:
        return request.method == "POST"

    def refusal(self, fault: FaultName) -> Response:
        match fault:
            case "429":
                return _answer(429, "too many", {"Retry-After": "90"})
            case "expired":
                return _answer(401, "who are you?", {"WWW-Authenticate": "Basic"})
            case "forbidden":
                return _answer(403, "not you")
            case "invalid":
                return _answer(400, "not a notification")
        return _answer(500, "out of order")

    def answer(self, request: Request) -> Response:
        known = request.authorization
        if known is None or (known.username, known.password) != (USER, PASSWORD):
            return self.refusal("expired")
        if (request.method, request.path) != ("POST", PATH):
            return _answer(404, "no such hook")
        if request.mimetype != "application/json" or not request.headers.get("Idempotency-Key"):
            _bad("not JSON, or without its key")
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or set(body) != _KEYS or body["version"] != "1.0":
            _bad("not a notification")
        if body["type"] not in _TYPES or not (body["message"] or body["attachments"]):
            _bad("not a notification")
        for file in body["attachments"]:
            _check(file)
        self._bodies.append(body)
        self._taken.append(
            Published(
                remote_id=request.headers["Idempotency-Key"],
                text=body["message"],
                at=self.clock(),
                title=body["title"],
                media=len(body["attachments"]),
            )
        )
        return _answer(200, "taken")


def _check(file: Any) -> None:
    if not isinstance(file, dict) or set(file) != _FILE_KEYS:
        _bad("not a file")
    try:
        content = base64.b64decode(file["base64"], validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        _bad("an empty file")


def _answer(status: int, said: str, heads: dict[str, str] | None = None) -> Response:
    return as_json(status, {"said": said}, heads)


def _bad(said: str) -> NoReturn:
    raise RefusedError(_answer(400, said))
