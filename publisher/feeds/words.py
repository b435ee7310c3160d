"""Vietnamese words as people write them: with marks, without any, and with the tone elsewhere.

"hoà" is "hòa", "kĩ thuật" is "kỹ thuật", and "chuyen doi so" is read as "chuyển đổi số" in a text
that has no marks at all; but "báo" is not "bão".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_I_OR_Y = re.compile(r"^([hklmst])y$")
_WORD = re.compile(r"\w+")
_ENGLISH = re.compile(
    "the|of|and|for|is|are|was|were|with|by|from|at|has|have|will|its|this|that|their|who|which"
)
_SOME = 2
_VIETNAMESE = re.compile("[đ\u031b\u0306\u0309\u0323]|\u0302[\u0300\u0301\u0303]")
"""What French and others don't have: đ, ơ, ư, ă, a hook, a dot below, a tone on â, ê or ô."""

_SURELY = 0.1
"""So many of a text's words have such letters in any text that is Vietnamese: a third have."""


def words_of(text: str) -> list[str]:
    """The words of ``text`` in lower case, each with its tone as a sign of its own at its end."""
    return [_spelt(word) for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold())]


def folded(text: str) -> str:
    """The words of ``text`` in lower case and without marks, one space between them."""
    return " ".join(_folded(word) for word in words_of(text))


def has_words(text: str, wanted: Iterable[str]) -> bool:
    """Whether ``text`` has one of ``wanted``: whole words, in their order, marks and all.

    What is ``wanted`` without marks is found with any, and a ``text`` that is written without marks
    has whatever it would have with them.
    """
    written = words_of(text)
    bare = [_folded(word) for word in written]
    is_unmarked = written == bare
    return any(_stands(words_of(one), written, bare, is_unmarked=is_unmarked) for one in wanted)


def language_of(text: str, declared: str = "") -> str:
    """Either "vi" or "en", another that was ``declared`` (its first two letters), or "": who knows?

    What is written outvotes what is declared, for portals' software declares one language whatever
    is written in it: letters that only Vietnamese has, against words that only English has (names
    of places keep their marks in English). Where neither tells, the declaration holds.
    """
    apart = unicodedata.normalize("NFD", text.casefold())
    written = re.findall(r"[^\W\d_][\w\u0300-\u036f]*", apart)
    vietnamese = sum(bool(_VIETNAMESE.search(word)) for word in written)
    english = sum(bool(_ENGLISH.fullmatch(word)) for word in written)
    if vietnamese > english and vietnamese >= _SURELY * len(written):
        return "vi"
    if english >= _SOME:
        return "en"
    return declared.strip().lower()[:2]


def _stands(
    wanted: Sequence[str], written: Sequence[str], bare: Sequence[str], *, is_unmarked: bool
) -> bool:
    if not wanted:
        return False
    plain = [_folded(word) for word in wanted]
    for start in range(len(written) - len(wanted) + 1):
        span = slice(start, start + len(wanted))
        if bare[span] == plain and (
            is_unmarked
            or all(a in (b, c) for a, b, c in zip(wanted, written[span], plain, strict=True))
        ):
            return True
    return False


@lru_cache(maxsize=20_000)
def _spelt(word: str) -> str:
    """``word`` with its tone at its end, wherever it is written, and "i" for a mere "y"."""
    apart = unicodedata.normalize("NFD", word)
    tones = "".join(sign for sign in apart if sign in _TONES)
    letters = unicodedata.normalize("NFC", "".join(sign for sign in apart if sign not in _TONES))
    return _I_OR_Y.sub(r"\1i", letters) + tones


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
