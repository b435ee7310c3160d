"""Keeps the posts of a channel that has no platform, one file each.

Everything is written whole or not at all and is on the disk before a method returns; several
processes may use one folder. A file that is no record of ours is passed over. Methods raise
``OSError``.
"""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from channels.durable import settle, written

_STRANGE = (AttributeError, KeyError, TypeError, ValueError)
_NUMBER = re.compile(r"[\w-]+", re.ASCII)


class Numbered(Protocol):
    """A dataclass whose ``number`` is its name for ever."""

    @property
    def number(self) -> str: ...


RecordT = TypeVar("RecordT", bound=Numbered)


class Records(Generic[RecordT]):
    """The records in ``folder``; ``read`` makes one of the JSON object that it was written as."""

    def __init__(self, folder: Path, read: Callable[[dict[str, Any]], RecordT]) -> None:
        self._folder = folder
        self._read = read

    def prepare(self) -> None:
        """Make the folder."""
        self._folder.mkdir(parents=True, exist_ok=True)

    def get(self, number: str) -> RecordT | None:
        """The record of ``number``, where there is one; no other file is ever looked up."""
        return self._at(self._path(number)) if _NUMBER.fullmatch(number) else None

    def each(self) -> Iterator[RecordT]:
        """Every record, by its number."""
        for path in sorted(self._folder.glob("*.json")):
            record = self._at(path)
            if record is not None:
                yield record

    def keep(self, record: RecordT) -> None:
        """Put ``record`` in."""
        told = asdict(record)  # type: ignore[call-overload]  # what it is, no Protocol can say
        with written(self._path(record.number), 0o600) as file:
            file.write(json.dumps(told, ensure_ascii=False, indent=1).encode())

    def remove(self, number: str) -> bool:
        """Take a record away; whether it was there."""
        if self.get(number) is None:
            return False
        self._path(number).unlink(missing_ok=True)
        settle(self._folder)
        return True

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Inside, no other process is inside: what is made of all records is made by one."""
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _path(self, number: str) -> Path:
        return self._folder / f"{number}.json"

    def _at(self, path: Path) -> RecordT | None:
        try:
            return self._read(json.loads(path.read_text("utf-8")))
        except (FileNotFoundError, NotADirectoryError, *_STRANGE):
            return None
