"""The log: JSON for machines, lines for people, both times, and no secret however it comes."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import structlog

from publisher import logs, redaction

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BOT = "7203456789:AAHnotarealtokennotarealtokennotare"
SECRET = "Tr0ng0ngD0iMat"


class Terminal(io.StringIO):
    """A person reads this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def written() -> io.StringIO:
    """Where the log goes."""
    stream = io.StringIO()
    logs.set_up(ZONE, to=stream)
    return stream


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_local_time_and_utc(written: io.StringIO) -> None:
    structlog.get_logger("courier").info(
        "sent", delivery="thu/2027/bai/fanpage", title="Tiếng Việt"
    )

    [event] = events(written)
    assert event["event"] == "sent"
    assert event["level"] == "info"
    assert event["logger"] == "courier"
    assert event["delivery"] == "thu/2027/bai/fanpage"
    assert "Tiếng Việt" in written.getvalue()
    local, utc = datetime.fromisoformat(event["local"]), datetime.fromisoformat(event["utc"])
    assert local.utcoffset() == timedelta(hours=7)
    assert event["utc"].endswith("Z")
    assert abs(local - utc) < timedelta(seconds=2)


def test_what_the_libraries_say_is_written_the_same_way(written: io.StringIO) -> None:
    logging.getLogger("feedparser").warning("a feed of %s bytes", 12)

    [event] = events(written)
    assert event["event"] == "a feed of 12 bytes"
    assert {"utc", "local", "level", "logger"} <= event.keys()


@pytest.mark.parametrize(
    "library", ["alembic", "apscheduler", "httpx", "oauthlib", "tweepy", "urllib3"]
)
def test_libraries_that_write_whole_requests_or_of_themselves_are_silent_below_a_warning(
    written: io.StringIO, library: str
) -> None:
    logs.set_up(ZONE, logging.DEBUG, to=written)
    logging.getLogger(library).info("Authorization: Bearer %s", SECRET)

    assert written.getvalue() == ""


def test_a_person_at_a_terminal_reads_lines(written: io.StringIO) -> None:
    terminal = Terminal()
    logs.set_up(ZONE, to=terminal)

    structlog.get_logger("desk").warning("plan changed", added=1)

    assert "plan changed" in terminal.getvalue()
    assert not terminal.getvalue().lstrip().startswith("{")


LEAKS = [
    f"https://api.telegram.org/bot{BOT}/sendMessage",
    f"the token {BOT} was refused",
    f"Authorization: Bearer {SECRET}",
    f"{{'Authorization': 'Bearer {SECRET}'}}",
    f"Authorization: Basic {SECRET}==",
    f'Authorization: OAuth oauth_consumer_key="{SECRET}", oauth_signature="{SECRET}%3D"',
    f"POST access_token={SECRET}&text=xin+chao",
    f"client_secret='{SECRET}'",
    f'{{"refresh_token": "{SECRET}", "expires_in": 3600}}',
    f"{{'password': '{SECRET}'}}",
    f"X_API_KEY={SECRET}",
    f"postgresql://publisher:{SECRET}@may-chu/publisher",
    f"redis://:{SECRET}@may-chu:6379",
    f"https://lan:{SECRET}@:8080@may-chu/",
    f"https://www.googleapis.com/upload/youtube/v3/videos?upload_id={SECRET}&part=status",
    f"http://localhost:8085/?state=abc&code={SECRET}&scope=x",
    f"https://www.linkedin.com/dms-uploads/C4E/0?ca=vector&ut={SECRET}",
    f"PUBLISHER_KEY={SECRET}",
    f"Set-Cookie={SECRET}; Path=/",
    f"smtp_passwd={SECRET}",
]


@pytest.mark.parametrize("text", LEAKS)
def test_secrets_are_taken_out_of_a_text(text: str) -> None:
    shown = redaction.redact(text)

    assert SECRET not in shown
    assert BOT not in shown
    assert redaction.HIDDEN in shown


@pytest.mark.parametrize(
    "text",
    [
        "there is no secret at env:TELEGRAM_TOKEN",
        "file:bi-mat/token is open to others: chmod 600 /srv/bi-mat/token",
        "https://may-chu:8080/bai?id=5&trang=2",
        "Gửi lan@example.vn lúc 08:00:30",
        "thu/2027/bai/fanpage: 401 Unauthorized",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert redaction.redact(text) == text


@pytest.mark.parametrize(
    "detail",
    [
        {"url": f"https://x.vn/?access_token={SECRET}"},
        {"headers": {"Authorization": SECRET}},
        {"answers": [{"body": f'{{"token": "{SECRET}"}}'}]},
        {"error": ValueError(f"password={SECRET}")},
        {"password": SECRET},
        {"why": (f"Bearer {SECRET}",)},
    ],
)
def test_secrets_are_taken_out_however_deep_they_lie(
    written: io.StringIO, detail: dict[str, Any]
) -> None:
    structlog.get_logger("channel").error("refused", **detail)

    assert SECRET not in written.getvalue()
    assert events(written)[0]["event"] == "refused"


def test_secrets_are_taken_out_of_tracebacks_and_of_the_libraries_words(
    written: io.StringIO,
) -> None:
    try:
        raise RuntimeError(f"https://x.vn/?token={SECRET}")
    except RuntimeError:
        structlog.get_logger("daemon").exception("a job failed")
    logging.getLogger("werkzeug").warning("GET /?token=%s", SECRET)

    assert "RuntimeError" in written.getvalue()
    assert SECRET not in written.getvalue()


@pytest.mark.parametrize("kind", [io.StringIO, Terminal])
@pytest.mark.usefixtures("written")
def test_a_traceback_shows_no_variable(kind: type[io.StringIO]) -> None:
    screen = kind()
    logs.set_up(ZONE, to=screen)
    for complain in (
        structlog.get_logger("daemon").exception,
        logging.getLogger("apscheduler").exception,
    ):
        _fail(complain, "x".join(SECRET))

    assert screen.getvalue().count("ZeroDivisionError") >= 2
    assert "x".join(SECRET) not in screen.getvalue()


def _fail(complain: Callable[[str], object], password: str) -> None:
    try:
        len(password) / 0
    except ZeroDivisionError:
        complain("a job failed")


def test_plain_data_stays_what_it_is(written: io.StringIO) -> None:
    structlog.get_logger("desk").info("read", n=3, ok=True, none=None, at=[1.5], file=Path("a/b"))

    [event] = events(written)
    assert [event[name] for name in ("n", "ok", "none", "at", "file")] == [
        3,
        True,
        None,
        [1.5],
        "a/b",
    ]


@pytest.mark.usefixtures("written")
def test_on_a_terminal_a_line_begins_with_the_local_time() -> None:
    screen = Terminal()
    logs.set_up(ZONE, to=screen)
    structlog.get_logger("daemon").info("running")

    line = re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue())
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", line)
    assert "utc=" not in line
