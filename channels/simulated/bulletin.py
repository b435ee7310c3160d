"""Stands in for an announcer's desk: a folder of sheets, or a receiver of posts by webhook."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from channels.simulated import Published, webhook


class Platform(webhook.Platform):
    """One desk; ``sheets`` are its files."""

    keys = frozenset({"id", "slot", "title", "text", "written", "reading_s", "language"})

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self._folder = tempfile.TemporaryDirectory(prefix="publisher-bulletin-")

    def config(self) -> dict[str, Any]:
        return {**super().config(), "account": "", "folder": self._folder.name}

    def sheets(self) -> dict[str, str]:
        """Every sheet's text by its name, as ``2027-10-10/0530.txt``."""
        root = Path(self._folder.name)
        return {
            path.relative_to(root).as_posix(): path.read_text("utf-8")
            for path in sorted(root.rglob("*.txt"))
        }

    def shown(self, number: int, body: dict[str, Any]) -> Published:
        slot = datetime.fromisoformat(body["slot"])
        sheet = Path(self._folder.name) / f"{slot:%Y-%m-%d}/{slot:%H%M}.txt"
        return Published(
            remote_id=body["id"],
            text=body["written"],
            at=self.clock().astimezone(UTC),
            url=sheet.absolute().as_uri(),
            title=body["title"],
        )
