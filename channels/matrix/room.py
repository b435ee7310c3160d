"""The room that posts go to: which it is, whether it takes them, what stands there of ours."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from channels.base import (
    N_,
    CannotTellError,
    CredentialsExpiredError,
    ForbiddenError,
    RateLimitedError,
    TransientError,
)
from channels.matrix.events import Seen
from channels.matrix.line import A_PAGE, API, PAGES, PLATFORM, Line, in_path, name_in, path_of
from channels.web.values import held, looked_through, whole


def proved(line: Line, user: str, room: str) -> str:
    """The id of ``room``, an id or an alias, once it is known that the token is ``user``'s and that
    they are in it. ``CredentialsExpiredError`` and ``ForbiddenError`` where it isn't so."""
    if line.ask("GET", f"{API}/v3/account/whoami").get("user_id") != user:
        raise CredentialsExpiredError(N_("the token is another account's, not the user's"))
    if room.startswith("#"):
        told = line.ask("GET", f"{API}/v3/directory/room/{in_path(room)}")
        room = name_in(told, "room_id")
    joined = line.ask("GET", f"{API}/v3/joined_rooms").get("joined_rooms")
    if not isinstance(joined, list) or room not in joined:
        raise ForbiddenError(N_("the account has not joined the room"))
    return room


def require_open(line: Line, user: str, room: str) -> None:
    """``ForbiddenError`` where ``room`` takes no post of ``user`` that everybody there can read."""
    if _state(line, room, "m.room.encryption"):
        raise ForbiddenError(N_("the room is encrypted: name one that isn't"))
    if _state(line, room, "m.room.tombstone"):
        raise ForbiddenError(N_("the room was replaced by another: join that, and name it"))
    if not _may_post(line, user, room):
        raise ForbiddenError(N_("the account may not send messages in this room"))


def name(line: Line, room: str) -> str:
    """What people call ``room``."""
    alias = _state(line, room, "m.room.canonical_alias").get("alias")
    known = alias or _state(line, room, "m.room.name").get("name")
    return known if isinstance(known, str) and known else room


def sent_since(line: Line, user: str, room: str, since: datetime) -> list[Seen]:
    """The messages of ``user`` in ``room`` from ``since`` on, and perhaps some older ones; those
    that were taken out too. ``CannotTellError`` where there are too many to look through."""
    only = {"senders": [user], "types": ["m.room.message"]}
    query = {"dir": "b", "limit": str(A_PAGE), "filter": json.dumps(only)}
    seen: list[Seen] = []
    for _ in range(PAGES):
        told = line.ask("GET", f"{path_of(room)}/messages", params=query)
        page = [Seen.of(event) for event in looked_through(told.get("chunk"), PLATFORM)]
        seen += [one for one in page if one.sender == user]
        before = told.get("end")
        if not before or (page and page[-1].at < since):
            return seen
        query["from"] = str(before)
    raise CannotTellError(N_("too much was written in the room since"))


def members(line: Line, room: str) -> int | None:
    """How many are in ``room``, the account itself among them."""
    try:
        told = line.ask("GET", f"{path_of(room)}/joined_members").get("joined")
    except RateLimitedError:
        raise
    except TransientError:
        return None  # of a very large room the list is longer than any answer may be
    return len(told) if isinstance(told, dict) else None


def upload_max_bytes(line: Line) -> int | None:
    """The largest file that the homeserver takes, where it tells."""
    most = whole(line.ask("GET", f"{API}/v1/media/config", absent=True).get("m.upload.size"))
    return most if most is not None and most > 0 else None


def _may_post(line: Line, user: str, room: str) -> bool:
    """By the room's power levels; what they don't say, sending will."""
    levels = _state(line, room, "m.room.power_levels")
    by_user, by_event = held(levels.get("users")), held(levels.get("events"))
    level = whole(by_user.get(user, levels.get("users_default", 0)))
    least = whole(by_event.get("m.room.message", levels.get("events_default", 0)))
    if level is None or least is None or level >= least:
        return True
    # From room version 12 on, who made a room stands above all levels.
    made = _state(line, room, "m.room.create", format="event")
    others = held(made.get("content")).get("additional_creators")
    return user in [made.get("sender"), *(others if isinstance(others, list) else ())]


def _state(line: Line, room: str, kind: str, **query: str) -> dict[str, Any]:
    """A part of the room's state; empty where the room has none of the kind."""
    return line.ask("GET", f"{path_of(room)}/state/{kind}/", params=query, absent=True)
