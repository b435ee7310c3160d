"""Keeps cards by what they were made of: each is drawn once, and an approved one stays the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from channels.durable import written
from publisher.cards.errors import CardError
from publisher.cards.look import Look, Size
from publisher.cards.own import source_of
from publisher.cards.words import BASE
from publisher.media.places import room_for

_VERSION = 1
"""Counted up when the same card would come out otherwise, by another font or another Typst."""


def kept(
    design: str,
    words: Mapping[str, Any],
    look: Look,
    size: Size,
    language: str,
    folder: Path,
) -> Path:
    """The card's PNG in ``folder``, drawn where it isn't there yet.

    Raises ``CardError`` and ``OSError``.
    """
    told = {
        "version": _VERSION,
        "design": hashlib.sha256(source_of(design, look).encode()).hexdigest(),
        "base": hashlib.sha256(BASE.read_bytes()).hexdigest(),
        "words": words,
        "look": {key: str(value) for key, value in asdict(look).items() if key not in _FILES},
        "emblem": _hash_of(look.emblem),
        "size": size.value,
        "language": language,
    }
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True)
    place = room_for(folder, hashlib.sha256(canonical.encode()).hexdigest() + ".png", "cards")
    if not place.exists():
        # Imported late: what is drawn already needs no Typst.
        from publisher.cards.draw import draw

        content = draw(design, words, look, size, language)
        with written(place, 0o644) as file:
            file.write(content)
    return place


_FILES = ("emblem", "designs")


def _hash_of(emblem: Path | None) -> str:
    if emblem is None:
        return ""
    try:
        return _hash(emblem, emblem.stat().st_mtime_ns)
    except OSError:
        raise CardError("emblem", "emblem", emblem.name) from None


@lru_cache(maxsize=8)
def _hash(path: Path, _mtime_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
