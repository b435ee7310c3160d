"""Where a kept medium stands.

One place for the rule, so that a moved installation finds them.
"""

from __future__ import annotations

from pathlib import Path

from channels.base import Media


def place_in(folder: Path, media: Media) -> Path:
    """The path of ``media`` in the content-addressed ``folder``."""
    return folder / media.sha256[:2] / f"{media.sha256}{media.path.suffix.lower()}"


def place_of(media: Media, var_folder: Path) -> Path:
    """Where ``media`` is now: kept under ``var_folder``, else where it was when it was planned."""
    kept = place_in(var_folder / "media", media)
    return kept if kept.exists() else media.path
