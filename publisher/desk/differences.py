"""What differs between two texts of a post, word by word, for whoever approved the former one.

``differences`` is pure: it takes two messages and gives what a reader would see changed, part by
part. Long stretches that stayed the same are cut in the middle.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from channels.base import Media, Message
from publisher.i18n import _

Kind = Literal["same", "out", "in"]

_WORDS = re.compile(r"\S+\s*|\s+")
_MOST_WORDS = 3_000
"""Beyond it lines are compared: word by word takes as long as the words squared."""

_AROUND = 120
"""So many characters of what stayed the same are shown at each side of a change."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a text: it stayed the ``same``, went ``out``, or came ``in``."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of a post that changed: what it is called, and its pieces in order."""

    what: str
    pieces: tuple[Piece, ...]


def differences(before: Message, after: Message) -> list[Difference]:
    """What changed from ``before`` to ``after``, in the present language; in order of a reader."""
    parts = zip(_parts(before), _parts(after), strict=True)
    found = [
        Difference(what, tuple(_pieces(old, new)))
        for (what, old), (_what, new) in parts
        if old != new
    ]
    if not found and _bytes_of(before) != _bytes_of(after):
        found.append(Difference(_("Pictures and videos"), (Piece("in", _("another file")),)))
    return found


def _parts(message: Message) -> Iterator[tuple[str, str]]:
    yield _("Headline"), message.title
    yield _("Text"), "\n\n".join(one.plain for one in (message.body, *message.replies))
    yield _("Summary"), message.summary
    yield _("Link"), message.link
    yield _("Hashtags"), " ".join(f"#{tag}" for tag in message.hashtags)
    yield _("Pictures and videos"), "\n".join(_named(one) for one in message.media)
    yield _("Language"), message.language
    options = dict(message.options)
    yield _("Settings"), json.dumps(options, ensure_ascii=False, sort_keys=True) if options else ""


def _named(medium: Media) -> str:
    words = f"{medium.alt} ({medium.credit})" if medium.credit else medium.alt
    return f"{words} [{(medium.original or medium.sha256)[:6]}]"


def _bytes_of(message: Message) -> list[str]:
    return [one.sha256 for one in message.media]


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    blocks = matcher.get_opcodes()
    for place, (tag, i, j, k, m) in enumerate(blocks):
        if tag == "equal":
            text = "".join(old[i:j])
            yield Piece("same", _cut(text, begins=place == 0, ends=place == len(blocks) - 1))
            continue
        yield from _change("".join(old[i:j]), "".join(new[k:m]))


def _change(out: str, come: str) -> Iterator[Piece]:
    """A stretch that became another; the space after it is no part of the change."""
    if not out.strip() and not come.strip():
        # Only how lines are broken: a reader sees that, too.
        yield Piece("in", "¶")
    else:
        if out.strip():
            yield Piece("out", out.rstrip())
        if come.strip():
            yield Piece("in", come.rstrip())
    after = come or out
    yield Piece("same", after[len(after.rstrip()) :])


def _cut(text: str, *, begins: bool, ends: bool) -> str:
    """What stayed the same, as much of it as lies beside a change."""
    head = 0 if begins else _AROUND
    tail = 0 if ends else _AROUND
    if len(text) <= head + tail + 40:
        return text
    first = f"{text[:head].rsplit(' ', 1)[0]} " if head else ""
    last = f" {text[len(text) - tail :].split(' ', 1)[-1]}" if tail else ""
    return f"{first}…{last}"
