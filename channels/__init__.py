"""The adapters: one module a platform, each with its class under the name ``Adapter``.

``load`` imports the one adapter that is asked for, so that a missing or broken one hurts nobody
else; with what it gives, ``Config`` and ``limits`` can be read without network and secrets. Other
people's packages add theirs through the entry-point group ``publisher.channels`` (the adapter's
name, and its class).
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from channels.base import Channel

GROUP = "publisher.channels"

_DEFINES_AN_ADAPTER = re.compile(r"^class Adapter\b", re.MULTILINE)


class UnknownAdapterError(LookupError):
    """No adapter has this name; ``known`` are those that there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no adapter is called {name!r}; there are: {', '.join(known)}")
        self.name = name
        self.known = known


def known() -> tuple[str, ...]:
    """The names of all adapters, ours and other people's, sorted."""
    return tuple(sorted({*_built_in(), *_foreign()}))


def load(name: str) -> type[Channel[Any]]:
    """The adapter called ``name``; raises ``UnknownAdapterError``."""
    adapter: type[Channel[Any]]
    if name in _built_in():
        adapter = importlib.import_module(f"channels.{name}").Adapter
    elif name in _foreign():
        adapter = _foreign()[name].load()
    else:
        raise UnknownAdapterError(name, known())
    return adapter


@cache
def _built_in() -> frozenset[str]:
    # The sources are read, not imported: an import of every platform would cost seconds.
    return frozenset(
        path.stem
        for path in Path(__file__).parent.glob("[a-z]*.py")
        if _DEFINES_AN_ADAPTER.search(path.read_text(encoding="utf-8"))
    )


@cache
def _foreign() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
