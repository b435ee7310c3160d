"""The source of a design: one that Publisher ships, or one of the office's own.

An own design is a ``.typ`` file in a folder of the site. It may use ``base.typ`` and the emblem and
nothing else: neither files beside it, nor packages, which Typst would fetch from the network.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from publisher.cards.errors import CardError
from publisher.cards.look import Look
from publisher.cards.words import DESIGNS, SHIPPED

MAX_BYTES = 200_000
_USES_BASE = re.compile(r'^[ \t]*#import "base\.typ": \*[ \t]*$', re.MULTILINE)
_REACHES_OUT = re.compile(r"\b(import|include|eval|plugin|read|dictionary)\b")


def names(look: Look) -> list[str]:
    """Every design that there is, the office's own behind those of Publisher."""
    own = sorted(path.stem for path in look.designs.glob("*.typ")) if look.designs else []
    return [*DESIGNS, *(name for name in own if name not in DESIGNS)]


def source_of(design: str, look: Look) -> str:
    """The Typst source of ``design``; raises ``CardError`` (``design``, ``template``)."""
    if design in DESIGNS:
        return _read(SHIPPED / f"{design}.typ", 0)
    if design not in names(look) or look.designs is None:
        raise CardError("design", "design", design)
    path = look.designs / f"{design}.typ"
    try:
        there = path.stat()
        if there.st_size > MAX_BYTES:
            raise CardError("template", "design", f"{design}.typ: > {MAX_BYTES} bytes")
        source = _read(path, there.st_mtime_ns)
    except (OSError, UnicodeDecodeError) as error:
        raise CardError("template", "design", f"{design}.typ: {error}") from None
    found = _REACHES_OUT.search(_USES_BASE.sub("", source))
    if found:
        raise CardError("template", "design", f"{design}.typ: {found[1]}")
    return source


@lru_cache(maxsize=64)
def _read(path: Path, _mtime_ns: int) -> str:
    return path.read_text("utf-8")
