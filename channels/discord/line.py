"""Speaks to Discord's HTTP API: who the bot is, what the channel is and holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from channels.base import N_, Context, ForbiddenError
from channels.discord.errors import ERRORS
from channels.discord.options import DiscordConfig
from channels.web.http import HttpSession, listed, parsed
from channels.web.opened import Opened
from channels.web.values import looked_through, name_of, whole

PAGE = 100
TEXT_CHANNEL, ANNOUNCEMENTS = 0, 5


class Line:
    """The line of one channel. Every method raises as the contract says."""

    def __init__(self, config: DiscordConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._line = Opened(self._opening, HttpSession.close)

    def bot(self) -> str:
        """The number of the bot whose token it is."""
        return name_of(self.ask("GET", "/users/@me"), "Discord")

    def place(self) -> dict[str, Any]:
        """The channel, with its ``guild_id``; ``ForbiddenError`` where it is none to write in."""
        place = self.ask("GET", f"/channels/{self._config.channel}")
        if place.get("type") not in (TEXT_CHANNEL, ANNOUNCEMENTS) or not place.get("guild_id"):
            raise ForbiddenError(N_("this is no text channel of a Discord server"))
        return place

    def page(self, before: int) -> list[dict[str, Any]]:
        """The channel's messages before ``before`` (0: the last ones), the newest first."""
        asked = {"limit": PAGE} | ({"before": before} if before else {})
        answer = self.answer("GET", f"/channels/{self._config.channel}/messages", params=asked)
        return looked_through(listed(answer), "Discord")

    def ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """The object that is answered."""
        return self.object(self.answer(method, path, **more))

    def object(self, answer: requests.Response, *names: str) -> dict[str, Any]:
        """What ``answer`` holds, with ``names`` in it (``HttpSession.json``)."""
        return self._line().json(answer, *names)

    def answer(self, method: str, path: str, **more: Any) -> requests.Response:
        """The answer, which is 2xx; arguments as in ``requests``."""
        http = self._line()
        answer: requests.Response = http.request(method, f"{self._config.base_url}{path}", **more)
        if 200 <= answer.status_code < 300:
            return answer
        told = parsed(answer) or {}
        said = f"{told.get('code', '')} {told.get('message', '')}"
        kind = ERRORS.get(whole(told.get("code")) or 0)
        if kind is not None and 400 <= answer.status_code < 500 and answer.status_code != 429:
            why = json.dumps(told["errors"], ensure_ascii=False) if "errors" in told else ""
            raise kind(http.clean(f"Discord: {answer.status_code} {said} {why}"))
        raise http.refusal(answer, said)

    @contextmanager
    def harmless(self) -> Iterator[None]:
        with self._line().harmless():
            yield

    def close(self) -> None:
        self._line.close()

    def _opening(self) -> HttpSession:
        token = self._context.secret(self._config.token)
        http = HttpSession(self._context.clock, self._config.timeout_s, secrets=[token])
        http.headers["Authorization"] = f"Bot {token}"
        # In this form Discord asks for it; others may be blocked.
        http.headers["User-Agent"] = f"DiscordBot ({self._config.site}, 1)"
        return http
