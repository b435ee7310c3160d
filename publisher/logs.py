"""The program's log, in which no secret stands.

For a person on a terminal, JSON elsewhere; in local time and UTC.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import structlog

from publisher.redaction import clean

_TALKATIVE = (
    "alembic",
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
"""Below a warning these write whole addresses and requests, headers with secrets included; Alembic
names each of its own parts."""


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
        key: value if key.startswith("_") else clean(key, value) for key, value in event.items()
    }
