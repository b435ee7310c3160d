"""Stands in for a webhook's receiver that does as the books say. It checks the signature and its
age, takes each ``webhook-id`` once and answers a repeat as it answered before.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.server import HOST, HttpStandIn, RefusedError, as_json

SECRET = "whsec_" + base64.b64encode(b"a pl4nted secret, of no value").decode()
_KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
_OLDEST_S = 300

_KEYS = {
    *("id", "due_at", "title", "summary", "text", "link", "language", "hashtags", "media"),
}
_MEDIA_KEYS = {"name", "mime", "sha256", "alt", "credit", "size_bytes"}


class Platform(HttpStandIn):
    """One receiver at ``/hook``; ``keys`` are those that a post has."""

    keys = frozenset(_KEYS)

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self._taken: dict[str, Published] = {}
        self._bodies: dict[str, dict[str, Any]] = {}

    def config(self) -> dict[str, Any]:
        return {
            "account": HOST,
            "url": f"{self.url}/hook",
            "secret": "env:STAND_IN_WEBHOOK_SECRET",
            "remembers_s": 7 * 86_400,  # it forgets nothing
        }

    def secrets(self) -> dict[str, str]:
        return {"env:STAND_IN_WEBHOOK_SECRET": SECRET}

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(self._taken.values())

    def bodies(self) -> tuple[dict[str, Any], ...]:
        """The bodies behind ``published``, as they came."""
        with self.guard:
            return tuple(self._bodies.values())

    def readers(self, remote_id: str, **counts: int) -> None:
        """A receiver tells nothing of readers."""

    def publishes(self, request: Request) -> bool:
        return request.method == "POST"

    def refusal(self, fault: FaultName) -> Response:
        match fault:
            case "429":
                return as_json(429, {"error": "too many"}, {"Retry-After": "90"})
            case "expired":
                return as_json(401, {"error": "the signature is not ours"})
            case "forbidden":
                return as_json(410, {"error": "this hook is gone"})
            case "invalid":
                return as_json(422, {"error": "not a post"})
        return as_json(500, {"error": "out of order"})

    def answer(self, request: Request) -> Response:
        if (request.path, request.method) != ("/hook", "POST"):
            raise RefusedError(as_json(404, {"error": "no such hook"}))
        name = self._signed(request)
        if name not in self._taken:
            body = self._checked(request, name)
            self._bodies[name] = body
            self._taken[name] = self.shown(len(self._taken) + 1, body)
        taken = self._taken[name]
        return as_json(200, {"id": taken.remote_id, "url": taken.url})

    def shown(self, number: int, body: dict[str, Any]) -> Published:
        """What readers see of a post, the ``number``-th."""
        return Published(
            remote_id=f"post-{number}",
            text=body["text"],
            at=self.clock().astimezone(UTC),
            url=f"{self.url}/posts/{number}",
            title=body["title"],
            media=len(body["media"]),
            alts=tuple(media["alt"] for media in body["media"]),
        )

    def _signed(self, request: Request) -> str:
        """The ``webhook-id``, once the signature over it, the time and the body is proved."""
        name = request.headers.get("webhook-id", "")
        moment = request.headers.get("webhook-timestamp", "")
        signed = b".".join((name.encode(), moment.encode(), request.get_data()))
        right = base64.b64encode(hmac.new(_KEY, signed, hashlib.sha256).digest()).decode()
        given = request.headers.get("webhook-signature", "").split()
        if not any(hmac.compare_digest(f"v1,{right}", each) for each in given):
            raise RefusedError(as_json(401, {"error": "the signature is not ours"}))
        if not name or request.headers.get("Idempotency-Key") != name:
            raise RefusedError(as_json(400, {"error": "webhook-id and Idempotency-Key differ"}))
        now = self.clock().timestamp()
        if not moment.isdecimal() or abs(now - int(moment)) > _OLDEST_S:
            raise RefusedError(as_json(401, {"error": "the timestamp is too old"}))
        return name

    def _checked(self, request: Request, name: str) -> dict[str, Any]:
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or set(body) != self.keys or body["id"] != name:
            raise RefusedError(as_json(422, {"error": "not a post"}))
        for media in body.get("media", ()):
            content = media.pop("content", None)
            if set(media) != _MEDIA_KEYS:
                raise RefusedError(as_json(422, {"error": "not a medium"}))
            if content is not None:
                found = hashlib.sha256(base64.b64decode(content, validate=True)).hexdigest()
                if found != media["sha256"]:
                    raise RefusedError(as_json(422, {"error": "not what it says it is"}))
                media["content"] = content
        return body
