"""What a channel itself has to keep: tokens that a platform exchanged for others.

A delivery's half-way notes belong in its ``Journal``; this is for what outlives deliveries. Some
refresh tokens are good for one use (Zalo): who loses the new one, or uses the old one in two
processes at once, is logged out. So what is put is on the disk when ``put`` returns, in files that
only we may read, and ``alone`` keeps other processes (``publisher doctor`` beside the daemon) away
from reading, exchanging and putting:

    state = State(context.workdir / "state")
    with state.alone():
        token = state.get("refresh", given) or given
        ...exchange it...
        state.put("refresh", new, given)
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from channels._durable import written
from channels.base import TransientError


class State:
    """Named texts in ``folder``, a channel's own (``Context.workdir``); it need not exist yet.

    ``origin`` is the secret that a person gave and that the text was got by. A text is only given
    back for the same origin: once a person gives another secret, what came of the old one is void.
    Raises ``TransientError`` where the disk doesn't take or give what it should.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str, origin: str = "") -> str | None:
        """The text last put under ``name``, if it came of ``origin``."""
        try:
            kept = json.loads(self._path(name).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            kept = None  # raised below, so that nothing stands behind the error
        if not isinstance(kept, dict) or not isinstance(kept.get("text"), str):
            raise TransientError(f"{self._path(name)} can't be read")
        return kept["text"] if kept.get("origin") == _digest(origin) else None

    def put(self, name: str, text: str, origin: str = "") -> None:
        """Keep ``text``; it is on the disk, whole, when this returns."""
        kept = json.dumps({"text": text, "origin": _digest(origin)})
        try:
            self._prepare()
            with written(self._path(name), 0o600) as file:
                file.write(kept.encode())
        except OSError as error:
            why = error.strerror
        else:
            return
        raise TransientError(f"{self._path(name)} can't be written: {why}")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Inside, no other thread or process is inside: they wait."""
        try:
            self._prepare()
            lock = (self._folder / ".lock").open("w")
        except OSError as error:
            raise TransientError(f"{self._folder} can't be written: {error.strerror}") from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def _digest(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()
