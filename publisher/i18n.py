"""The language in which people are spoken to.

Vietnamese, unless set otherwise. Messages stand in the code in English, inside ``_()``; catalogues
under ``locale/`` translate them. ``use_language`` is for the whole process, threads included;
``speaking`` for one block, so that a report can be written in one language while the program speaks
another.
"""

from __future__ import annotations

import gettext
import os
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"

# Not a Path: pathlib would make all of help wait for it.
FOLDER = f"{os.path.dirname(__file__)}/locale"  # noqa: PTH120
"""Where the catalogues lie."""

_process: list[str] = [DEFAULT_LANGUAGE]
_block: ContextVar[str | None] = ContextVar("language", default=None)


def _(message: str) -> str:
    """``message`` in the present language."""
    return _catalogue(language()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of a message that ``count`` asks for, in the present language."""
    return _catalogue(language()).ngettext(singular, plural, count)


def language() -> str:
    """The present language: ``vi`` or ``en``."""
    return _block.get() or _process[0]


def use_language(name: str) -> None:
    """Speak ``name`` from here on in this process; an unknown language is Vietnamese."""
    _process[0] = name if name in LANGUAGES else DEFAULT_LANGUAGE


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Speak ``name`` inside the block."""
    token = _block.set(name if name in LANGUAGES else DEFAULT_LANGUAGE)
    try:
        yield
    finally:
        _block.reset(token)


@lru_cache
def _catalogue(name: str) -> gettext.NullTranslations:
    return gettext.translation(
        "publisher", FOLDER, languages=[name], class_=_Compiled, fallback=True
    )


class _Compiled(gettext.NullTranslations):
    """A compiled catalogue in which a message is looked for when it is first said.

    gettext's own takes all of them in at once, for which every command would wait. A ``.mo`` file
    is sorted by its English so that it can be read like this (GNU gettext's manual, "The Format of
    GNU MO Files"). Vietnamese has one form for every number.
    """

    def _parse(self, fp: Any) -> None:
        self._bytes: bytes = fp.read()
        numbers = memoryview(self._bytes)
        _magic, _version, self._count, *tables = numbers[:20].cast("I")
        self._english, self._translated = (
            numbers[start : start + 8 * self._count].cast("I") for start in tables
        )
        self._said: dict[str, str] = {}

    def gettext(self, message: str) -> str:
        return self._find(message) or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._find(msgid1) or super().ngettext(msgid1, msgid2, n)

    def _find(self, message: str) -> str | None:
        if message not in self._said:
            wanted = message.encode()
            place = bisect_left(range(self._count), wanted, key=self._key)
            if place == self._count or self._key(place) != wanted:
                return None
            self._said[message] = self._text(self._translated, place).decode()
        return self._said[message]

    def _key(self, place: int) -> bytes:
        """The English at ``place``; its plural, which may follow, is not looked for."""
        return self._text(self._english, place).partition(b"\0")[0]

    def _text(self, table: memoryview, place: int) -> bytes:
        length, start = table[2 * place], table[2 * place + 1]
        return self._bytes[start : start + length]


def N_(message: str) -> str:  # noqa: N802 -- gettext's own name for it
    """Mark ``message`` for the catalogues; it is translated where it is shown."""
    return message
