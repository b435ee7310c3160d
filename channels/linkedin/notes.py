"""Notes in a delivery's journal what became of its post on LinkedIn.

Used by ``channels.linkedin``.
"""

from __future__ import annotations

import json
from datetime import datetime

from channels.base import Journal


class Notes:
    """One delivery's notes: since when it is tried, whether it is in doubt, and the post."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    @property
    def post(self) -> str | None:
        urn = json.loads(self._journal.get("post") or "{}").get("urn")
        return str(urn) if urn else None

    @property
    def posted_at(self) -> datetime:
        return datetime.fromisoformat(json.loads(self._journal.get("post") or "{}")["at"])

    def note(self, urn: str, at: datetime) -> None:
        self._journal.put("post", json.dumps({"urn": urn, "at": at.isoformat()}))

    @property
    def begun(self) -> datetime:
        return datetime.fromisoformat(self._journal.get("begun") or "")

    def begin(self, now: datetime) -> None:
        if not self._journal.get("begun"):
            self._journal.put("begun", now.isoformat())

    @property
    def asked_at(self) -> datetime | None:
        """When LinkedIn was last asked for the post and didn't say no."""
        noted = self._journal.get("asked")
        return datetime.fromisoformat(noted) if noted else None

    @property
    def in_doubt(self) -> bool:
        return self.asked_at is not None

    def ask(self, now: datetime) -> None:
        self._journal.put("asked", now.isoformat())

    @property
    def repeat_refused(self) -> bool:
        """Whether LinkedIn, asked again after a doubt, refused a repeat of what isn't ours."""
        return self._journal.get("repeat") == "refused"

    def refused_as_repeat(self) -> None:
        self._journal.put("repeat", "refused")

    def refused(self) -> None:
        self._journal.put("asked", "")
