"""All that a campaign's plan is made of, as hashes: where they are the same, so is the plan.

A hash that leaves something out would send a text that no longer holds, so it takes in more than
may matter: all keys of schedule.toml but the store's address, every file of the campaign's folder,
the program and whatever it stands on. Texts count by their bytes. Pictures and films, which may be
large, count by what the machine says of them, their inode and the time of their last change among
it, as Git goes by it; and only once that time is past, for two changes may share a moment.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import sys
import time
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import channels
import publisher
from publisher.assemble.shapes import Shapes
from publisher.campaign.names import POSTS
from publisher.campaign.reader import CAMPAIGN_FILE
from publisher.campaign.register_reader import NAMES
from publisher.files.text import MAX_BYTES
from publisher.i18n import language
from publisher.media import ffmpeg
from publisher.media.record import Library
from publisher.settings import Settings

_SETTLED_NS = 2_000_000_000
"""A file that was changed so lately may be changed again and still bear the same time."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The files of one campaign; ``is_settled``: any other change of theirs would show. One that
    was made just now might hide the next, and a link hides what lies behind it."""

    digest: str
    is_settled: bool


def of_office(settings: Settings) -> str:
    """What the plan of every campaign is made of besides its own files and the media library.

    Raises ``OSError``.
    """
    told = _Hash()
    told.add(_program())
    told.add(settings.model_dump_json(exclude={"store"}), str(settings.root.absolute()))
    told.add(language(), str(ffmpeg.is_here()))
    shapes = Shapes(settings)
    for name in settings.channels:
        told.add(name)
        if shapes.is_enabled(name):
            # Some limits a channel learns from its platform.
            told.add(_canonical(shapes.of(name)))
    for path in _beside_campaigns(settings):
        told.add(str(path))
        told.add(path.read_bytes() if path.is_file() else b"none")
    return told.hex()


def of_campaign(folder: Path) -> Seen:
    """The files of the campaign in ``folder``. Raises ``OSError``."""
    told = _Hash()
    told.add(str(folder.absolute()), str(folder.resolve()))
    newest, is_plain = 0, True
    for place, entry in _below(str(folder)):
        told.add(entry.path)
        if entry.is_symlink():
            told.add(str(Path(entry.path).readlink()))
            is_plain = is_plain and not entry.is_dir()
        if (place, entry.name) == (str(folder), CAMPAIGN_FILE) or (
            place == str(folder / POSTS) and entry.name.lower().endswith(".md")
        ):
            told.add("text", _content(entry.path))
        elif entry.is_dir():
            told.add("folder")
        else:
            facts = entry.stat()
            newest = max(newest, facts.st_mtime_ns, facts.st_ctime_ns)
            told.add(_facts(facts))
    return Seen(told.hex(), is_plain and newest < time.time_ns() - _SETTLED_NS)


def of_library(library: Library) -> str:
    """The media library: its records, and whether their files are there."""
    told = _Hash()
    for name, record in library.items():
        told.add(name, _canonical(record))
        try:
            told.add(_facts(record.path.stat()))
        except OSError as error:
            told.add(type(error).__name__)
    return told.hex()


def _beside_campaigns(settings: Settings) -> Iterator[Path]:
    """The files outside campaigns that posts and cards are held against or drawn with."""
    if settings.coverage.file is not None:
        yield settings.root / settings.coverage.file
    yield from (settings.campaigns_folder / name for name in NAMES)
    look = settings.cards.look(settings.root, settings.office)
    if look.emblem is not None:
        yield look.emblem
    if look.designs is not None:
        yield from sorted(path for path in look.designs.rglob("*") if path.is_file())


def _below(folder: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        yield folder, entry
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path)


def _content(path: str) -> bytes:
    # What is no file of text is found by whoever reads it: it must not be waited for here.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return os.read(handle, MAX_BYTES + 1)
    finally:
        os.close(handle)


def _facts(facts: os.stat_result) -> str:
    return (
        f"{facts.st_mode} {facts.st_dev} {facts.st_ino} {facts.st_size} "
        f"{facts.st_mtime_ns} {facts.st_ctime_ns}"
    )


_INSTALLED = (".dist-info", ".egg-info")
"""A package's folder of this kind has its version in its name."""


@cache
def _program() -> str:
    """The program as it runs here: its own files, the packages beside them, Python and the rules of
    time zones. Looked at once: a process stays what it was when it began."""
    told = _Hash()
    told.add(sys.version)
    for package in (publisher, channels):
        for folder in package.__path__:
            for path in sorted(Path(folder).rglob("*.py")):
                told.add(str(path), _facts(path.stat()))
    for place in map(Path, filter(None, sys.path)):
        if place.is_dir():
            told.add(*sorted(path.name for path in place.iterdir() if path.suffix in _INSTALLED))
    for place in map(Path, zoneinfo.TZPATH):
        if place.is_dir():
            told.add(_facts(place.stat()))
    return told.hex()


class _Hash:
    """A hash of parts, each with its length: none can run into the next."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, *parts: str | bytes) -> None:
        for part in parts:
            told = part if isinstance(part, bytes) else part.encode(errors="surrogateescape")
            self._hash.update(b"%d:" % len(told))
            self._hash.update(told)

    def hex(self) -> str:
        return self._hash.hexdigest()


def _canonical(value: Any) -> str:
    """``value`` as the same text in every process: sets have no order of their own."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return _joined(f"{one.name}={_canonical(getattr(value, one.name))}" for one in fields)
    if isinstance(value, Mapping):
        return _joined(sorted(f"{_canonical(key)}={_canonical(value[key])}" for key in value))
    if isinstance(value, Set):
        return _joined(sorted(map(_canonical, value)))
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, (tuple, list)):
        return _joined(map(_canonical, value))
    if callable(value):
        named = getattr(value, "func", value)
        return f"{getattr(named, '__module__', '')}.{getattr(named, '__qualname__', '')}"
    return repr(value)


def _joined(parts: Iterable[str]) -> str:
    return f"({','.join(parts)})"
