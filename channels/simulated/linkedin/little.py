"""Reads LinkedIn's "little text" as LinkedIn does. Up to the first reserved character that is
neither escaped nor part of a template; what follows is dropped without a word.
"""

from __future__ import annotations

_RESERVED = frozenset("\\|{}@[]()<>#*_~")
_HASHTAG = "{hashtag|"


def read(commentary: str) -> str:
    """What readers see of ``commentary``."""
    text: list[str] = []
    at = 0
    while at < len(commentary):
        sign = commentary[at]
        if sign == "\\" and at + 1 < len(commentary):
            text.append(commentary[at + 1])
            at += 2
        elif commentary.startswith(_HASHTAG, at) and "}" in commentary[at:]:
            end = commentary.index("}", at)
            mark, _, tag = commentary[at + len(_HASHTAG) : end].partition("|")
            if mark not in ("\\#", "#"):
                break
            text.append(f"#{read(tag)}")
            at = end + 1
        elif sign in _RESERVED:
            break
        else:
            text.append(sign)
            at += 1
    return "".join(text)
