"""Keeps what a channel speaks through open, from its first use until it is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

OpenedT = TypeVar("OpenedT")


class Opened(Generic[OpenedT]):
    """``line = Opened(self._opening, Line.close)``; then ``line()`` gives the one that is open.

    ``opening`` makes it, and may raise a ``ChannelError``: an adapter is made without secrets and
    network. Once closed it is opened anew at its next use.
    """

    def __init__(
        self,
        opening: Callable[[], OpenedT],
        closing: Callable[[OpenedT], object] = lambda _opened: None,
    ) -> None:
        self._opening = opening
        self._closing = closing
        self._opened: OpenedT | None = None

    def __call__(self) -> OpenedT:
        if self._opened is None:
            self._opened = self._opening()
        return self._opened

    def close(self) -> None:
        """Let go of it, where it is open."""
        opened, self._opened = self._opened, None
        if opened is not None:
            self._closing(opened)
