"""Keeps what a channel itself has to keep: tokens that were exchanged, facts that it was told.

A delivery's half-way notes belong in its ``Journal``; this is for what outlives deliveries. Some
refresh tokens are good for one use (Zalo): who loses the new one, or uses the old one in two
processes at once, is logged out. So what is put is on the disk when ``put`` returns, in files that
only we may read, and ``alone`` keeps other processes (``publisher doctor`` beside the daemon) away
from reading, exchanging and putting:

    state = SealedState.of(context)
    with state.alone():
        token = state.get("refresh", given) or given
        ...exchange it...
        state.put("refresh", new, given)

Secrets are kept by ``SealedState``; ``State`` is for facts that anybody may know (an account's
limits), which are asked for where there is neither network nor key.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from channels.base import Context, CredentialsExpiredError, Seal, TransientError
from channels.durable import written
from channels.reasons import UNREADABLE, UNWRITABLE
from channels.sealing import KeySeal

_FOLDER = "state"


class State:
    """Named texts in ``folder``, a channel's own (``Context.workdir``); it need not exist yet.

    ``origin`` is the secret that a person gave and that the text was got by. A text is only given
    back for the same origin: once a person gives another secret, what came of the old one is void.
    Raises ``TransientError`` where the disk doesn't take or give what it should.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._holder: int | None = None

    @classmethod
    def of(cls, context: Context) -> Self:
        """What the channel keeps whose context it is."""
        return cls.at(context.workdir)

    @classmethod
    def at(cls, workdir: Path) -> Self:
        """The same by its folder alone, for who asks without a context (``limits_learned``)."""
        return cls(workdir / _FOLDER)

    def get(self, name: str, origin: str = "") -> str | None:
        """The text last put under ``name``, if it came of ``origin``."""
        kept = self._kept(name, origin)
        return None if kept is None else self._text(name, kept)

    def put(self, name: str, text: str, origin: str = "") -> None:
        """Keep ``text``; it is on the disk, whole, when this returns."""
        self._write(name, {"text": text, "origin": _digest(origin)})

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Inside, no other thread or process is inside: they wait."""
        try:
            self._prepare()
            lock = (self._folder / ".lock").open("w")
        except OSError as error:
            raise TransientError(f"{self._folder}: {UNWRITABLE}: {error.strerror}") from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._holder = threading.get_ident()
            try:
                yield
            finally:
                self._holder = None

    def _kept(self, name: str, origin: str) -> dict[str, Any] | None:
        kept = self._read(name)
        return kept if kept is not None and kept.get("origin") == _digest(origin) else None

    def _text(self, name: str, kept: dict[str, Any]) -> str:
        text = kept.get("text")
        if not isinstance(text, str):
            raise TransientError(f"{self._path(name)}: {UNREADABLE}")
        return text

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            kept = json.loads(self._path(name).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            kept = None  # raised below, so that nothing stands behind the error
        if not isinstance(kept, dict):
            raise TransientError(f"{self._path(name)}: {UNREADABLE}")
        return kept

    def _write(self, name: str, kept: dict[str, Any]) -> None:
        try:
            self._prepare()
            with written(self._path(name), 0o600) as file:
                file.write(json.dumps(kept).encode())
        except OSError as error:
            why = error.strerror
        else:
            return
        raise TransientError(f"{self._path(name)}: {UNWRITABLE}: {why}")

    def _prepare(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"


class SealedState(State):
    """A ``State`` of secrets: each text is sealed before it is written. ``seal`` is the context's;
    ``None`` is no key.

    Also raises ``CredentialsExpiredError``: where there is no key nothing is written, and what no
    key opens stays as it is. A text that an earlier version left open is sealed once it is met.
    """

    def __init__(self, folder: Path, seal: Seal | None = None) -> None:
        super().__init__(folder)
        self._seal = seal if seal is not None else KeySeal()

    @classmethod
    def of(cls, context: Context) -> Self:
        """The secrets of the channel whose context it is."""
        return cls(context.workdir / _FOLDER, context.seal)

    def get(self, name: str, origin: str = "") -> str | None:
        kept = self._kept(name, origin)
        if kept is None or "sealed" in kept:
            return None if kept is None else self._text(name, kept)
        if self._holder != threading.get_ident():
            # Another process may put a newer one meanwhile, which must not be undone.
            with self.alone():
                return self.get(name, origin)
        text = super()._text(name, kept)
        self.put(name, text, origin)
        return text

    def put(self, name: str, text: str, origin: str = "") -> None:
        self._write(name, {"sealed": self._seal.seal(text), "origin": _digest(origin)})

    def require_key(self) -> None:
        """To be called before a secret is spent whose successor must be kept."""
        self._seal.seal("")

    def renew(self) -> int:
        """Seal every text anew, with the newest key; gives how many."""
        with self.alone():
            names = sorted(path.stem for path in self._folder.glob("*.json"))
            sealed = {name: kept for name in names if "sealed" in (kept := self._read(name) or {})}
            # All are opened before one is changed: what can't be opened is told first.
            texts = {name: self._text(name, kept) for name, kept in sealed.items()}
            for name, text in texts.items():
                self._write(name, sealed[name] | {"sealed": self._seal.seal(text)})
        return len(texts)

    def _text(self, name: str, kept: dict[str, Any]) -> str:
        try:
            return self._seal.open(str(kept["sealed"]))
        except CredentialsExpiredError as error:
            why = str(error)
        raise CredentialsExpiredError(f"{self._path(name)}: {why}")


def _digest(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()
