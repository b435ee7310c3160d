"""The program's log, in which no secret stands.

For a person on a terminal, JSON elsewhere; in local time and UTC.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO
from urllib.parse import quote, quote_plus
from zoneinfo import ZoneInfo

import structlog

HIDDEN = "•••"

_NAME = (
    r"[\w-]*(?:token|secret|passw(?:or)?d|passphrase|api_?key|publisher_key|signature|authorization"
    r"|cookie|upload_id)[\w-]*"
)
_IS_SECRET = re.compile(_NAME, re.IGNORECASE)
_SECRETS = (
    # Telegram puts the token into the address; OAuth and Basic put it into headers.
    (re.compile(r"/bot\d+:[\w-]+"), f"/bot{HIDDEN}"),
    (re.compile(r"\b\d{6,}:[\w-]{30,}"), HIDDEN),
    (re.compile(r"(?i)\b(oauth)\s+(?:\w+=\"[^\"]*\"[,\s]*)+"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic|oauth)\s+[\w.~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    # What a browser is sent back with, as good as a password for minutes.
    (re.compile(r"(?i)([?&](?:code|code_verifier|sig|ut)=)[^&\s\"'#]+"), rf"\1{HIDDEN}"),
    # As a form, an address or a shell has them; and as JSON or a printed dict does.
    (re.compile(rf"(?i)\b({_NAME})=[\"']?[^&\s\"']+"), rf"\1={HIDDEN}"),
    (re.compile(rf"(?i)([\"']{_NAME}[\"']\s*:\s*[\"'])[^\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s?#]+(?=@)"), HIDDEN),
)


_TALKATIVE = (
    "apscheduler",
    "atproto",
    "httpcore",
    "httpx",
    "mail.log",
    "oauthlib",
    "requests_oauthlib",
    "tweepy",
    "urllib3",
)
"""Below a warning these write whole addresses and requests, headers with secrets included."""


_known: dict[str, None] = {}
_LEAST_LENGTH = 8
"""A shorter secret would be found in words that are none."""


def hide(secret: str) -> None:
    """Take ``secret`` out of whatever is written from now on, however it stands there."""
    for form in (secret, quote(secret, safe=""), quote_plus(secret)):
        if len(form) >= _LEAST_LENGTH:
            _known[form] = None


def redact(text: str) -> str:
    """``text`` without the secrets that were read here, and without what looks like one in an
    address, a header or a form."""
    for secret in tuple(_known):
        text = text.replace(secret, HIDDEN)
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def cleaned(details: Mapping[str, Any]) -> dict[str, Any]:
    """``details`` without secrets, however deep; whatever is no plain data becomes its text."""
    return {name: _clean(name, value) for name, value in details.items()}


def set_up(zone: ZoneInfo, level: int = logging.INFO, to: TextIO | None = None) -> None:
    """Send all logs from ``level`` up to ``to`` (else standard error), the libraries' too."""
    stream = to or sys.stderr
    human = stream.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _times(zone),
        structlog.processors.format_exc_info,
        _redacted,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    renderer: Any = (
        structlog.dev.ConsoleRenderer()
        if human
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([_time_first] if human else []),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _times(zone: ZoneInfo) -> Any:
    def add(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
        now = datetime.now(UTC)
        event["utc"] = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event["local"] = now.astimezone(zone).isoformat(timespec="seconds")
        return event

    return add


def _time_first(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Who watches a terminal reads the local time, where lines begin."""
    event.pop("utc", None)
    event["timestamp"] = str(event.pop("local", ""))[:19].replace("T", " ")
    return event


def _redacted(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
    # structlog's own keys begin with an underscore; its formatter takes them out again.
    return {
        key: value if key.startswith("_") else _clean(key, value) for key, value in event.items()
    }


def _clean(key: str, value: Any) -> Any:
    """``value`` without secrets, however deep; whatever is no plain data becomes its text."""
    match value:
        case None | bool() | int() | float():
            return value
        case str() if _IS_SECRET.fullmatch(key):
            return HIDDEN
        case str():
            return redact(value)
        case Mapping():
            return {str(name): _clean(str(name), one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_clean(key, one) for one in value]
        case _:
            return redact(str(value))
