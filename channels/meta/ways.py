"""Names what Instagram and Threads each call what both have: a container, its state, its post.

Used by ``channels.instagram``, ``channels.threads`` and the rest of ``channels.meta``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from channels.base import ChannelError, Media, Message, TransientError


class NotReadyError(TransientError):
    """The platform has no such container that it could publish: not yet, or no longer."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How a platform names what both have. ``status`` and ``reason`` are a container's fields;
    ``quota`` is where its allowance of posts stands, ``posts`` where the account's posts do.
    ``fault`` says what a failed container's reason means."""

    platform: str
    create: str
    publish: str
    quota: str
    posts: str
    status: str
    reason: str
    fault: Callable[[str], type[ChannelError]]


AddressOf = Callable[[Media], str]
"""``Context.address_of``: where the platform fetches a medium from."""


@dataclass(frozen=True, slots=True)
class Part:
    """A post of a message: the ``number``-th of its chain, the first is 0."""

    number: int
    mark: str
    plain: str


def parts_of(message: Message) -> list[Part]:
    """The posts that ``message`` is to become."""
    plains = (message.body.plain, *(reply.plain for reply in message.replies))
    mark = message.fingerprint
    return [Part(number, mark, plain) for number, plain in enumerate(plains)]
