"""Stands in for a reader of a feed: what their program makes of the file.

There is no line that could break, so no fault of a line can be switched on; a folder that can't be
written stands for all that may fail (``unreachable``).
"""

from __future__ import annotations

import re
import tempfile
from calendar import timegm
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any, ClassVar

import feedparser

from channels.simulated import Published, StandIn

URL = "https://congthong.vidu.example.vn/tin/chuyen-doi-so.xml"


class Platform(StandIn):
    """One folder with one feed."""

    has_line: ClassVar[bool] = False

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def url(self) -> str:  # type: ignore[override]  # no server: the address the file is served at
        return URL

    @property
    def root(self) -> Path:
        """What the web server serves."""
        return Path(self._folder.name) if self._folder else Path()

    def start(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="publisher-feed-")

    def stop(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def config(self) -> dict[str, Any]:
        return {"account": URL, "file": str(self.root / "www/chuyen-doi-so.xml"), "url": URL}

    def secrets(self) -> dict[str, str]:
        return {}

    def published(self) -> tuple[Published, ...]:
        path = self.root / "www/chuyen-doi-so.xml"
        if not path.exists():
            return ()
        feed = feedparser.parse(path.read_bytes())
        if feed.bozo:
            raise ValueError(f"no reader understands this feed: {feed.bozo_exception}")
        return tuple(_read(entry) for entry in reversed(feed.entries))

    def readers(self, remote_id: str, **counts: int) -> None:
        """A feed doesn't count who reads it."""

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        www = self.root / "www"
        aside = self.root / "aside"
        if www.exists():
            www.rename(aside)
        www.write_text("a file where the folder should be", encoding="utf-8")
        try:
            yield
        finally:
            www.unlink()
            if aside.exists():
                aside.rename(www)


def _read(entry: Any) -> Published:
    content = entry.content[0].value if "content" in entry else entry.get("summary", "")
    images = re.findall(r'<img [^>]*alt="([^"]*)"', content)
    return Published(
        remote_id=str(entry.id).rpartition(":")[2],
        text=unescape(re.sub(r"<[^>]+>", " ", content)),
        at=datetime.fromtimestamp(timegm(entry.published_parsed), UTC),
        url=entry.link,
        title=entry.title,
        media=len(images),
        alts=tuple(unescape(alt) for alt in images),
    )
