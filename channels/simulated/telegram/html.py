"""Knows Telegram's two kinds of HTML: what it takes in messages, what its preview shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser
from typing import Any

_TAGS = frozenset(
    "a b blockquote code del em i ins pre s span strike strong tg-spoiler u".split()  # noqa: SIM905
)


def text_of(written: str) -> str:
    """What Telegram leaves of a message's HTML; ``ValueError`` says what it wouldn't take."""
    reader = _Entities()
    reader.feed(written)
    reader.close()
    return reader.text()


def bubble(name: str, numbers: Sequence[int], text: str, at: datetime, views: int | None) -> str:
    """A message, or an album of several, as the public preview of channel ``name`` shows it."""
    number = numbers[0]
    album = "".join(
        f'<a class="tgme_widget_message_photo_wrap grouped_media_wrap" '
        f'href="https://t.me/{name}/{each}?single"></a>'
        for each in (numbers if len(numbers) > 1 else ())
    )
    at = at.astimezone(UTC)
    words = escape(text).replace("\n", "<br/>")
    seen = ""
    if views is not None:
        seen = f'<span class="tgme_widget_message_views">{_shown(views)}</span>'
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message js-widget_message" data-post="{name}/{number}">{album}'
        f'<div class="tgme_widget_message_text js-message_text" dir="auto">{words}</div>'
        f'<div class="tgme_widget_message_info">{seen}<a class="tgme_widget_message_date" '
        f'href="https://t.me/{name}/{number}"><time datetime="{at.isoformat()}">'
        f"{at:%H:%M}</time></a></div></div></div>"
    )


def _shown(count: int) -> str:
    for size, suffix in ((1_000_000, "M"), (1_000, "K")):
        if count >= size:
            return f"{count / size:.1f}".removesuffix(".0") + suffix
    return str(count)


class _Entities(HTMLParser):
    """Telegram's subset of HTML: everything else is refused."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in _TAGS:
            raise ValueError(f'Unsupported start tag "{tag}"')
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise ValueError(f'Unmatched end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def text(self) -> str:
        if self._open:
            raise ValueError(f'Can\'t find end tag "{self._open[-1]}"')
        return "".join(self.words).strip()
