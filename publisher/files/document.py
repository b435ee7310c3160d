"""A TOML document with the line of each of its keys.

What can't be used is given back as a ``Fault``, never raised. Used for campaign files, posts and
schedule.toml alike, so no message here repeats what the file says: it may hold a secret.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from publisher.files.faults import Fault, Severity
from publisher.files.positions import KeyPath, Positions, positions
from publisher.files.text import read_text, shown
from publisher.i18n import _

_CURLY = re.compile(r"=[^\n\"']*[“”„‘’«»]")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNSEEN = re.compile("[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\u3000\ufeff]")
"""What looks like a space, or like nothing: it comes along when text is copied from a page."""


@dataclass(frozen=True)
class Document:
    """A TOML document, valid or not; ``first_line`` is where it begins in its file."""

    path: Path
    toml: str
    first_line: int
    data: dict[str, Any]

    @cached_property
    def positions(self) -> Positions:
        return positions(self.toml)

    def line_of(self, key: KeyPath) -> int:
        """The line of ``key``, or of the nearest thing around it."""
        return self.positions.line_of(key) or self.first_line

    def fault(
        self,
        key: KeyPath,
        code: str,
        what: str,
        instead: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Fault:
        """A fault at ``key``."""
        return Fault(self.path, self.line_of(key), code, what, instead, severity)


def read_document(path: Path, within: Path | None = None) -> Document | Fault:
    """The document in the file ``path``, which must lie ``within`` (see ``read_text``)."""
    text = read_text(path, within)
    return text if isinstance(text, Fault) else parse(path, text)


def parse(path: Path, toml: str, first_line: int = 1) -> Document | Fault:
    """``toml`` read; it begins at ``first_line`` of ``path``."""
    # Empty lines before it make every line number that of the file.
    padded = "\n" * (first_line - 1) + toml
    try:
        return Document(shown(path), padded, first_line, tomllib.loads(padded))
    except (ValueError, RecursionError) as error:
        found = positions(padded)
        match = re.search(r"at line (\d+)", str(error))
        line = int(match[1]) if match else None
        if "overwrite" in str(error) or "twice" in str(error) or "Duplicate" in str(error):
            line = found.repeated or line
        lines = padded.split("\n")
        if not isinstance(error, tomllib.TOMLDecodeError):
            # Brackets a thousand deep or a number of thousands of digits: no line is longer.
            line = max(range(len(lines)), key=lambda number: len(lines[number])) + 1
        line = max(line or found.broken or first_line, first_line)
        return Fault(shown(path), line, *_syntax(str(error), lines[min(line, len(lines)) - 1]))


def _syntax(error: str, line: str) -> tuple[str, str, str]:
    """The code, what is wrong and what to do, for an error of tomllib's at ``line``."""
    if _CURLY.search(line):
        return (
            "toml_quotes",
            _("The quotation marks here are curly ones, as Word writes them."),
            _('Use straight ones: "…"'),
        )
    if _UNSEEN.search(_QUOTED.sub("", line)):
        return (
            "toml_unseen",
            _("There is a character in this line that can't be seen, copied from elsewhere."),
            _("Delete the whole line and type it again."),
        )
    for words, told in _syntax_errors().items():
        if words in error:
            return told
    return (
        "toml",
        _("This line isn't written the right way."),
        _('A line is a name, an equals sign and a value: title = "…"'),
    )


def _syntax_errors() -> dict[str, tuple[str, str, str]]:
    """What to say, by words of tomllib's message, in the order in which they are looked for."""
    quoted = _('Text, days and times stand between straight quotation marks: when = "D-7 08:00"')
    return {
        "Invalid value": (
            "toml_value",
            _("The value behind the equals sign can't be read."),
            quoted,
        ),
        "Invalid date": (
            "toml_date",
            _("There is no such date or time."),
            _('Write the year, the month and the day, between quotation marks: "2027-10-01"'),
        ),
        "Unterminated string": (
            "toml_string",
            _("A text begins here and doesn't end."),
            _("Put a quotation mark at its end."),
        ),
        "Found invalid character": (
            "toml_string_line",
            _("A text begins here and doesn't end on the same line."),
            _(
                "Put a quotation mark at its end. A text of several lines stands between "
                "three quotation marks on each side."
            ),
        ),
        "Illegal character": (
            "toml_string_line",
            _("A text begins here and doesn't end on the same line."),
            _(
                "Put a quotation mark at its end. A text of several lines stands between "
                "three quotation marks on each side."
            ),
        ),
        "Unescaped": (
            "toml_backslash",
            _("A backslash in a text means something special."),
            _("In a file's path write / instead: media/anh.png. Elsewhere write two of them."),
        ),
        "Unclosed array": (
            "toml_list",
            _("A list begins here and isn't closed, or a comma is missing in it."),
            _('Put commas between its parts and a bracket at its end: ["a", "b"]'),
        ),
        "Duplicate": (
            "repeated_key",
            _("This key stands here a second time."),
            _("Keep one of the two."),
        ),
        "inline table": (
            "toml_table",
            _("A pair of braces isn't closed, or a comma is missing in it."),
            _('Write it on one line, closed: { every = "10-10" }'),
        ),
        "Expected '='": (
            "toml_equals",
            _("There is no equals sign behind the key."),
            _('A line is a name, an equals sign and a value: title = "…"'),
        ),
        "Expected newline": (
            "toml_rest",
            _("Something is left over at the end of this line."),
            quoted,
        ),
        "overwrite": (
            "repeated_key",
            _("This key stands here a second time."),
            _("Keep one of the two."),
        ),
        "twice": (
            "repeated_part",
            _("This part stands here a second time."),
            _("Put the two together under one heading."),
        ),
        "table declaration": (
            "toml_heading",
            _("The heading isn't closed."),
            _("Put a bracket at its end: [for.x]"),
        ),
    }
