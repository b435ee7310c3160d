"""Finds the adapters by their names: one a platform, each a class called ``Adapter``.

A platform that fills one file is ``channels/NAME.py``; one that takes several has a folder of its
own, with the class in ``channels/NAME/adapter.py``.

``load`` imports the one adapter that is asked for, so that a missing or broken one hurts nobody
else; with what it gives, ``Config`` and ``limits`` can be read without network and secrets. Other
people's packages add theirs through the entry-point group ``publisher.channels`` (the adapter's
name, and its class). They build on the modules in ``PUBLIC``, which keep what they offer; the rest
is ours to change.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from channels.base import Channel

__all__ = ["GROUP", "PUBLIC", "UnknownAdapterError", "known", "load"]

GROUP = "publisher.channels"
"""The entry-point group of other people's adapters."""

PUBLIC: tuple[str, ...] = (
    *("base", "limits", "doubts", "likeness", "noted"),
    *("web.http", "web.opened", "web.pace", "web.uploads", "web.values", "web.webhooks"),
    *("oauth", "tokens", "state", "sealing", "durable"),
    *("simulated", "simulated.server", "simulated.planted", "testing"),
)
"""What other people's packages may import, besides this module."""


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
        adapter = importlib.import_module(_built_in()[name]).Adapter
    elif name in _foreign():
        adapter = _foreign()[name].load()
    else:
        raise UnknownAdapterError(name, known())
    return adapter


@cache
def _built_in() -> dict[str, str]:
    """The module of each of our own adapters."""
    return modules_with("Adapter", __name__, Path(__file__).parent)


def modules_with(kind: str, package: str, folder: Path) -> dict[str, str]:
    """The modules of ``package``, in ``folder``, that define a class ``kind``, by their platform's
    name: ``NAME.py``, or for ``Adapter`` ``NAME/adapter.py``.

    The sources are read, not imported: an import of every platform would cost seconds.
    """
    defines = re.compile(rf"^class {kind}\b", re.MULTILINE)
    found = {path.stem: path for path in folder.glob("[a-z]*.py")}
    found |= {path.parent.name: path for path in folder.glob(f"[a-z]*/{kind.lower()}.py")}
    return {
        name: ".".join((package, *path.relative_to(folder).with_suffix("").parts))
        for name, path in found.items()
        if defines.search(path.read_text(encoding="utf-8"))
    }


@cache
def _foreign() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
