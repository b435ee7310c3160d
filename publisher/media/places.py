"""Where a kept medium stands.

One place for the rule, so that a moved installation finds them.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from channels.base import Media


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
        return folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return _own_folder(kind) / name
    return (folder if os.access(folder, os.W_OK) else _own_folder(kind)) / name


def _own_folder(kind: str) -> Path:
    folder = Path(tempfile.gettempdir()) / f"publisher-{kind}-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
