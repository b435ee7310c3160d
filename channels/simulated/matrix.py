"""A Matrix homeserver with one room, as the Client-Server API and Synapse have it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.planted import planted
from channels.simulated.server import HttpStandIn, RefusedError, as_json
from channels.web.values import held

SERVER = "vidu.test"
USER, PASSWORD = f"@so:{SERVER}", planted(8)
ROOM, ALIAS = f"!thongbao:{SERVER}", f"#thong-bao:{SERVER}"
TOKEN = planted(16)
EVENT_MAX_BYTES, OVERHEAD_BYTES = 65_536, 1_000
"""What an event may have, and about what the homeserver adds to it."""
UPLOAD_MAX_BYTES = 50_000_000

_CLIENT, _MEDIA = "/_matrix/client", "/_matrix/media/v3"
_REQUIRED = {
    "m.text": {"body"},
    "m.notice": {"body"},
    **{kind: {"body", "url"} for kind in ("m.image", "m.video", "m.file")},
}


class Platform(HttpStandIn):
    """One room on one homeserver. ``state`` is the room's, by kind; ``events`` are the messages and
    what refers to them, the oldest first; ``devices`` are whose tokens these are, by token."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.devices = {TOKEN: "PUBLISHER"}
        self.joined = [USER, f"@dan-mot:{SERVER}", f"@dan-hai:{SERVER}"]
        self.uploads: dict[str, tuple[bytes, str]] = {}
        self.events: list[dict[str, Any]] = []
        self.state: dict[str, dict[str, Any]] = {
            "m.room.create": {"room_version": "12"},
            "m.room.name": {"name": "Thông báo của Sở"},
            "m.room.canonical_alias": {"alias": ALIAS},
            "m.room.power_levels": {"users": {USER: 50}, "events_default": 50},
        }
        self.creator = f"@quan-tri:{SERVER}"
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
            ours = [one for one in self.events if one["sender"] == USER and _is_shown(one)]
            posts = [one for one in ours if _relation(one).get("rel_type") != "m.reference"]
            return tuple(self._as_post(post, ours) for post in posts)

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            kinds = ("m.annotation", "m.thread")
            self.events = [
                one
                for one in self.events
                if _relation(one).get("event_id") != remote_id
                or _relation(one).get("rel_type") not in kinds
            ]
            for number in range(counts.get("reactions", 0)):
                relation = {"rel_type": "m.annotation", "event_id": remote_id, "key": "👍"}
                self._add(f"@dan-{number}:{SERVER}", "m.reaction", {"m.relates_to": relation})
            for number in range(counts.get("comments", 0)):
                relation = {"rel_type": "m.thread", "event_id": remote_id}
                words = {"msgtype": "m.text", "body": "Cảm ơn.", "m.relates_to": relation}
                self._add(f"@dan-{number}:{SERVER}", "m.room.message", words)

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
                return _error(403, "M_FORBIDDEN", "You don't have permission to post that")
            case "invalid":
                return _error(413, "M_TOO_LARGE", "event too large")
        return _error(500, "M_UNKNOWN", "Internal server error")

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
                return as_json(200, {"joined_rooms": [ROOM] if USER in self.joined else []})
            case "GET", ["client", "v3", "directory", "room", alias]:
                if alias != ALIAS:
                    return _error(404, "M_NOT_FOUND", f"Room alias {alias} not found")
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
                return self._relations(request, name, kinds)
        return _error(404, "M_UNRECOGNIZED", "Unrecognized request")

    def _in_room(self, request: Request, rest: list[str], device: str) -> Response:
        match request.method, rest:
            case "GET", ["joined_members"]:
                return as_json(200, {"joined": {user: {} for user in self.joined}})
            case "GET", ["state", kind, *_]:
                if kind not in self.state:
                    return _error(404, "M_NOT_FOUND", "Event not found.")
                if request.args.get("format") != "event":
                    return as_json(200, self.state[kind])
                told = {"type": kind, "sender": self.creator, "content": self.state[kind]}
                return as_json(200, told | {"event_id": f"${kind}"})
            case "GET", ["event", name]:
                return as_json(200, self._named(name))
            case "GET", ["messages"]:
                return self._messages(request)
            case "PUT", ["send", kind, _]:
                return self._once(request, device, lambda: self._send(request, kind))
            case "PUT", ["redact", name, _]:
                return self._once(request, device, lambda: self._redact(name))
        return _error(404, "M_UNRECOGNIZED", "Unrecognized request")

    def _device(self, request: Request) -> str:
        given = request.headers.get("Authorization", "")
        if not given.startswith("Bearer "):
            raise RefusedError(_error(401, "M_MISSING_TOKEN", "Missing access token"))
        device = self.devices.get(given.removeprefix("Bearer "))
        if device is None:
            raise RefusedError(self.refusal("expired"))
        return device

    def _login(self, request: Request) -> Response:
        if request.method == "GET":
            return as_json(200, {"flows": [{"type": "m.login.password"}]})
        asked = _object(request)
        if not isinstance(asked.get("identifier"), dict):
            return _error(400, "M_INVALID_PARAM", "Invalid login submission")
        if asked.get("type") != "m.login.password":
            return _error(400, "M_UNKNOWN", "Unknown login type")
        known = asked["identifier"] == {"type": "m.id.user", "user": USER}
        if not known or asked.get("password") != PASSWORD:
            return _error(403, "M_FORBIDDEN", "Invalid username or password")
        device, token = asked.get("device_id") or secrets.token_hex(5), planted(16)
        # Another login of the same device ends the token that it had.
        self.devices = {old: one for old, one in self.devices.items() if one != device}
        self.devices[token] = device
        return as_json(200, {"user_id": USER, "access_token": token, "device_id": device})

    def _require_member(self, room: str) -> None:
        if room != ROOM or USER not in self.joined:
            text = f"User {USER} not in room {room}"
            raise RefusedError(_error(403, "M_FORBIDDEN", text))

    # -- media and events -------------------------------------------------------------------------

    def _upload(self, request: Request) -> Response:
        content = request.get_data()
        if len(content) > UPLOAD_MAX_BYTES:
            return _error(413, "M_TOO_LARGE", "Upload request body is too large")
        name = f"mxc://{SERVER}/{secrets.token_hex(12)}"
        self.uploads[name] = (content, request.headers.get("Content-Type", ""))
        return as_json(200, {"content_uri": name})

    def _once(self, request: Request, device: str, do: Callable[[], str]) -> Response:
        """``do``, unless the same device gave this transaction id before: Synapse looks at no more
        than that within a room, so that a redaction under a message's id redacts nothing."""
        key = (device, request.path.rpartition("/")[2])
        if key not in self._answers:
            self._answers[key] = do()
        return as_json(200, {"event_id": self._answers[key]})

    def _send(self, request: Request, kind: str) -> str:
        content = _object(request)
        levels = self.state.get("m.room.power_levels", {})
        least = levels.get("events", {}).get(kind, levels.get("events_default", 0))
        if levels.get("users", {}).get(USER, levels.get("users_default", 0)) < least:
            raise RefusedError(self.refusal("forbidden"))
        if _holds_a_fraction(content):
            raise RefusedError(_error(400, "M_BAD_JSON", "Bad JSON value: float"))
        size = len(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
        if size + OVERHEAD_BYTES > EVENT_MAX_BYTES:
            raise RefusedError(self.refusal("invalid"))
        self._require_whole(content)
        return str(self._add(USER, kind, content)["event_id"])

    def _require_whole(self, content: dict[str, Any]) -> None:
        """That a message has what the specification asks of it. Synapse looks at ``body`` and at
        what is related to alone; an event without the others would be shown to nobody."""
        wanted = _REQUIRED.get(str(content.get("msgtype")), {"body", "msgtype"})
        lacking = next((one for one in wanted if not isinstance(content.get(one), str)), "")
        target = held(content.get("m.relates_to")).get("event_id")
        if lacking:
            wrong = f"'{lacking}' not in content"
        elif target is not None and target not in {one["event_id"] for one in self.events}:
            wrong = "Can't send relation to unknown event"
        elif ("format" in content) != ("formatted_body" in content):
            wrong = "format and formatted_body go together"
        elif "url" in content and content["url"] not in self.uploads:
            wrong = "nothing went up under this url"
        else:
            return
        raise RefusedError(_error(400, "M_UNKNOWN", wrong))

    def _redact(self, name: str) -> str:
        why = self._add(USER, "m.room.redaction", {"redacts": name})
        for event in self.events:
            if event["event_id"] == name:
                event["content"], event["unsigned"] = {}, {"redacted_because": why}
        return str(why["event_id"])

    def _add(self, sender: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        event = {
            "event_id": f"${secrets.token_urlsafe(32)}",
            "room_id": ROOM,
            "sender": sender,
            "type": kind,
            "origin_server_ts": round(self.clock().timestamp() * 1000),
            "content": content,
            "unsigned": {},
        }
        self.events.append(event)
        return event

    # -- reading ----------------------------------------------------------------------------------

    def _named(self, name: str) -> dict[str, Any]:
        for event in self.events:
            if event["event_id"] == name:
                return event
        raise RefusedError(_error(404, "M_NOT_FOUND", "Event not found."))

    def _messages(self, request: Request) -> Response:
        only = json.loads(request.args.get("filter", "{}"))
        if request.args.get("dir") not in ("b", "f"):
            return _error(400, "M_MISSING_PARAM", "Missing query parameter dir")
        found = [
            one
            for one in reversed(self.events)
            if one["sender"] in only.get("senders", [one["sender"]])
            and one["type"] in only.get("types", [one["type"]])
        ]
        return _paged(request, found, "end")

    def _relations(self, request: Request, name: str, kinds: list[str]) -> Response:
        self._named(name)
        found = [
            one
            for one in reversed(self.events)
            if _relation(one).get("event_id") == name
            and [_relation(one).get("rel_type"), one["type"]][: len(kinds)] == kinds
        ]
        return _paged(request, found, "next_batch")

    def _as_post(self, post: dict[str, Any], ours: list[dict[str, Any]]) -> Published:
        name, content = post["event_id"], post["content"]
        parts = [one["content"] for one in ours if _relation(one).get("event_id") == name]
        media = [one for one in (content, *parts) if "url" in one]
        return Published(
            name,
            "" if "url" in content else content["body"],
            datetime.fromtimestamp(post["origin_server_ts"] / 1000, self.clock().tzinfo),
            f"https://matrix.to/#/{quote(ROOM, safe='')}/{quote(name, safe='')}?via={SERVER}",
            media=len(media),
            alts=tuple(one["body"] for one in media),
        )


def _relation(event: dict[str, Any]) -> dict[str, Any]:
    return held(event["content"].get("m.relates_to"))


def _is_shown(event: dict[str, Any]) -> bool:
    return event["type"] == "m.room.message" and bool(event["content"])


def _holds_a_fraction(told: object) -> bool:
    if isinstance(told, dict):
        return any(map(_holds_a_fraction, told.values()))
    if isinstance(told, list):
        return any(map(_holds_a_fraction, told))
    return isinstance(told, float)


def _object(request: Request) -> dict[str, Any]:
    told = request.get_json(force=True, silent=True)
    if told is None:
        raise RefusedError(_error(400, "M_NOT_JSON", "Content not JSON."))
    if not isinstance(told, dict):
        raise RefusedError(_error(400, "M_BAD_JSON", "Content must be a JSON object."))
    return told


def _paged(request: Request, found: list[dict[str, Any]], onward: str) -> Response:
    first, limit = int(request.args.get("from", "0")), int(request.args.get("limit", "10"))
    told: dict[str, Any] = {"chunk": found[first : first + limit]}
    if first + limit < len(found):
        told[onward] = str(first + limit)
    return as_json(200, told)


def _error(status: int, code: str, text: str) -> Response:
    return as_json(status, {"errcode": code, "error": text})
