"""Speaks Telegram's Bot API for ``channels.telegram``: a method, its files, its result.

Answers are ``{"ok": true, "result": …}``, or ``{"ok": false, "error_code", "description",
"parameters"}`` (https://core.telegram.org/bots/api#making-requests).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import requests

from channels.base import (
    N_,
    ChannelError,
    ForbiddenError,
    InvalidContentError,
    Media,
    RateLimitedError,
    TransientError,
)
from channels.telegram.errors import (
    ABOUT_A_MESSAGE_THAT_IS_GONE,
    ABOUT_RIGHTS,
    ERRORS,
    MissingError,
)
from channels.web.http import LONGEST_WAIT, HttpSession, parsed
from channels.web.uploads import content_of
from channels.web.values import held

_MOVED = N_("the chat has moved: write its new number into schedule.toml")
_UNTOLD = N_("its answer is nothing that can be read")


class Line:
    """One bot's line to ``base_url``."""

    def __init__(
        self, clock: Callable[[], datetime], timeout_s: float, base_url: str, token: str
    ) -> None:
        self._clock = clock
        self._base = f"{base_url.rstrip('/')}/bot{token}"
        self.http = HttpSession(clock, timeout_s, secrets=[token])

    def ask(self, method: str, **keys: Any) -> Any:
        """The result of a method that publishes nothing, and so may fail without a doubt."""
        with self.http.harmless():
            return self.call(method, keys)

    def ask_object(self, method: str, **keys: Any) -> dict[str, Any]:
        """``ask``, where the result must be an object."""
        told = self.ask(method, **keys)
        if not isinstance(told, dict):
            raise TransientError(f"Telegram: {_UNTOLD}: {method}")
        return told

    def call(
        self, method: str, keys: Mapping[str, Any], files: Mapping[str, Media] | None = None
    ) -> Any:
        """The result of a method; raises what its error means."""
        url = f"{self._base}/{method}"
        if files is None:
            answer = self.http.post(url, json=dict(keys))
        else:
            form = {key: v if isinstance(v, str) else json.dumps(v) for key, v in keys.items()}
            parts = {
                part: (media.path.name, content_of(media), media.mime)
                for part, media in files.items()
            }
            answer = self.http.post(url, data=form, files=parts)
        if answer.status_code == 200:
            told = self.http.json(answer)
            if told.get("ok") is True and "result" in told:
                return told["result"]
        raise self._error(answer)

    def _error(self, answer: requests.Response) -> ChannelError:
        told = parsed(answer) or {}
        said = str(told.get("description", ""))
        text = self.http.clean(f"Telegram: {answer.status_code} {said or answer.reason}")
        more = held(told.get("parameters"))
        if isinstance(more.get("migrate_to_chat_id"), int):
            new = more["migrate_to_chat_id"]
            return ForbiddenError(f'Telegram: {_MOVED}: chat = "{new}"')
        wait_s = more.get("retry_after")
        if answer.status_code == 429 and isinstance(wait_s, int) and wait_s >= 0:
            wait = timedelta(seconds=min(wait_s, LONGEST_WAIT.total_seconds()))
            return RateLimitedError(text, self._clock() + wait)
        kind = ERRORS.get(answer.status_code)
        if kind is None or not told:
            return self.http.refusal(answer, said)
        if kind is InvalidContentError and any(words in said.lower() for words in ABOUT_RIGHTS):
            kind = ForbiddenError
        elif kind is InvalidContentError and ABOUT_A_MESSAGE_THAT_IS_GONE in said:
            kind = MissingError
        return kind(text)
