"""Keeps the resumable uploads of YouTube's stand-in: what came of each, to the byte."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from channels.simulated.planted import planted

UNIT_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")


class RangeError(Exception):
    """A piece that no session takes."""


@dataclass(slots=True)
class Session:
    """One upload: of what kind, of how many bytes, for what; and what it became."""

    kind: str
    mime: str
    size_bytes: int
    described: dict[str, Any]
    notifies: bool = True
    content: bytearray | None = None
    made: dict[str, Any] | None = None

    def take(self, asked: str, body: bytes) -> bool:
        """Take a piece, or a question (``bytes */SIZE``); whether the file is whole now.

        Raises ``RangeError`` where a piece isn't the next, or not of the size that pieces have.
        """
        found = _RANGE.fullmatch(asked)
        content = self.content = self.content if self.content is not None else bytearray()
        if found is None or int(found[3]) != self.size_bytes:
            raise RangeError
        if found[1] is None:
            if body:
                raise RangeError
            return len(content) == self.size_bytes
        first, last = int(found[1]), int(found[2])
        is_last = last + 1 == self.size_bytes
        if first != len(content) or last - first + 1 != len(body):
            raise RangeError
        if not is_last and len(body) % UNIT_BYTES:
            raise RangeError
        content += body
        return is_last

    def keep_only(self, size_bytes: int) -> None:
        """Have no more than the first bytes, as where a line broke."""
        if self.content is not None:
            del self.content[size_bytes:]

    @property
    def arrived(self) -> str:
        """The ``Range`` of what arrived; empty where nothing did."""
        return f"bytes=0-{len(self.content) - 1}" if self.content else ""


class Sessions:
    """All of them, by their number; ``opened`` counts those for videos."""

    def __init__(self) -> None:
        self.opened = 0
        self._known: dict[str, Session] = {}

    def open(self, session: Session) -> str:
        self.opened += session.kind == "video"
        number = f"AJRbA5{planted(16)}"
        self._known[number] = session
        return number

    def get(self, number: str) -> Session | None:
        return self._known.get(number)

    def forget(self) -> None:
        """Have none any more, as after a week."""
        self._known.clear()
