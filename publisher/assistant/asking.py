"""Asks a service for a text by the OpenAI API ("chat completions"): once, bounded, never again.

What is documented of it is all that is used: ``model`` and ``messages`` go out, and
``choices[0].message.content`` comes back, with ``finish_reason`` and ``refusal`` beside it. An
answer that costs money is never asked for twice, and a service's own words on what went wrong are
not repeated: they may hold the key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channels.base import ChannelError
from channels.web.http import HttpSession, parsed
from publisher.clock import Clock
from publisher.i18n import _
from publisher.settings.assistant import Assistant
from publisher.states import note_words

ANSWER_BYTES = 400_000
_PATH = "/chat/completions"


class UnansweredError(Exception):
    """The service gave no text; the words say why, for a person."""


def ask(settings: Assistant, key: str, clock: Clock, said: Sequence[tuple[str, str]]) -> str:
    """The service's answer to what is ``said``, pairs of a role and a text.

    Raises ``UnansweredError``.
    """
    document = {
        "model": settings.model,
        "messages": [{"role": role, "content": content} for role, content in said],
    }
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    timeout_s = settings.timeout.total_seconds()
    secrets = [key] if key else []
    line = HttpSession(clock, timeout_s, secrets, answer_max_bytes=ANSWER_BYTES)
    # It publishes nothing: whatever comes of it, there is no doubt about a post.
    with line, line.harmless():
        try:
            address = settings.endpoint.rstrip("/") + _PATH
            answer = line.post(address, json=document, headers=headers)
        except ChannelError as error:
            raise UnansweredError(note_words(str(error))) from None
    if answer.status_code != 200:
        raise UnansweredError(_refused(answer.status_code))
    text = _text(parsed(answer), settings.most_characters)
    if key and key in text:
        raise UnansweredError(_("the service's answer holds its own key"))
    return text


def _refused(status: int) -> str:
    if status in (401, 403):
        return _("the service doesn't take the key: see assistant.key in schedule.toml")
    if status == 404:
        return _("the service knows no such address or model: see [assistant] in schedule.toml")
    if status == 429:
        return _("the service was asked too often, or its account is spent: try again later")
    return _("the service answers %(status)d") % {"status": status}


def _text(found: dict[str, Any] | None, most: int) -> str:
    choices = found.get("choices") if found is not None else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise UnansweredError(_("the service's answer can't be understood"))
    if message.get("refusal") or choice.get("finish_reason") == "content_filter":
        raise UnansweredError(_("the service refuses to write this"))
    text = message.get("content")
    if not isinstance(text, str) or not text.strip():
        raise UnansweredError(_("the service answers without a text"))
    if choice.get("finish_reason") == "length" or len(text) > most:
        raise UnansweredError(_("the service's text is too long, or broke off"))
    return text
