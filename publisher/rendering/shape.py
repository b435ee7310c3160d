"""What the renderer must know of a channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from channels.base import Dialect, Limits, Message, VideoShape
from publisher.cards.look import Size


@dataclass(frozen=True, slots=True)
class ChannelShape:
    """What the renderer must know of a channel; ``as_read`` gives a message as its readers get
    it, for a preview; ``card_size`` and ``video_shape`` are how cards are drawn and
    short videos made for it, ``None`` where none are."""

    name: str
    title: str
    dialect: Dialect
    limits: Limits
    writes_hashtags: bool
    card_size: Size | None = Size.SQUARE
    video_shape: VideoShape | None = "wide"
    as_read: Callable[[Message], Message] = lambda message: message
