"""The language in which people are spoken to.

Vietnamese, unless set otherwise. Messages stand in the code in English, inside ``_()``; catalogues
under ``locale/`` translate them. ``use_language`` is for the whole process, threads included;
``speaking`` for one block, so that a report can be written in one language while the program speaks
another.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"

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
    folder = Path(__file__).parent / "locale"
    return gettext.translation("publisher", folder, languages=[name], fallback=True)


def N_(message: str) -> str:  # noqa: N802 -- gettext's own name for it
    """Mark ``message`` for the catalogues; it is translated where it is shown."""
    return message
