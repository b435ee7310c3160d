"""Where a kept medium stands.

One place for the rule, so that a moved installation finds them.
"""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from channels.base import Media

_A_DAY_S = 86_400


def place_in(folder: Path, media: Media) -> Path:
    """The path of ``media`` in the content-addressed ``folder``."""
    return folder / media.sha256[:2] / f"{media.sha256}{media.path.suffix.lower()}"


def place_of(media: Media, var_folder: Path) -> Path:
    """Where ``media`` is now: kept under ``var_folder``, else where it was when it was planned."""
    kept = place_in(var_folder / "media", media)
    return kept if kept.exists() else media.path


def room_for(folder: Path, name: str, kind: str) -> Path:
    """Where what was made is kept as ``name``: in ``folder``, or in a place of one's own below the
    machine's temporary folder for whoever may not write there (an officer's own check)."""
    if (folder / name).exists():
        return asked_for(folder / name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return _own_folder(kind) / name
    return (folder if os.access(folder, os.W_OK) else _own_folder(kind)) / name


def asked_for(path: Path) -> Path:
    """``path``, which is needed now: its file bears the day on which it was last, so that what
    nobody needs any more can be taken away (``publisher.desk.leftovers``)."""
    # By the machine's own clock, as the times of files are. Who may only read it leaves no mark.
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > _A_DAY_S:
            os.utime(path)
    return path


def _own_folder(kind: str) -> Path:
    folder = Path(tempfile.gettempdir()) / f"publisher-{kind}-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
