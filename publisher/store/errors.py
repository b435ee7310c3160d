"""Why the store can't be used."""

from __future__ import annotations


class StoreError(Exception):
    """The store can't be used as asked; the text says why and what to do."""


class StoreBusyError(StoreError):
    """Another daemon has this store; ``holder`` is its process id where it is known."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder
