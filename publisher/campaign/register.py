"""The coverage register: the tasks that the office owes the public.

The check, the campaigns' reader (what do posts say that they cover?) and the reports go by it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Topic:
    """A line of the register: a task or topic by its ``code``. A ``secret`` one is not to be
    communicated and counts nowhere."""

    code: str
    title: str
    unit: str = ""
    kind: str = ""
    secret: bool = False


@dataclass(frozen=True)
class Register:
    """The register's lines in their order, each code once."""

    path: Path
    topics: tuple[Topic, ...]

    @cached_property
    def _by_mark(self) -> dict[str, Topic]:
        return {mark(topic.code): topic for topic in self.topics}

    def find(self, code: str) -> Topic | None:
        """The line of ``code``, in small letters or capitals."""
        return self._by_mark.get(mark(code))


def mark(code: str) -> str:
    """What two ways of writing one code have in common."""
    return " ".join(unicodedata.normalize("NFC", code).split()).casefold()
