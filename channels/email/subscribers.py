"""Reads the newsletter's list, a text file of people, one address a line. Used by
``channels.email``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path

from channels.base import N_, ForbiddenError
from channels.email.letter import is_mailable

_MISSING = N_(
    "this list of addresses isn't there: put the file there, or mend its place in schedule.toml"
)
_UNREADABLE = N_(
    "this list of addresses can't be read: save it as UTF-8, and let Publisher's user read it"
)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One person of the list; ``key`` names them in the journal without telling who they are."""

    address: str
    name: str = ""

    @property
    def key(self) -> str:
        return hashlib.sha256(self.address.lower().encode()).hexdigest()[:32]


def read_list(path: Path) -> tuple[list[Subscriber], list[int]]:
    """Who stands in ``path``, and the numbers of lines that are no addresses; ``ForbiddenError``
    where it can't be read."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise ForbiddenError(f"{path}: {_MISSING}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ForbiddenError(f"{path}: {_UNREADABLE}") from error
    return _parse(lines)


def _parse(lines: Iterable[str]) -> tuple[list[Subscriber], list[int]]:
    people: list[Subscriber] = []
    faulty: list[int] = []
    for number, line in enumerate(lines, start=1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        name, address = parseaddr(entry)
        if is_mailable(address):
            people.append(Subscriber(address, name))
        else:
            faulty.append(number)
    return people, faulty
