"""What the program and its store can take of what an adapter gives, raises and notes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

from bench.fuzz.cases import Finding
from channels.base import Account, ChannelError, Metric, RateLimitedError, Reading, Receipt

LONGEST_SAID = 2_000
LONGEST_ID = 2_000_000
"""Ids are the platform's: no adapter bounds them further than the answer they stand in."""

LONGEST_PAUSE = timedelta(days=32)


def storable(what: str, text: Any, most: int) -> None:
    if not isinstance(text, str):
        raise Finding(f"{what} is {type(text).__name__}")
    if len(text) > most:
        raise Finding(f"{what} is too long")
    if "\0" in text:
        raise Finding(f"{what} has a NUL in it")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Finding(f"{what} can't be written down") from None


def whole_receipt(receipt: Receipt) -> None:
    storable("a remote id", receipt.remote_id, LONGEST_ID)
    storable("a post's address", receipt.url, LONGEST_ID)
    if not receipt.remote_id:
        raise Finding("a receipt without an id")
    _moment("a receipt", receipt.at)


def whole_account(came: Any) -> None:
    if isinstance(came, ChannelError):
        return
    if not isinstance(came, Account):
        raise Finding(f"identify gives {type(came).__name__}")
    for what in (came.id, came.name, came.url):
        storable("an account", what, LONGEST_ID)
    if not came.id:
        raise Finding("an account without an id")
    if came.followers is not None:
        _count("followers", came.followers)
    if came.expires_at is not None:
        _moment("an account's end", came.expires_at)


def whole_reading(reading: Reading) -> None:
    _moment("a reading", reading.at)
    for metric, count in reading.metrics.items():
        if metric not in get_args(Metric):
            raise Finding("a metric that there isn't")
        _count(metric, count)


def sayable(error: ChannelError, now: datetime) -> None:
    storable("an error", str(error), LONGEST_SAID)
    if isinstance(error, RateLimitedError):
        _moment("a pause", error.until)
        if error.until > now + LONGEST_PAUSE:
            raise Finding("a pause of more than a month")


def _moment(what: str, at: Any) -> None:
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise Finding(f"{what} at a time that isn't aware")
    try:
        at.astimezone(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    except (OverflowError, ValueError):
        raise Finding(f"{what} at a time that no zone has") from None


def _count(what: str, count: Any) -> None:
    # One that can't be right is given all the same: who keeps it flags it (``reach.doubts``).
    if not isinstance(count, int) or isinstance(count, bool):
        raise Finding(f"{what} that is no count")
