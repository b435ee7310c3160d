"""Says what a reader sees of a text, so that one that a platform changed on its way is known again.

Platforms change a text on its way: white space, how letters are composed, the invisible characters
between and after emoji. Two texts that differ only in these are one to a reader. Pure.
"""

from __future__ import annotations

import unicodedata

_VARIATION_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))


def letters(text: str) -> str:
    """What a reader sees of ``text``, composed (NFC), without white space and the invisible."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(each for each in composed if _is_seen(each))


def _is_seen(character: str) -> bool:
    return not (
        character.isspace()
        or unicodedata.category(character) == "Cf"  # joiners, direction marks, zero-width spaces
        or character in _VARIATION_SELECTORS
    )
