"""What each campaign asked for when it was last read, kept in ``var/plan``.

A campaign of which nothing changed asks for the same again, and need not be read and rendered for
that. What is kept are lines (``planning.lines``), never messages: a campaign whose lines all stand
in the store is left as it is, and any other is read anew. So what is forgotten, or can't be read
or written, costs time and nothing else; the folder may be deleted at any moment.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from channels.durable import written
from publisher.planning.bookkeeping import Tags
from publisher.planning.lines import SIGN, at_in, due_in

_MOST_BYTES = 512 * 1024**2


@dataclass(frozen=True, slots=True)
class Made:
    """What a campaign's lines were made of (``inputs``), and the window that they hold for: one
    that begins no earlier than ``start`` and ends no later than ``until``, when more comes in.
    ``library`` is empty where the campaign shows no media. Times as lines have them."""

    office: str
    files: str
    library: str
    start: str
    until: str
    grace_s: float
    """The longest of its posts'."""
    anchor: dict[str, str] | None
    timezone: str | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """One campaign: its ``lines`` by due time, and its posts."""

    made: Made
    lines: Sequence[str]
    told_posts: str

    @property
    def grace(self) -> timedelta:
        return timedelta(seconds=self.made.grace_s)

    def holds(self, start: datetime, end: datetime) -> bool:
        """Whether the lines are all that is asked for in [start, end), and earlier ones maybe."""
        return self.made.start <= at_in(start) and at_in(end) <= self.made.until

    def since(self, start: datetime) -> Sequence[str]:
        """The lines of what is due at ``start`` or later."""
        return self.lines[bisect_left(self.lines, at_in(start), key=due_in) :]

    def editions(self, start: datetime) -> frozenset[int]:
        """The editions of what is due at ``start`` or later."""
        return frozenset(map(int, {line.split(SIGN, 2)[1] for line in self.since(start)}))

    def posts(self) -> list[Posted]:
        """What each of its posts is noted for, and its channels."""
        return [
            Posted(name, tuple(channels), Tags(tuple(audiences), tuple(covers)))
            for name, channels, audiences, covers in json.loads(self.told_posts)
        ]


@dataclass(frozen=True, slots=True)
class Posted:
    """A post: where it goes out, and what is noted of it for reports."""

    id: str
    channels: tuple[str, ...]
    tags: Tags


def told(posts: Collection[Posted]) -> str:
    """``posts`` as they are kept."""
    return json.dumps(
        [(one.id, one.channels, one.tags.audiences, one.tags.covers) for one in posts]
    )


class Memory:
    """What is remembered in ``folder``, a file a campaign."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def recall(self, slug: str) -> Remembered | None:
        """What is remembered of ``slug``; nothing where that isn't what was once written."""
        try:
            with self._place(slug).open("rb") as file:
                content = file.read(_MOST_BYTES)
        except OSError:
            return None
        mark, _line, rest = content.partition(b"\n")
        if mark != _mark(rest):
            return None
        made, posts, lines = rest.decode().split("\n", 2)
        return Remembered(Made(**json.loads(made)), lines.split("\n") if lines else [], posts)

    def keep(self, slug: str, remembered: Remembered) -> None:
        """Remember that of ``slug``, if that is possible."""
        made = json.dumps(asdict(remembered.made))
        content = "\n".join((made, remembered.told_posts, *remembered.lines)).encode()
        if content.count(b"\n") != len(remembered.lines) + 1:
            return  # a name with a line's end in it
        if not remembered.lines:
            content += b"\n"
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with written(self._place(slug), 0o644) as file:
                file.write(_mark(content) + b"\n" + content)

    def forget_all_but(self, slugs: Collection[str]) -> None:
        """Drop what is remembered of campaigns that are gone."""
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in slugs:
                    path.unlink()

    def _place(self, slug: str) -> Path:
        return self._folder / slug


def _mark(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).hexdigest().encode()
