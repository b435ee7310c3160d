"""An officer's file as text, then as TOML.

Bounded, cleaned, and with a line for whatever is wrong. ``read_text`` gives the text in Unicode NFC
with ``\\n`` line ends; ``parse`` its TOML. Whatever can't be used is given back as a ``Fault``,
never raised. Used for campaign files, posts and schedule.toml alike, so no message here repeats
what the file says: it may hold a secret.
"""

from __future__ import annotations

import re
import stat
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from publisher.files.faults import Fault, Severity
from publisher.files.positions import KeyPath, Positions, positions
from publisher.i18n import _

MAX_BYTES = 1_000_000
"""The largest text file that is read: a hundred times a long post."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
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


def shown(path: Path) -> Path:
    """``path`` as a person at the keyboard would write it: from the present folder if it is below.

    A name that isn't Unicode can't be printed; its folder is shown in its place.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        path = path.parent
    try:
        return path.absolute().relative_to(Path.cwd())
    except (ValueError, OSError):
        return path


def read_text(path: Path, within: Path | None = None) -> str | Fault:
    """The text of ``path``, which must lie ``within`` also when symbolic links are followed."""
    try:
        leads_out = within is not None and not path.resolve().is_relative_to(within.resolve())
    except (OSError, RuntimeError):
        leads_out = False  # what is wrong with it is told when it is opened
    if leads_out:
        return _fault(
            path,
            "outside",
            _("This file leads out of the campaign's folder."),
            _("Put a copy of the file itself there, not a link."),
        )
    raw = read_bytes(path, MAX_BYTES)
    if raw is None:
        return _fault(
            path,
            "too_big",
            _("This file is larger than 1 MB, too large for a text."),
            _("Pictures and videos belong in the folder media."),
        )
    return raw if isinstance(raw, Fault) else _decoded(path, raw)


def read_bytes(path: Path, most: int) -> bytes | Fault | None:
    """What stands in the file ``path``; ``None`` where that is more than ``most`` bytes."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return _fault(
                path,
                "not_a_file",
                _("This is not a file."),
                _("Take it away, or put a file of this name in its place."),
            )
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except FileNotFoundError:
        return _fault(
            path, "missing", _("There is no such file."), _("Check its name and its folder.")
        )
    except (OSError, RuntimeError):
        return _fault(
            path,
            "unreadable",
            _("This file can't be opened."),
            _("Let the program's user read it, or ask your administrator."),
        )
    return raw if len(raw) <= most else None


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


def _decoded(path: Path, raw: bytes) -> str | Fault:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _not_utf8(path, None)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(path, raw.count(b"\n", 0, error.start) + 1)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if match := _CONTROL.search(text):
        return Fault(
            shown(path),
            text.count("\n", 0, match.start()) + 1,
            "not_text",
            _("There is a character here that is no text."),
            _("Delete it, or write the line again. A picture or a Word file is not for here."),
        )
    return unicodedata.normalize("NFC", text)


def _not_utf8(path: Path, line: int | None) -> Fault:
    return Fault(
        shown(path),
        line,
        "not_utf8",
        _("This file is not in UTF-8, so its letters can't be read."),
        _(
            "Open it in your editor and save it again with the encoding UTF-8 "
            "(in Notepad: File, Save as, Encoding)."
        ),
    )


def _fault(path: Path, code: str, what: str, instead: str) -> Fault:
    return Fault(shown(path), None, code, what, instead)


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
