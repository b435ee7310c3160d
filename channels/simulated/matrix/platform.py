"""A Matrix homeserver with one room, as the Client-Server API and Synapse have it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.matrix.answers import no, object_of, refuse
from channels.simulated.matrix.room import ALIAS, ROOM, SERVER, USER, Room
from channels.simulated.planted import planted
from channels.simulated.server import HttpStandIn, RefusedError, as_json

PASSWORD, TOKEN = planted(8), planted(16)
UPLOAD_MAX_BYTES = 50_000_000

_CLIENT = "/_matrix/client"


class Platform(HttpStandIn):
    """One ``room`` on one homeserver; ``devices`` are whose tokens these are, by token; ``uploads``
    what went up, by its address."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.devices = {TOKEN: "PUBLISHER"}
        self.uploads: dict[str, tuple[bytes, str]] = {}
        self.room = Room(clock)
        self._answers: dict[tuple[str, str], str] = {}

    def config(self) -> dict[str, Any]:
        return {
            "account": ROOM,
            "server": self.url,
            "user": USER,
            "room": ALIAS,
            "access_token": "env:STAND_IN_MATRIX_TOKEN",
        }

    def secrets(self) -> dict[str, str]:
        return {"env:STAND_IN_MATRIX_TOKEN": TOKEN}

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return self.room.posts()

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            self.room.react(remote_id, counts.get("reactions", 0), counts.get("comments", 0))

    def publishes(self, request: Request) -> bool:
        return request.method == "PUT" and "/send/" in request.path

    def refusal(self, fault: FaultName) -> Response:
        match fault:
            case "429":
                told = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests"}
                return as_json(429, told | {"retry_after_ms": 2_500}, {"Retry-After": "3"})
            case "expired":
                told = {"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid access token passed."}
                return as_json(401, told | {"soft_logout": False})
            case "forbidden":
                return no(403, "M_FORBIDDEN", "You don't have permission to post that")
            case "invalid":
                return no(413, "M_TOO_LARGE", "event too large")
        return no(500, "M_UNKNOWN", "Internal server error")

    # -- answering --------------------------------------------------------------------------------

    def answer(self, request: Request) -> Response:
        path = [*request.path.removeprefix("/").split("/")]
        if request.path == f"{_CLIENT}/v3/login":
            return self._login(request)
        device = self._device(request)
        match request.method, path[1:]:
            case "GET", ["client", "v3", "account", "whoami"]:
                told = {"user_id": USER, "is_guest": False, "device_id": device}
                return as_json(200, told)
            case "GET", ["client", "v3", "joined_rooms"]:
                return as_json(200, {"joined_rooms": [ROOM] if self._is_member() else []})
            case "GET", ["client", "v3", "directory", "room", alias]:
                if alias != ALIAS:
                    return no(404, "M_NOT_FOUND", f"Room alias {alias} not found")
                return as_json(200, {"room_id": ROOM, "servers": [SERVER]})
            case "GET", ["client", "v1", "media", "config"]:
                return as_json(200, {"m.upload.size": UPLOAD_MAX_BYTES})
            case "POST", ["media", "v3", "upload"]:
                return self._upload(request)
            case _, ["client", "v3", "rooms", room, *rest]:
                self._require_member(room)
                return self._in_room(request, rest, device)
            case "GET", ["client", "v1", "rooms", room, "relations", name, *kinds]:
                self._require_member(room)
                return self.room.relations(request, name, kinds)
        return no(404, "M_UNRECOGNIZED", "Unrecognized request")

    def _in_room(self, request: Request, rest: list[str], device: str) -> Response:
        room = self.room
        match request.method, rest:
            case "GET", ["joined_members"]:
                return as_json(200, {"joined": {user: {} for user in room.joined}})
            case "GET", ["state", kind, *_]:
                if kind not in room.state:
                    return no(404, "M_NOT_FOUND", "Event not found.")
                if request.args.get("format") != "event":
                    return as_json(200, room.state[kind])
                told = {"type": kind, "sender": room.creator, "content": room.state[kind]}
                return as_json(200, told | {"event_id": f"${kind}"})
            case "GET", ["event", name]:
                return as_json(200, room.named(name))
            case "GET", ["messages"]:
                return room.messages(request)
            case "PUT", ["send", kind, _]:
                return self._once(request, device, lambda: self._send(request, kind))
            case "PUT", ["redact", name, _]:
                return self._once(request, device, lambda: room.redact(name))
        return no(404, "M_UNRECOGNIZED", "Unrecognized request")

    def _once(self, request: Request, device: str, do: Callable[[], str]) -> Response:
        """``do``, unless the same device gave this transaction id before: Synapse looks at no more
        than that within a room, so that a redaction under a message's id redacts nothing."""
        key = (device, request.path.rpartition("/")[2])
        if key not in self._answers:
            self._answers[key] = do()
        return as_json(200, {"event_id": self._answers[key]})

    def _send(self, request: Request, kind: str) -> str:
        content = object_of(request)
        if not self.room.may_send(kind):
            raise RefusedError(self.refusal("forbidden"))
        return self.room.send(kind, content, self.uploads)

    def _upload(self, request: Request) -> Response:
        content = request.get_data()
        if len(content) > UPLOAD_MAX_BYTES:
            return no(413, "M_TOO_LARGE", "Upload request body is too large")
        name = f"mxc://{SERVER}/{secrets.token_hex(12)}"
        self.uploads[name] = (content, request.headers.get("Content-Type", ""))
        return as_json(200, {"content_uri": name})

    # -- who asks ---------------------------------------------------------------------------------

    def _device(self, request: Request) -> str:
        given = request.headers.get("Authorization", "")
        if not given.startswith("Bearer "):
            refuse(401, "M_MISSING_TOKEN", "Missing access token")
        device = self.devices.get(given.removeprefix("Bearer "))
        if device is None:
            raise RefusedError(self.refusal("expired"))
        return device

    def _login(self, request: Request) -> Response:
        if request.method == "GET":
            return as_json(200, {"flows": [{"type": "m.login.password"}]})
        asked = object_of(request)
        if not isinstance(asked.get("identifier"), dict):
            return no(400, "M_INVALID_PARAM", "Invalid login submission")
        if asked.get("type") != "m.login.password":
            return no(400, "M_UNKNOWN", "Unknown login type")
        known = asked["identifier"] == {"type": "m.id.user", "user": USER}
        if not known or asked.get("password") != PASSWORD:
            return no(403, "M_FORBIDDEN", "Invalid username or password")
        device, token = asked.get("device_id") or secrets.token_hex(5), planted(16)
        # Another login of the same device ends the token that it had.
        self.devices = {old: one for old, one in self.devices.items() if one != device}
        self.devices[token] = device
        return as_json(200, {"user_id": USER, "access_token": token, "device_id": device})

    def _is_member(self) -> bool:
        return USER in self.room.joined

    def _require_member(self, room: str) -> None:
        if room != ROOM or not self._is_member():
            refuse(403, "M_FORBIDDEN", f"User {USER} not in room {room}")
