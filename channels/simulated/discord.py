"""A Discord server that does as its API's documentation says: one bot, one channel, strict.
(https://docs.discord.com/developers/resources/message)

It doesn't keep a nonce with a message, as Discord doesn't, and knows it for five minutes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.planted import planted
from channels.simulated.server import HttpStandIn, RefusedError, as_json

TOKEN = planted(24)
BOT, GUILD, CHANNEL = "1100000000000000001", "1100000000000000002", "1100000000000000003"
TEXT_MAX, FILES_MAX, ALT_MAX, NONCE_MAX = 2_000, 10, 1_024, 25
FILE_MAX, REQUEST_MAX = 20 * 1024 * 1024, 25 * 1024 * 1024
NONCES_KNOWN = timedelta(minutes=5)
FLAGS = 1 << 2 | 1 << 12  # SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS
EPOCH_MS = 1_420_070_400_000
FAULTS: dict[str, tuple[int, int, str]] = {
    "500": (500, 0, "500: Internal Server Error"),
    "expired": (401, 0, "401: Unauthorized"),
    "forbidden": (403, 50013, "Missing Permissions"),
    "invalid": (400, 50035, "Invalid Form Body"),
}
MESSAGE = re.compile(r"/channels/(\d+)/messages/(\d+)")
KNOWN = {"content", "nonce", "enforce_nonce", "allowed_mentions", "flags", "attachments"}


@dataclass(slots=True)
class Posted:
    """One message as Discord keeps it."""

    content: str
    at: datetime
    author: str = BOT
    flags: int = 0
    attachments: list[dict[str, Any]] = field(default_factory=list)
    reactions: list[dict[str, Any]] = field(default_factory=list)
    comments: int | None = None


class Platform(HttpStandIn):
    """One server with one text channel. ``reads_history`` is the bot's right to do so; ``type`` the
    channel's type; ``left`` is what the answers say is left of the allowance."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.messages: dict[str, Posted] = {}
        self.nonces: dict[str, tuple[str, datetime]] = {}
        self.reads_history = True
        self.type = 0
        self.left = 4
        self._last = 0
        self.agents: set[str] = set()

    def config(self) -> dict[str, Any]:
        return {
            "account": f"{BOT}@{CHANNEL}",
            "base_url": self.url,
            "site": "https://vidu.vn",
            "channel": CHANNEL,
            "token": "env:STAND_IN_DISCORD_TOKEN",
        }

    def secrets(self) -> dict[str, str]:
        return {"env:STAND_IN_DISCORD_TOKEN": TOKEN}

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(
                Published(
                    f"{CHANNEL}-{number}",
                    re.sub(r"\\([^0-9A-Za-z\s])", r"\1", posted.content),
                    posted.at,
                    f"https://discord.com/channels/{GUILD}/{CHANNEL}/{number}",
                    media=len(posted.attachments),
                    alts=tuple(each.get("description", "") for each in posted.attachments),
                )
                for number, posted in self.messages.items()
                if posted.author == BOT
            )

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            posted = self.messages[remote_id.partition("-")[2]]
            if "reactions" in counts:
                posted.reactions = [
                    {"emoji": {"name": "👍"}, "count": counts["reactions"] - 1},
                    {"emoji": {"name": "🎉"}, "count": 1},
                ]
            posted.comments = counts.get("comments", posted.comments)

    def publishes(self, request: Request) -> bool:
        return request.method == "POST" and request.path.endswith("/messages")

    def refusal(self, fault: FaultName) -> Response:
        if fault == "429":
            told = {"message": "You are being rate limited.", "retry_after": 64.57, "global": False}
            return as_json(429, told, {"Retry-After": "65", "X-RateLimit-Scope": "user"})
        status, code, said = FAULTS[fault]
        return as_json(status, {"message": said, "code": code})

    def answer(self, request: Request) -> Response:
        self.agents.add(request.headers.get("User-Agent", ""))
        if not request.headers.get("User-Agent", "").startswith("DiscordBot (http"):
            raise _refused(403, 40333, "internal network error")
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            raise RefusedError(self.refusal("expired"))
        match request.method, request.path:
            case "GET", "/users/@me":
                return as_json(200, {"id": BOT, "username": "sokhcn", "bot": True})
            case "GET", path if path == f"/guilds/{GUILD}":
                counted = request.args.get("with_counts") == "true"
                more = {"approximate_member_count": 1_234} if counted else {}
                return as_json(200, {"id": GUILD, "name": "Sở KH&CN Ví Dụ", **more})
            case _, path if not path.startswith(f"/channels/{CHANNEL}"):
                raise _refused(404, 10003, "Unknown Channel")
            case "GET", path if path == f"/channels/{CHANNEL}":
                last = str(self._last) if self._last else None
                told = {"id": CHANNEL, "type": self.type, "name": "thong-bao"}
                return as_json(200, {**told, "guild_id": GUILD, "last_message_id": last})
            case "GET", path if path.endswith("/messages"):
                return self._listed(request)
            case "POST", path if path.endswith("/messages"):
                return self._take(request)
        return self._one(request)

    def write(self, content: str, author: str = "1200000000000000000") -> str:
        """Somebody (else) writes in the channel; gives the message's id."""
        with self.guard:
            number = self._number()
            self.messages[number] = Posted(content, self.clock(), author)
            return number

    # -- parts ------------------------------------------------------------------------------------

    def _number(self) -> str:
        since = int(self.clock().timestamp() * 1000) - EPOCH_MS
        self._last = max(since << 22, self._last + 1)
        return str(self._last)

    def _one(self, request: Request) -> Response:
        named = MESSAGE.fullmatch(request.path)
        if named is None or request.method not in ("GET", "DELETE"):
            raise _refused(404, 0, "404: Not Found")
        if request.method == "GET" and not self.reads_history:
            raise _refused(403, 50001, "Missing Access")
        posted = self.messages.get(named[2])
        if posted is None:
            raise _refused(404, 10008, "Unknown Message")
        if request.method == "GET":
            return as_json(200, self._shown(named[2], posted))
        if posted.author != BOT:
            raise RefusedError(self.refusal("forbidden"))
        del self.messages[named[2]]
        return Response(status=204)

    def _listed(self, request: Request) -> Response:
        limit, before = request.args.get("limit", "50"), request.args.get("before")
        if (
            not limit.isdecimal()
            or not 1 <= int(limit) <= 100
            or set(request.args)
            - {
                "limit",
                "before",
            }
        ):
            raise RefusedError(self.refusal("invalid"))
        found = [
            self._shown(number, posted)
            for number, posted in reversed(self.messages.items())
            if before is None or int(number) < int(before)
        ]
        return as_json(200, found[: int(limit)] if self.reads_history else [])

    def _shown(self, number: str, posted: Posted) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": number,
            "channel_id": CHANNEL,
            "author": {"id": posted.author},
            "content": posted.content,
            "timestamp": posted.at.isoformat(),
            "attachments": posted.attachments,
            "flags": posted.flags,
            "type": 0,
        }
        if posted.reactions:
            told["reactions"] = posted.reactions
        if posted.comments is not None:
            told["thread"] = {"id": number, "message_count": posted.comments}
        return told

    def _take(self, request: Request) -> Response:
        if (request.content_length or 0) > REQUEST_MAX:
            raise _refused(413, 40005, "Request entity too large")
        try:
            body = json.loads(request.form["payload_json"]) if request.form else request.get_json()
        except ValueError:
            raise _refused(400, 50109, "The request body contains invalid JSON.") from None
        files = {name: each.read() for name, each in request.files.items()}
        self._check(body, files)
        nonce = body["nonce"]
        number, until = self.nonces.get(nonce, ("", self.clock()))
        if not (body["enforce_nonce"] and number in self.messages and self.clock() < until):
            number = self._number()
            said = sorted(body.get("attachments", []), key=lambda each: each["id"])
            content = body["content"].strip()
            self.messages[number] = Posted(
                content, self.clock(), flags=body["flags"], attachments=said
            )
            self.nonces[nonce] = (number, self.clock() + NONCES_KNOWN)
        told = self._shown(number, self.messages[number]) | {"nonce": nonce}
        heads = {"X-RateLimit-Remaining": str(self.left), "X-RateLimit-Reset-After": "4.57"}
        return as_json(200, told, heads)

    def _check(self, body: Any, files: dict[str, bytes]) -> None:
        invalid = RefusedError(self.refusal("invalid"))
        if not isinstance(body, dict) or not KNOWN - {"attachments"} <= set(body) <= KNOWN:
            raise invalid
        if body["allowed_mentions"] != {"parse": []} or body["flags"] & ~FLAGS:
            raise invalid
        if not 0 < len(body["nonce"]) <= NONCE_MAX or len(body["content"]) > TEXT_MAX:
            raise invalid
        if not body["content"].strip() and not files:
            raise _refused(400, 50006, "Cannot send an empty message")
        if len(files) > FILES_MAX:
            raise _refused(400, 30015, "Maximum number of attachments in a message reached (10)")
        if any(len(content) > FILE_MAX for content in files.values()):
            raise _refused(413, 40005, "Request entity too large")
        said = body.get("attachments", [])
        if {f"files[{each['id']}]" for each in said} != set(files):
            raise invalid
        if any(len(each.get("description", "")) > ALT_MAX for each in said):
            raise invalid


def _refused(status: int, code: int, said: str) -> RefusedError:
    return RefusedError(as_json(status, {"message": said, "code": code}))
