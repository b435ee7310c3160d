"""One mutated input, and what makes and judges them.

A case is a text that says where its bytes go and the bytes themselves, so that every kind is kept,
made smaller and replayed in one way.
"""

from __future__ import annotations

import hashlib
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Case:
    """``content`` goes to ``where``: a file's name or, of an answer, which one it takes the place
    of (JSON, on one line)."""

    where: str
    content: bytes

    @property
    def name(self) -> str:
        """A short name of its own."""
        return hashlib.sha256(self.where.encode() + b"\n" + self.content).hexdigest()[:12]

    def save(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.case"
        path.write_bytes(self.where.encode() + b"\n" + self.content)
        return path

    @staticmethod
    def load(path: Path) -> Case:
        where, _, content = path.read_bytes().partition(b"\n")
        return Case(where.decode(), content)


def saved(folder: Path) -> Iterator[Path]:
    """The cases kept in ``folder``, by name."""
    return iter(sorted(folder.glob("*.case")))


@contextmanager
def folder() -> Iterator[Path]:
    """A place to work in; in memory where there is such a place, for adapters flush what they keep
    to the disk, and here hundreds of thousands of times."""
    memory = Path("/dev/shm")
    inside = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="publisher-fuzz-", dir=inside) as name:
        yield Path(name)


class Finding(AssertionError):  # noqa: N818 -- what is looked for, not what failed
    """The input was taken, but not as it should be."""


class Kind(Protocol):
    """What one kind of input is made of and read by; all else happens inside ``ready``."""

    def ready(self) -> AbstractContextManager[None]: ...

    def make(self, rng: random.Random) -> Case:
        """A mutated input; the same for the same state of ``rng``."""

    def meet(self, case: Case) -> None:
        """Give ``case`` to the program; raises ``Finding``, or whatever the program raised."""
