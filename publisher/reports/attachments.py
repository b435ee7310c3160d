"""The files that travel with a report's mail, kept for as long as it may still be sent.

Each lies under the hash of its bytes, ``reports/drafts/HASH/NAME`` in the folder for what the
program keeps: two daemons that write the same draft never write over one another's, and what a
delivery names is what it sends.
"""

from __future__ import annotations

import hashlib
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, or_, select

from channels.base import Media
from channels.durable import written
from publisher.delivery.lifecycle import State
from publisher.store.models import Delivery, Version

KEPT_FOR = timedelta(days=60)
"""So long after its time a draft that was mailed can still be looked at."""

_UNSENT_FOR = timedelta(days=1)
"""What no delivery names is somebody's who is writing just now, or was left behind."""

_MIMES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def attachment(file: Path, alt: str, var_folder: Path) -> Media:
    """A copy of ``file``, under its name, as a medium of a mail. Raises ``OSError``."""
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    place = _folder(var_folder) / digest / file.name
    place.parent.mkdir(parents=True, exist_ok=True)
    with written(place, 0o644) as whole:
        whole.write(content)
    return Media(place, digest, _MIMES[file.suffix], len(content), alt)


def sweep(session: Session, var_folder: Path, now: datetime) -> int:
    """Take away what no mail needs any more; gives how many files' folders that were.

    Kept is what a delivery names that may still be sent, or whose time was in the last sixty days.
    """
    needed = _needed(session, now - KEPT_FOR)
    oldest = (now - _UNSENT_FOR).timestamp()
    gone = 0
    for place in _folder(var_folder).glob("*/"):
        if place.name not in needed and place.stat().st_mtime < oldest:
            shutil.rmtree(place, ignore_errors=True)
            gone += 1
    return gone


def _needed(session: Session, since: datetime) -> set[str]:
    over = [State.SENT.value, State.CANCELLED.value]
    contents = session.exec(
        select(Version.content)
        .join(Delivery, col(Delivery.fingerprint) == col(Version.fingerprint))
        .where(
            col(Delivery.holdable).is_(False),
            or_(col(Delivery.due_at) >= since, col(Delivery.state).not_in(over)),
        )
    ).all()
    return {medium["sha256"] for content in contents for medium in content["media"]}


def _folder(var_folder: Path) -> Path:
    return var_folder / "reports" / "drafts"
