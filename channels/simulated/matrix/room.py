"""Keeps one room of Matrix's stand-in. Who is in it, what it is set to, what was written there and
what refers to that.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Container
from datetime import datetime
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from channels.simulated import Published
from channels.simulated.matrix.answers import no, paged, refuse
from channels.web.values import held

SERVER = "vidu.test"
USER = f"@so:{SERVER}"
ROOM, ALIAS = f"!thongbao:{SERVER}", f"#thong-bao:{SERVER}"
EVENT_MAX_BYTES, OVERHEAD_BYTES = 65_536, 1_000
"""What an event may have, and about what the homeserver adds to it."""

_REQUIRED = {
    "m.text": {"body"},
    "m.notice": {"body"},
    **{kind: {"body", "url"} for kind in ("m.image", "m.video", "m.file")},
}


class Room:
    """``state`` is the room's, by kind, and ``creator`` who made it; ``events`` are the messages
    and what refers to them, the oldest first."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.joined = [USER, f"@dan-mot:{SERVER}", f"@dan-hai:{SERVER}"]
        self.events: list[dict[str, Any]] = []
        self.state: dict[str, dict[str, Any]] = {
            "m.room.create": {"room_version": "12"},
            "m.room.name": {"name": "Thông báo của Sở"},
            "m.room.canonical_alias": {"alias": ALIAS},
            "m.room.power_levels": {"users": {USER: 50}, "events_default": 50},
        }
        self.creator = f"@quan-tri:{SERVER}"

    # -- for those who use it ---------------------------------------------------------------------

    def posts(self) -> tuple[Published, ...]:
        """What ``USER`` wrote, with what belongs to it."""
        ours = [one for one in self.events if one["sender"] == USER and _is_shown(one)]
        posts = [one for one in ours if _relation(one).get("rel_type") != "m.reference"]
        return tuple(self._as_post(post, ours) for post in posts)

    def react(self, name: str, reactions: int, comments: int) -> None:
        """Let people react to ``name`` and answer it, so often in all."""
        kinds = ("m.annotation", "m.thread")
        self.events = [
            one
            for one in self.events
            if _relation(one).get("event_id") != name or _relation(one).get("rel_type") not in kinds
        ]
        for number in range(reactions):
            relation = {"rel_type": "m.annotation", "event_id": name, "key": "👍"}
            self.add(f"@dan-{number}:{SERVER}", "m.reaction", {"m.relates_to": relation})
        for number in range(comments):
            relation = {"rel_type": "m.thread", "event_id": name}
            words = {"msgtype": "m.text", "body": "Cảm ơn.", "m.relates_to": relation}
            self.add(f"@dan-{number}:{SERVER}", "m.room.message", words)

    # -- writing ----------------------------------------------------------------------------------

    def add(self, sender: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """What ``sender`` writes, whatever it is."""
        event = {
            "event_id": f"${secrets.token_urlsafe(32)}",
            "room_id": ROOM,
            "sender": sender,
            "type": kind,
            "origin_server_ts": round(self._clock().timestamp() * 1000),
            "content": content,
            "unsigned": {},
        }
        self.events.append(event)
        return event

    def may_send(self, kind: str) -> bool:
        """Whether ``USER`` may, by the room's power levels."""
        levels = self.state.get("m.room.power_levels", {})
        least = levels.get("events", {}).get(kind, levels.get("events_default", 0))
        level = levels.get("users", {}).get(USER, levels.get("users_default", 0))
        return bool(level >= least)

    def send(self, kind: str, content: dict[str, Any], uploads: Container[object]) -> str:
        """What ``USER`` writes, where a homeserver takes it; gives the event's id."""
        if _holds_a_fraction(content):
            refuse(400, "M_BAD_JSON", "Bad JSON value: float")
        size = len(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
        if size + OVERHEAD_BYTES > EVENT_MAX_BYTES:
            refuse(413, "M_TOO_LARGE", "event too large")
        self._require_whole(content, uploads)
        return str(self.add(USER, kind, content)["event_id"])

    def _require_whole(self, content: dict[str, Any], uploads: Container[object]) -> None:
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
        elif "url" in content and content["url"] not in uploads:
            wrong = "nothing went up under this url"
        else:
            return
        refuse(400, "M_UNKNOWN", wrong)

    def redact(self, name: str) -> str:
        """Take ``name`` out; gives the id of the event that says so."""
        why = self.add(USER, "m.room.redaction", {"redacts": name})
        for event in self.events:
            if event["event_id"] == name:
                event["content"], event["unsigned"] = {}, {"redacted_because": why}
        return str(why["event_id"])

    # -- reading ----------------------------------------------------------------------------------

    def named(self, name: str) -> dict[str, Any]:
        """The event of that id."""
        found = next((one for one in self.events if one["event_id"] == name), None)
        if found is None:
            refuse(404, "M_NOT_FOUND", "Event not found.")
        return found

    def messages(self, request: Request) -> Response:
        """A page of what was written, as ``request`` filters it."""
        only = json.loads(request.args.get("filter", "{}"))
        if request.args.get("dir") not in ("b", "f"):
            return no(400, "M_MISSING_PARAM", "Missing query parameter dir")
        found = [
            one
            for one in reversed(self.events)
            if one["sender"] in only.get("senders", [one["sender"]])
            and one["type"] in only.get("types", [one["type"]])
        ]
        return paged(request, found, "end")

    def relations(self, request: Request, name: str, kinds: list[str]) -> Response:
        """A page of what refers to ``name``, in these ways."""
        self.named(name)
        found = [
            one
            for one in reversed(self.events)
            if _relation(one).get("event_id") == name
            and [_relation(one).get("rel_type"), one["type"]][: len(kinds)] == kinds
        ]
        return paged(request, found, "next_batch")

    def _as_post(self, post: dict[str, Any], ours: list[dict[str, Any]]) -> Published:
        name, content = post["event_id"], post["content"]
        parts = [one["content"] for one in ours if _relation(one).get("event_id") == name]
        media = [one for one in (content, *parts) if "url" in one]
        return Published(
            name,
            "" if "url" in content else content["body"],
            datetime.fromtimestamp(post["origin_server_ts"] / 1000, self._clock().tzinfo),
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
