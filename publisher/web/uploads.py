"""Spreadsheets that somebody uploaded and hasn't agreed to yet, kept a day below ``var``.

Each is its uploader's alone: its name holds who they are, and a token that is theirs to bring back.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from publisher.settings import Settings
from publisher.store.unguessable import fresh, hashed

KEPT_FOR = timedelta(days=1)
MOST = 5
"""So many of one person's are kept: the newest."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


def keep(settings: Settings, person: int, file: BinaryIO, now: datetime) -> str:
    """Keep what ``file`` holds; gives its token. Raises ``OSError``."""
    folder = _folder(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder, person, now)
    token = fresh()
    path = folder / _name(person, token)
    with path.open("xb") as target:
        path.chmod(0o600)
        shutil.copyfileobj(file, target)
    os.utime(path, (now.timestamp(), now.timestamp()))
    return token


def find(settings: Settings, person: int, token: str) -> Path | None:
    """Where that person's file stands; ``None`` where there is none, or none any more."""
    if not _TOKEN.fullmatch(token):
        return None
    path = _folder(settings) / _name(person, token)
    return path if path.is_file() else None


def drop(path: Path) -> None:
    """It isn't needed any more."""
    path.unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    return settings.var_folder / "spreadsheets"


def _name(person: int, token: str) -> str:
    return f"{person}-{hashed(token)[:40]}.xlsx"


def _sweep(folder: Path, person: int, now: datetime) -> None:
    oldest = (now - KEPT_FOR).timestamp()
    found = sorted(folder.glob("*.xlsx"), key=lambda path: path.stat().st_mtime, reverse=True)
    own = [path for path in found if path.name.startswith(f"{person}-")]
    for path in found:
        if path.stat().st_mtime < oldest or path in own[MOST - 1 :]:
            path.unlink(missing_ok=True)
