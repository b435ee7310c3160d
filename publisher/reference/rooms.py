"""The table of rooms: what every module is for, in the first sentence of its docstring.

Read from the sources, not imported: what a room says of itself must not need its libraries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher.reference.sheet import sheet

ROOTS = ("publisher", "channels")

INTRO = """\
# The rooms

Every module and what it is for, as its docstring begins; a folder's own line stands above its
table. [docs/architecture.md](../architecture.md) shows how one walks through them."""

_CHECKOUT = Path(__file__).parent.parent.parent
_MIGRATIONS = "migrations/versions"
_DOCSTRING = re.compile(r'"""(.*?)"""', re.S)
_SENTENCE = re.compile(r".+?[.?!](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Room:
    """One module: ``path`` from the checkout, ``purpose`` its one sentence, "" without one."""

    path: Path
    purpose: str

    @property
    def is_folder(self) -> bool:
        return self.path.name == "__init__.py"


def rooms(checkout: Path = _CHECKOUT) -> Iterator[Room]:
    """All modules of the program and of the adapters, folder by folder. A migration, which is never
    changed again, is a record and no room."""
    for root in ROOTS:
        for path in sorted((checkout / root).rglob("*.py"), key=_folder_by_folder):
            if _MIGRATIONS not in path.as_posix():
                yield Room(path.relative_to(checkout), purpose_of(path))


def purpose_of(path: Path) -> str:
    """The first sentence of a module's docstring."""
    told = _DOCSTRING.match(path.read_text(encoding="utf-8"))
    paragraph = " ".join(told[1].partition("\n\n")[0].split()) if told else ""
    found = _SENTENCE.match(paragraph)
    return found.group() if found else ""


def rooms_page(made: str) -> str:
    """docs/reference/rooms.md."""
    sections, table = [made, INTRO], list[list[str]]()
    for room in rooms():
        if room.is_folder:
            sections += [
                *_finished(table),
                f"## {room.path.parent.as_posix()}",
                _plain(room.purpose),
            ]
            table = []
        else:
            table.append([f"`{room.path.stem}`", _plain(room.purpose)])
    return "\n\n".join([*sections, *_finished(table)]) + "\n"


def _finished(table: list[list[str]]) -> list[str]:
    return [sheet(["module", "what it is for"], table)] if table else []


def _plain(purpose: str) -> str:
    return purpose.replace("``", "`")


def _folder_by_folder(path: Path) -> tuple[str, bool, str]:
    return path.parent.as_posix(), path.name != "__init__.py", path.name
