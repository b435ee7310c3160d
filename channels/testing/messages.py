"""Messages for the conformance suite, which keep whatever limits an adapter declares.

Where a platform doesn't take such a message, the test that asks for it is skipped.
"""

# ruff: noqa: S101 -- it is a test's: it asserts

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from channels.base import Channel, Limits, Media, Message, Text
from channels.limits import violations
from channels.testing.given import START, TEXT, written
from channels.testing.samples import film, picture


def small(channel: Channel[Any], folder: Path) -> Message:
    """A small message that keeps every limit of the platform; its media are made in ``folder``."""
    limits = _limits(channel)
    message = Message(
        key="chuyen-doi-so-10-10/2027/con-7-ngay/kenh",
        body=words_for(channel, TEXT),
        due_at=START,
        title="Còn 7 ngày" if limits.title_required else "",
        summary="Ngày Chuyển đổi số quốc gia" if limits.summary_max else "",
        media=_medium_for(limits, folder) if limits.media_required else (),
    )
    assert violations(message, limits) == ()
    return message


def numbered(channel: Channel[Any], message: Message, number: int) -> Message:
    """Another post like ``message``, with a key and words of its own."""
    nth = dataclasses.replace(
        message,
        key=f"{message.key}-{number}",
        body=words_for(channel, f"{TEXT} Lần {number}."),
    )
    return dataclasses.replace(nth, title=f"{message.title}, lần {number}") if nth.title else nth


def pictured(channel: Channel[Any], message: Message, folder: Path, count: int) -> Message:
    """``message`` with ``count`` pictures, three at most, made in ``folder``."""
    limits = _limits(channel)
    if limits.images_max < count:
        pytest.skip(f"this platform doesn't take {count} pictures")
    colours = ("navy", "teal", "maroon")[:count]
    kind = _picture_kind(limits)
    pictures = tuple(picture(folder, each, f"Ảnh {each}", kind=kind) for each in colours)
    return dataclasses.replace(message, media=pictures)


def threaded(channel: Channel[Any], message: Message) -> Message:
    """``message`` with two replies."""
    if not _limits(channel).threads:
        pytest.skip("this platform has no threads")
    replies = (words_for(channel, "Phần hai."), words_for(channel, "Phần ba."))
    return dataclasses.replace(message, replies=replies)


def words_for(channel: Channel[Any], text: str) -> Text:
    """``text``, which has no markup, as this channel gets it."""
    return written(text, type(channel).dialect_for(channel.config))


def letters(text: str) -> str:
    """``text`` without its white space, which platforms change on its way."""
    return "".join(text.split())


def _limits(channel: Channel[Any]) -> Limits:
    return type(channel).limits(channel.config)


def _medium_for(limits: Limits, folder: Path) -> tuple[Media, ...]:
    """What a platform that wants media is given."""
    if limits.images_max:
        return (picture(folder, kind=_picture_kind(limits)),)
    return (film(folder),)


def _picture_kind(limits: Limits) -> str:
    return "png" if "image/png" in limits.image_formats else "jpeg"
