"""The adapters: one file a platform, each with its class under the name ``Adapter``.

``load`` imports only the adapter that is asked for. Other people's packages add theirs through
the entry-point group ``publisher.channels`` (a name, and the adapter's class).
"""

from __future__ import annotations

import importlib
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from channels.base import Channel

GROUP = "publisher.channels"
BUILT_IN = ("email", "outbox", "telegram", "webhook", "x")


class UnknownAdapterError(LookupError):
    """No adapter has this name; ``known`` are those that there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no adapter is called {name!r}; there are: {', '.join(known)}")
        self.name = name
        self.known = known


def known() -> tuple[str, ...]:
    """The names of all adapters, ours and other people's."""
    return tuple(sorted({*BUILT_IN, *_foreign()}))


def load(name: str) -> type[Channel[Any]]:
    """The adapter called ``name``; raises ``UnknownAdapterError``."""
    if name in BUILT_IN:
        adapter: type[Channel[Any]] = importlib.import_module(f"channels.{name}").Adapter
        return adapter
    foreign = _foreign()
    if name not in foreign:
        raise UnknownAdapterError(name, known())
    loaded: type[Channel[Any]] = foreign[name].load()
    return loaded


@cache
def _foreign() -> dict[str, Any]:
    return {point.name: point for point in entry_points(group=GROUP)}
