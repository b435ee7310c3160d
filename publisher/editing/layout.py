"""A post's file as it lies on the disk: its bytes, and where its parts begin and end.

The reader tidies what it reads (line ends, a byte order mark, blanks around the body); here nothing
is tidied, so that a file can be written back with one part changed and the rest byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.campaign.post_file import FENCE
from publisher.editing.literals import Value
from publisher.editing.splice import Way, with_value

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True, slots=True)
class Layout:
    """``text`` is the whole file; ``front`` and ``body`` are from where to where they stand in
    it, ``newline`` is how most of its lines end."""

    text: str
    front: tuple[int, int]
    body: tuple[int, int]
    newline: str

    def with_key(self, path: Way, value: Value | None) -> Layout:
        """The file with ``value`` at ``path`` of its front matter; ``None`` takes it out.

        Raises ``UnplaceableError``, and ``ValueError`` where the front matter is no TOML.
        """
        start, end = self.front
        return self._with(start, end, with_value(self.text[start:end], path, value, self.newline))

    def with_body(self, body: str) -> Layout:
        """The file with another body; blank lines around it stay."""
        start, end = self.body
        new = body.strip("\r\n").rstrip().replace("\r\n", "\n").replace("\r", "\n")
        if start and self.text[start - 1] not in "\r\n":
            new = "\n" + new
        if new and start == end:
            new += "\n"
        return self._with(start, end, new.replace("\n", self.newline))

    @property
    def body_text(self) -> str:
        start, end = self.body
        return self.text[start:end].replace("\r\n", "\n").replace("\r", "\n")

    def _with(self, start: int, end: int, new: str) -> Layout:
        return laid_out(self.text[:start] + new + self.text[end:])


def laid_out(text: str) -> Layout:
    """Where the parts of a post stand in ``text``, found as ``campaign.post_file`` finds them.

    Raises ``ValueError`` where it has no front matter.
    """
    lines = [match.span() for match in _LINE.finditer(text) if match.group()]
    words = [text[start:end].lstrip("\ufeff").strip() for start, end in lines]
    first = next((number for number, word in enumerate(words) if word), None)
    if first is None or words[first] != FENCE:
        raise ValueError("no front matter")
    last = words.index(FENCE, first + 1)
    begins = next((number for number in range(last + 1, len(lines)) if words[number]), None)
    body = len(text), len(text)
    if begins is not None:
        start = lines[begins][0]
        body = start, start + len(text[start:].rstrip())
    return Layout(text, (lines[first][1], lines[last][0]), body, _newline(text))


def _newline(text: str) -> str:
    crlf = text.count("\r\n")
    ends = {"\n": text.count("\n") - crlf, "\r\n": crlf, "\r": text.count("\r") - crlf}
    return max(ends, key=lambda end: ends[end])
