"""A ticker that does as its manual says: a folder, and what somebody in front of it reads."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from channels.simulated import Published, StandIn

TEXT_MAX = 160


class Platform(StandIn):
    """One ticker, whose folder goes away with it."""

    has_line: ClassVar[bool] = False  # nothing that could break in mid-send: a file is there or not

    def start(self) -> None:
        self._home = tempfile.TemporaryDirectory()
        self.url = Path(self._home.name).as_uri()

    def stop(self) -> None:
        self._home.cleanup()

    def config(self) -> dict[str, Any]:
        return {"account": self._home.name, "folder": self._home.name}

    def secrets(self) -> dict[str, str]:
        return {}

    def published(self) -> tuple[Published, ...]:
        return tuple(self._shown(path) for path in sorted(Path(self._home.name).glob("*.txt")))

    def readers(self, remote_id: str, **counts: int) -> None:
        """Nobody counts who looks up."""

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        """Inside, the folder isn't there."""
        home = Path(self._home.name)
        gone = home.rename(home.with_name(f"{home.name}-gone"))
        try:
            yield
        finally:
            gone.rename(home)

    def _shown(self, path: Path) -> Published:
        text = path.read_text(encoding="utf-8")
        if len(text) > TEXT_MAX:
            raise ValueError(f"a ticker shows {TEXT_MAX} characters: {path.name}")
        return Published(path.stem, text, datetime.fromtimestamp(path.stat().st_mtime, UTC))
