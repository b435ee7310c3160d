"""Logs: for a person on a terminal, JSON elsewhere; local and UTC time; no secret in them."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

_SECRETS = (
    # Telegram puts the token into the address; OAuth and Basic put it into headers.
    (re.compile(r"/bot\d+:[\w-]+"), "/bot•••"),
    (re.compile(r"(?i)\b(bearer|basic|oauth)\s+[\w.~+/=-]{8,}"), r"\1 •••"),
    (
        re.compile(r"(?i)\b([\w-]*(?:token|secret|password|api_?key|signature)[\w-]*)=[^&\s\"']+"),
        r"\1=•••",
    ),
    (re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"), "•••"),
)


def redact(text: str) -> str:
    """``text`` without what looks like a secret in an address, a header or a form."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def set_up(zone: ZoneInfo, *, verbose: bool = False) -> None:
    """Send all logs to standard error, also those of the libraries in use."""
    human = sys.stderr.isatty()
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
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    # These write whole requests at debug level, headers with secrets included.
    for name in ("tweepy", "urllib3", "requests_oauthlib", "oauthlib", "apscheduler"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _times(zone: ZoneInfo) -> Any:
    def add(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
        now = datetime.now(UTC)
        event["utc"] = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event["local"] = now.astimezone(zone).isoformat(timespec="seconds")
        return event

    return add


def _redacted(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}
