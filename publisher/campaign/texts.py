"""The texts in a post's file that readers get to see, each by where it stands.

For whoever has to tell which of them changed. As an officer wrote them: variables unfilled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from publisher.campaign.post_file import parts_of
from publisher.files.faults import Fault
from publisher.files.text import as_read

BODY = "text"
_LINES = ("title", "summary")
_OF_TABLES = {"for": ("text", *_LINES), "translation": ("text", *_LINES)}


def texts_of(path: Path, text: str) -> dict[str, str] | None:
    """The texts of the post whose file ``path`` says ``text``: ``BODY``, ``title``, ``for.x.text``.

    In Unicode NFC, line ends ``\\n``, no blanks around them, empty ones left out. ``None`` where
    the file can't be taken apart.
    """
    parts = parts_of(path, as_read(text.removeprefix("\ufeff")))
    if isinstance(parts, Fault):
        return None
    written = {BODY: parts.body, **dict(_of_front(parts.front.data))}
    return {place: one for place, words in written.items() if (one := words.strip())}


def channel_of(place: str) -> str:
    """The channel for which alone the text at ``place`` is; empty where it is the post's own."""
    table, _dot, rest = place.partition(".")
    return rest.rpartition(".")[0] if table == "for" else ""


def _of_front(front: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((name, front[name]) for name in _LINES if isinstance(front.get(name), str))
    for table, names in _OF_TABLES.items():
        found = front.get(table)
        for key, one in found.items() if isinstance(found, dict) else ():
            for name in names if isinstance(one, dict) else ():
                if isinstance(one.get(name), str):
                    yield f"{table}.{key}.{name}", one[name]
