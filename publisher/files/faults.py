"""A fault: something wrong in a file an officer wrote, said so that they can mend it.

Faults are collected, never raised one by one: a check shows all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_MOST = 20


class Severity(StrEnum):
    """An ``ERROR`` keeps the file from being used; a ``WARNING`` is worth a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """``what`` is wrong at ``path``:``line`` (from 1; ``None``: the whole file), and what to write
    ``instead``; both in the reader's language. ``code`` is stable and for programs."""

    path: Path
    line: int | None
    code: str
    what: str
    instead: str = ""
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}" if self.line else str(self.path)


def any_error(faults: Iterable[Fault]) -> bool:
    """Whether one of ``faults`` keeps its file from being used."""
    return any(fault.severity is Severity.ERROR for fault in faults)


def as_lines(faults: Sequence[Fault]) -> str:
    """The first of ``faults``, a line each, as many as a mail is read for."""
    return "\n".join(f"{one.place}: {one.what} {one.instead}".rstrip() for one in faults[:_MOST])
