"""Reads a page's forms as a browser does: what would be sent, and what a reader sees."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self._action = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._action = named.get("action", "")
        elif tag in ("input", "button") and "name" in named:
            place = f"#{named['form']}" if "form" in named else self._action
            self.found.append((place, named["name"], named.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._action = ""


def values(page: str, form: str, name: str) -> list[str]:
    """What the fields ``name`` of ``form`` hold: its action, or ``#id`` of those that stand outside
    of it."""
    reader = _Fields()
    reader.feed(page)
    return [value for place, found, value in reader.found if (place, found) == (form, name)]


def read(page: str) -> str:
    """What stands on ``page``, without its marks, in one line."""
    body = re.sub(r"<(script|style|head).*?</\1>", " ", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
