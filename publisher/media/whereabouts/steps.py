"""How much of one file is looked into for the place where it was taken, and what is found."""

from __future__ import annotations

import mmap

MOST_STEPS = 200_000
"""So much is looked into of one file: cameras make some hundred."""

Patch = tuple[int, bytes]
"""An offset in a file, and what is to stand there."""

Buffer = bytes | mmap.mmap


class TooOddError(Exception):
    """The file has more directories, properties or boxes than any camera makes."""


class Steps:
    """Counts what was looked into, so that no file takes for ever."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self._left = most

    def take(self, number: int = 1) -> None:
        """Raises ``TooOddError`` where there were too many."""
        self._left -= number
        if self._left < 0:
            raise TooOddError
