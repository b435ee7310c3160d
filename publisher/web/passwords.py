"""Passwords: hashed with argon2id, checked in the same time whether or not there is such a person.

argon2-cffi's own parameters (RFC 9106, low memory): 64 MB and some tens of milliseconds for each.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from publisher import notation
from publisher.i18n import _

LEAST_LENGTH = 12
MOST_LENGTH = 200

_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(2)
"""Each takes 64 MB: a crowd at the door must not take the machine's memory."""


class WeakPasswordError(Exception):
    """The password won't do; the text says why, for whoever chose it."""


def hashed(password: str, *names: str) -> str:
    """The hash of ``password``. Raises ``WeakPasswordError`` where it is too short, or holds one of
    ``names``."""
    text = _plain(password)
    if not LEAST_LENGTH <= len(text) <= MOST_LENGTH:
        raise WeakPasswordError(
            _("A password has at least %(n)s characters: a short sentence is best.")
            % {"n": notation.number(LEAST_LENGTH)}
        )
    if len(set(text)) < 5 or any(name and name.casefold() in text.casefold() for name in names):
        raise WeakPasswordError(
            _("This password is easily guessed. Take a sentence that has nothing to do with you.")
        )
    with _at_once:
        return _hasher.hash(text)


def is_right(password: str, kept: str) -> bool:
    """Whether ``kept`` is the hash of ``password``; an empty one is nobody's, told as slowly."""
    text = _plain(password)[: MOST_LENGTH + 1]
    with _at_once:
        try:
            right = _hasher.verify(kept or _nobodys(), text)
        except (VerificationError, InvalidHashError):
            return False
    return right and bool(kept)


def prepare() -> None:
    """Hash what is checked in nobody's place: the first who is unknown would else wait longer."""
    _nobodys()


def is_outdated(kept: str) -> bool:
    """Whether one would hash it otherwise now."""
    return _hasher.check_needs_rehash(kept)


def _plain(password: str) -> str:
    # Keyboards write "ế" in several ways; it is the same password.
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash("a password that nobody has")
