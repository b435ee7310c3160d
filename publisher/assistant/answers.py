"""Makes what an assistant is answered fit to leave: bounded, without secrets, without this machine.

A path inside the site is told from the site's folder, any other by its name alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from publisher.files.faults import Fault
from publisher.redaction import redact

MOST_ROWS = 100
"""So many of anything at most in one answer; what is left out is counted."""

MOST_TEXT = 20_000
"""A longer text is cut."""

_DEEPEST = 12
_ABROAD = re.compile(r"(?<![\w:/.<])/(?:[\w.@+-]+/)+[\w.@+-]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def fit(found: Any, root: Path, depth: int = 0) -> Any:
    """``found`` as it may be answered; plain data, keys as they are."""
    match found:
        case None | bool() | int() | float():
            return found
        case str():
            return text(found, root)
        case Mapping() if depth < _DEEPEST:
            return {str(key): fit(value, root, depth + 1) for key, value in found.items()}
        case list() | tuple() if depth < _DEEPEST:
            return [fit(one, root, depth + 1) for one in found]
        case _:
            return text(str(found), root)


def text(found: str, root: Path) -> str:
    """``found`` without secrets, control characters and paths outside the site, not too long."""
    inside = found.replace(f"{root}/", "")
    clean = redact(_ABROAD.sub(lambda path: Path(path[0]).name or "…", inside))
    clean = _CONTROL.sub("", clean.replace("\r\n", "\n").replace("\r", "\n"))
    return clean if len(clean) <= MOST_TEXT else clean[: MOST_TEXT - 1] + "…"


def rows(found: Sequence[Any]) -> dict[str, Any]:
    """The first of ``found``, and how many there are besides."""
    return {"items": list(found[:MOST_ROWS]), "left_out": max(0, len(found) - MOST_ROWS)}


def fault(one: Fault, root: Path) -> dict[str, Any]:
    """A fault with its file, from the site's folder, and its line."""
    path = one.path.absolute()
    near = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    return {
        "file": near.as_posix(),
        "line": one.line,
        "severity": one.severity.value,
        "code": one.code,
        "what": one.what,
        "instead": one.instead,
    }


def faults_in_words(faults: Sequence[Fault], root: Path) -> str:
    """The same in lines."""
    told = []
    for one in faults[:MOST_ROWS]:
        known = fault(one, root)
        place = f"{known['file']}:{one.line}" if one.line else known["file"]
        told.append(f"{place}: {one.what} {one.instead}".rstrip())
    return text("\n".join(told), root)
