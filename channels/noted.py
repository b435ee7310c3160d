"""Notes in a delivery's journal what went up to a platform for it.

Under what it is (its bytes and, where that goes along, its alt text), so that a picture changed
between two attempts is never replaced by the old one; and only for as long as the platform surely
keeps what no post shows.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from channels.base import Journal, Media


class NotedMedia:
    """One delivery's media at the platform. ``lasts`` is how long a note is believed; ``place``
    begins their names in the journal; with ``alt`` another alt text makes another medium."""

    def __init__(
        self, journal: Journal, lasts: timedelta, *, place: str = "media", alt: bool = True
    ) -> None:
        self._journal = journal
        self._lasts = lasts
        self._place = place
        self._alt = alt

    def get(self, media: Media, now: datetime) -> dict[str, Any] | None:
        """What was noted of ``media``, where the platform surely still has it."""
        noted = self._noted(media)
        if not noted or now - datetime.fromisoformat(noted["at"]) > self._lasts:
            return None
        return noted

    def put(self, media: Media, at: datetime, **told: Any) -> None:
        """Note what the platform ``told`` of ``media``, JSON by name."""
        self._journal.put(self._name(media), json.dumps({**told, "at": at.isoformat()}))

    def change(self, media: Media, **told: Any) -> None:
        """Note what else it ``told``; the time of the first note stays."""
        self._journal.put(self._name(media), json.dumps((self._noted(media) or {}) | told))

    def forget(self, media: Media) -> None:
        """The platform doesn't have it, or not as it should be."""
        self._journal.put(self._name(media), "null")

    def _noted(self, media: Media) -> dict[str, Any] | None:
        noted: dict[str, Any] | None = json.loads(self._journal.get(self._name(media)) or "null")
        return noted

    def _name(self, media: Media) -> str:
        what = f"{media.sha256} {media.mime}" + (f" {media.alt}" if self._alt else "")
        return f"{self._place}:{hashlib.sha256(what.encode()).hexdigest()[:24]}"
