"""What a test gives an adapter in place of the world: words, a moment, a journal, a seal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape

from channels.base import Dialect, Text
from channels.sealing import KeySeal

SEAL = KeySeal.fresh()
"""What the secrets of all tests are sealed by, so that one test may open its channel twice."""

START = datetime(2027, 10, 3, 1, 0, tzinfo=UTC)
TEXT = (
    "Còn 7 ngày nữa đến Ngày Chuyển đổi số quốc gia 10/10. Xem https://example.vn/10-10 & kể lại!"
)


class DictJournal:
    """A delivery's notes, kept for as long as a test runs; ``secret`` are the names of those that
    a store would seal."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}
        self.secret: frozenset[str] = frozenset()

    def get(self, name: str) -> str | None:
        return self.notes.get(name)

    def put(self, name: str, value: str, *, secret: bool = False) -> None:
        self.notes[name] = value
        self.secret = self.secret | {name} if secret else self.secret - {name}


class StillClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def advance(self, span: timedelta) -> None:
        self.now += span


def written(text: str, dialect: Dialect) -> Text:
    """``text``, which has no markup, as an adapter of ``dialect`` gets it."""
    if dialect is Dialect.HTML:
        return Text(f"<p>{escape(text, quote=False)}</p>", text)
    if dialect is Dialect.INLINE_HTML:
        return Text(escape(text, quote=False), text)
    return Text(text, text)
