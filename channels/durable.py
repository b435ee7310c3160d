"""Writes files that are whole or not there, and on the disk when a method returns."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def written(path: Path, mode: int) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``path`` at once, when it is whole and on the disk."""
    # mkstemp's files are for us alone until all of it is written.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(mode)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    settle(path.parent)


def settle(folder: Path) -> None:
    """Have the folder itself on the disk: a new name in it survives a power cut only then."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
