"""A file of an officer's as text: bounded, cleaned, its line ends made ``\\n``.

In Unicode NFC. What can't be used is given back as a ``Fault`` with its line, never raised. No
message here repeats what the file says: it may hold a secret.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from pathlib import Path

from publisher.files.faults import Fault
from publisher.i18n import _

MAX_BYTES = 1_000_000
"""The largest text file that is read: a hundred times a long post."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


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


def as_read(text: str) -> str:
    """``text`` as ``read_text`` would give it: its line ends ``\\n``, its letters in NFC."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


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


def _decoded(path: Path, raw: bytes) -> str | Fault:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _not_utf8(path, None)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(path, raw.count(b"\n", 0, error.start) + 1)
    text = as_read(text)
    if match := _CONTROL.search(text):
        return Fault(
            shown(path),
            text.count("\n", 0, match.start()) + 1,
            "not_text",
            _("There is a character here that is no text."),
            _("Delete it, or write the line again. A picture or a Word file is not for here."),
        )
    return text


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
