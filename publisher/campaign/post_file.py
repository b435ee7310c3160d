"""A post's file, taken apart at its fences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from publisher.files.document import Document, parse
from publisher.files.faults import Fault
from publisher.files.text import read_text, shown
from publisher.i18n import _

FENCE = "+++"


@dataclass(frozen=True, slots=True)
class PostFile:
    """A post file taken apart: its front matter, and its body with the line it begins on."""

    front: Document
    body: str
    body_line: int


def take_apart(path: Path, within: Path | None = None) -> PostFile | Fault:
    """The post file ``path``, its front matter parsed and not yet checked."""
    text = read_text(path, within)
    return text if isinstance(text, Fault) else parts_of(path, text)


def parts_of(path: Path, text: str) -> PostFile | Fault:
    """The same of its ``text``, as ``read_text`` gives it; faults name ``path``."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return _front_fault(path, None, "empty_file", _("This file is empty."))
    if lines[first].strip() != FENCE:
        return _front_fault(
            path, first + 1, "no_front_matter", _("A post begins with a line of “+++”.")
        )
    rest = range(first + 1, len(lines))
    last = next((number for number in rest if lines[number].strip() == FENCE), None)
    if last is None:
        return _front_fault(
            path, first + 1, "open_front_matter", _("The “+++” that opens here is never closed.")
        )
    front = parse(path, "\n".join(lines[first + 1 : last]), first + 2)
    if isinstance(front, Fault):
        return front
    start = next((number for number in rest if number > last and lines[number].strip()), last + 1)
    body_line = min(start + 1, len(lines))  # where there is none, the last line there is
    return PostFile(front, "\n".join(lines[start:]).rstrip(), body_line)


def _front_fault(path: Path, line: int | None, code: str, what: str) -> Fault:
    return Fault(
        shown(path),
        line,
        code,
        what,
        _('A line of “+++”, then when = "D-7 08:00", then “+++” again, then the text.'),
    )
