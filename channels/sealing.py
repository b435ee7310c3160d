"""Seals secrets that have to be stored, by a key that never lies beside them.

Fernet of ``cryptography`` seals them (AES-128-CBC and HMAC-SHA256, https://github.com/fernet/spec):
who has the files alone reads nothing, and what was tampered with isn't opened. Several keys may be
given, the newest first: it seals, and each of them opens, so that keys can be changed while what
the former one sealed still stands. Used by ``channels.state`` and by whoever keeps a ``Journal``.

``cryptography`` is imported with the first key: every command has a seal, few have one to use it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from channels.base import N_, CredentialsExpiredError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet, MultiFernet

NO_KEY = N_(
    "there is no key to seal the tokens with that it has to keep; make one: publisher key new"
)
FAULTY_KEY = N_(
    "what stands at PUBLISHER_KEY or in the credential publisher-key is no key; "
    "make one: publisher key new"
)
OTHER_KEY = N_(
    "sealed with another key than there is now; put that one back, or, if it is lost, remove the "
    "folder of this file and log in again"
)

SEALED = "sealed:"
"""How a sealed text begins."""


def new_key() -> str:
    """A key that nobody has had before."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def is_sealed(text: str) -> bool:
    """Whether ``text`` is what ``KeySeal.seal`` gives."""
    return text.startswith(SEALED)


class KeySeal:
    """A ``channels.base.Seal`` with ``keys``, the newest first.

    Raises ``ValueError`` where one is no key; the text doesn't show it. Without any, whoever has a
    secret to store or to open is told ``why`` there is none.
    """

    def __init__(self, keys: Iterable[str] = (), why: str = NO_KEY) -> None:
        self._keys = [_fernet(key) for key in keys]
        self.why = why

    def __len__(self) -> int:
        """How many keys there are."""
        return len(self._keys)

    @classmethod
    def fresh(cls) -> KeySeal:
        """With a key of its own, which is gone with it: for rehearsals and tests."""
        return cls([new_key()])

    def seal(self, text: str) -> str:
        """Raises ``CredentialsExpiredError`` where there is no key."""
        return SEALED + self._with_keys().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises ``CredentialsExpiredError`` where none of the keys opens it, or there is none."""
        keys = self._with_keys()
        from cryptography.fernet import InvalidToken

        try:
            return keys.decrypt(sealed.removeprefix(SEALED).encode()).decode()
        except InvalidToken:
            pass  # told below, so that nothing stands behind the error
        raise CredentialsExpiredError(OTHER_KEY)

    def _with_keys(self) -> MultiFernet:
        if not self._keys:
            raise CredentialsExpiredError(self.why)
        from cryptography.fernet import MultiFernet

        return MultiFernet(self._keys)


def _fernet(key: str) -> Fernet:
    from cryptography.fernet import Fernet

    try:
        return Fernet(key)
    except ValueError:
        pass  # its text, and what stands behind it, could show the key
    raise ValueError("this is no key")
