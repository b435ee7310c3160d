"""Values as they are written in TOML, in the manner of what stands there already."""

from __future__ import annotations

import re
from collections.abc import Sequence

Value = str | int | bool | Sequence[str]
"""What a key of a post may be given here."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")


def literal(value: Value, like: str = "", *, one_line: bool = False) -> str:
    """``value`` in TOML; a text in the quotation marks of ``like`` where those can hold it, and
    over several lines where it has several, unless all must stand on ``one_line``. Line ends are
    ``\\n``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        return f"[{', '.join(literal(one) for one in value)}]"
    if "\n" in value and not one_line:
        return _lines(value, like)
    if like.startswith("'") and not like.startswith("'''") and _is_plain(value, "'"):
        return f"'{value}'"
    return '"' + _escaped(value).replace('"', '\\"') + '"'


def key(name: str) -> str:
    """A key as it stands before the equals sign, or in a heading."""
    return name if _BARE.fullmatch(name) else literal(name)


def _lines(value: str, like: str) -> str:
    """A text of several lines; TOML leaves out the line's end behind the opening marks."""
    if like.startswith("'''") and _is_plain(value.replace("\n", ""), "'''"):
        return f"'''\n{value}'''" if not value.endswith("'") else _lines(value, "")
    text = "\n".join(map(_escaped, value.split("\n"))).replace('"""', '""\\"')
    if text.endswith('"'):
        text = text[:-1] + '\\"'
    return f'"""\n{text}"""'


def _is_plain(value: str, marks: str) -> bool:
    """Whether ``value`` can stand between ``marks`` that know no escapes."""
    return marks not in value and not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value)


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda sign: _ESCAPES.get(sign[0]) or f"\\u{ord(sign[0]):04x}", text)
