"""What the renderer must know of a channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from channels.base import Dialect, Limits, Message


@dataclass(frozen=True, slots=True)
class ChannelShape:
    """What the renderer must know of a channel; ``as_read`` gives a message as its readers get
    it, for a preview."""

    name: str
    title: str
    dialect: Dialect
    limits: Limits
    writes_hashtags: bool
    as_read: Callable[[Message], Message] = lambda message: message
