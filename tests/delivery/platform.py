"""A model of a platform, for driving the courier: it takes, refuses or falls silent as told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from channels.base import (
    Account,
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelConfig,
    Context,
    Journal,
    Limits,
    Message,
    Receipt,
    Settlement,
    TransientError,
)


class Platform(Channel[ChannelConfig]):
    """Keeps what it took in ``posts``; ``script`` says what each request meets, in turn.

    A step is an exception to raise before taking the post, ``"take"``, ``"lose"`` (takes it, the
    answer is lost), ``"begin"`` (takes a first part of it) or a callable that is run before.
    ``trouble`` says what a message meets besides. ``credentials`` and ``looking`` are what
    ``identify`` and ``find`` raise, if anything. ``asked`` counts what was to be published, taken
    or not.
    """

    Config = ChannelConfig
    settlement: ClassVar[Settlement] = Settlement.LOOKUP

    def __init__(self, context: Context, **config: Any) -> None:
        super().__init__(ChannelConfig(adapter="model", **config), context)
        self.posts: list[Message] = []
        self.script: list[Exception | str | Callable[[], None]] = []
        self.trouble: Callable[[Message], Exception | None] = lambda message: None
        self.asked = 0
        self.credentials: Exception | None = None
        self.looking: Exception | None = None
        self.owner = "tinh"

    @classmethod
    def limits(cls, config: ChannelConfig) -> Limits:
        return Limits(images_max=4)

    def identify(self) -> Account:
        if self.credentials is not None:
            raise self.credentials
        return Account(self.owner, self.owner)

    def send(self, message: Message, journal: Journal) -> Receipt:
        self.asked += 1
        step = self.script.pop(0) if self.script else self.trouble(message) or "take"
        if isinstance(step, Exception):
            raise step
        if step == "begin":
            journal.put("first part", "41")
            raise TransientError("bận")
        if callable(step):
            step()
        if not (self.settlement is Settlement.NATIVE_KEY and self._has(message)):
            self.posts.append(message)
        if step == "lose":
            raise AmbiguousError("no answer")
        return self._receipt(message)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        if self.looking is not None:
            raise self.looking
        if self.settlement is Settlement.NONE:
            raise CannotTellError("nothing can be looked up here")
        return self._receipt(message) if self._has(message) else None

    def has(self, key: str) -> bool:
        return any(post.key == key for post in self.posts)

    def _has(self, message: Message) -> bool:
        return self.has(message.key)

    def _receipt(self, message: Message) -> Receipt:
        return Receipt(message.key, f"https://example.vn/{message.key}", self.context.clock())


class NativePlatform(Platform):
    """Drops a repeat under the same key."""

    settlement = Settlement.NATIVE_KEY


class SilentPlatform(Platform):
    """Can be asked nothing."""

    settlement = Settlement.NONE
