"""Google Chat, as its documentation and its answers say: one space with two incoming webhooks.

Shapes of errors: google.rpc.Status in JSON. Of the wordings, "caller does not have permission" is
from the webhooks guide; "valid token", ``API_KEY_INVALID`` and "longer than 4096 characters" were
seen by others in answers to webhooks; those of 401, 409, 429 and 500 are of google.rpc.Code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.planted import planted
from channels.simulated.server import HttpStandIn, RefusedError, as_json

SPACE = "AAAAhall123"
SPACE_URL = f"https://chat.google.com/room/{SPACE}"
KEY = planted(24)
# Real ones end so, which an address has as %3D.
TOKEN = f"{planted(32)}="
OTHER_TOKEN = f"{planted(32)}="
TEXT_MAX = 4096
MESSAGE_MAX_BYTES = 32_000
MESSAGE_ID = re.compile(r"client-[a-z0-9-]{1,56}")

PARAMETERS = {"key", "token", "requestId", "messageId"}
FIELDS = {"text", "markupSyntax"}

STATUSES: dict[FaultName, tuple[int, str, str]] = {
    "429": (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    "expired": (
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials.",
    ),
    "forbidden": (403, "PERMISSION_DENIED", "The caller does not have permission"),
    "invalid": (400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
    "500": (500, "INTERNAL", "Internal error encountered."),
}


class Platform(HttpStandIn):
    """One space."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self._by_request: dict[str, Published] = {}
        self._named: set[str] = set()

    def config(self) -> dict[str, Any]:
        return {"account": SPACE, "webhook": "env:STAND_IN_GOOGLECHAT_WEBHOOK"}

    def secrets(self) -> dict[str, str]:
        return {"env:STAND_IN_GOOGLECHAT_WEBHOOK": self.webhook()}

    def webhook(self, token: str = TOKEN, key: str = KEY) -> str:
        """The address of one of the space's webhooks, as Chat shows it."""
        return f"{self.url}/v1/spaces/{SPACE}/messages?key={key}&token={quote(token)}"

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(self._by_request.values())

    def readers(self, remote_id: str, **counts: int) -> None:
        """A webhook is never told who reads."""

    def publishes(self, request: Request) -> bool:
        return request.method == "POST"

    def refusal(self, fault: FaultName) -> Response:
        return _status(*STATUSES[fault])

    def forget_requests(self) -> None:
        """As if every ``requestId`` had been forgotten; the messages stay."""
        with self.guard:
            self._by_request = {f"forgotten {of}": m for of, m in self._by_request.items()}

    def answer(self, request: Request) -> Response:
        if (request.method, request.path) != ("POST", f"/v1/spaces/{SPACE}/messages"):
            raise RefusedError(_status(404, "NOT_FOUND", "Requested entity was not found."))
        self._admit(request)
        return self._create(request)

    def _admit(self, request: Request) -> None:
        if request.args.get("key") != KEY:
            reason = {"reason": "API_KEY_INVALID", "domain": "googleapis.com"}
            text = "API key not valid. Please pass a valid API key."
            raise RefusedError(_status(400, "INVALID_ARGUMENT", text, reason))
        if request.args.get("token") not in (TOKEN, OTHER_TOKEN):
            text = "The API is called without a valid token."
            raise RefusedError(_status(403, "PERMISSION_DENIED", text))

    def _create(self, request: Request) -> Response:
        body, size = request.get_json(silent=True), len(request.get_data())
        unknown = set(request.args) - PARAMETERS
        if not isinstance(body, dict) or unknown or set(body) - FIELDS:
            raise RefusedError(self.refusal("invalid"))
        text, syntax = body.get("text"), body.get("markupSyntax", "MARKUP_SYNTAX_CHAT")
        if not isinstance(text, str) or not text.strip() or syntax != "MARKUP_SYNTAX_CHAT":
            raise RefusedError(self.refusal("invalid"))
        if len(text) > TEXT_MAX or size > MESSAGE_MAX_BYTES:
            text = f"Message is longer than {TEXT_MAX} characters"
            raise RefusedError(_status(400, "INVALID_ARGUMENT", text))
        message = self._message(request, text)
        echo = {"name": message.remote_id, "thread": {"name": _thread(message.remote_id)}}
        return as_json(200, {**body, **echo})

    def _message(self, request: Request, text: str) -> Published:
        """The message of this ``requestId`` and these credentials: what is there, or a new one."""
        number = len(self._by_request) + 1
        asked = f"{request.args['token']} {request.args.get('requestId') or number}"
        if asked in self._by_request:
            return self._by_request[asked]
        self._name(request.args.get("messageId"))
        of = f"spaces/{SPACE}/messages/M{number}.M{number}"
        made = Published(of, _as_seen(text), self.clock(), SPACE_URL)
        self._by_request[asked] = made
        return made

    def _name(self, message_id: str | None) -> None:
        if message_id is None:
            return
        if not MESSAGE_ID.fullmatch(message_id):
            raise RefusedError(self.refusal("invalid"))
        if message_id in self._named:
            text = "Requested entity already exists"
            raise RefusedError(_status(409, "ALREADY_EXISTS", text))
        self._named.add(message_id)


def _thread(name: str) -> str:
    return name.replace("/messages/", "/threads/").partition(".")[0]


def _as_seen(text: str) -> str:
    """What a reader sees of ``*bold*``, ``_italic_``, ``~struck~`` and ``<address|words>``."""
    seen = re.sub(r"<(https?://[^<>|]+)\|([^<>|]+)>", r"\2", text)
    return re.sub(r"(?<![\w*_~])([*_~])(\S(?:.*?\S)?)\1(?![\w*_~])", r"\2", seen)


def _status(code: int, status: str, message: str, detail: dict[str, str] | None = None) -> Response:
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    if detail is not None:
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", **detail}]
    return as_json(code, {"error": error})
